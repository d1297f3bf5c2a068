package how.mana.auth.vault;

import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.crypto.KeyCheckValue;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.UnwrapFailedException;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.vault.VaultRepository.NewWrap;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** Makes, wraps and opens master keys. The only class here that has one in the clear. */
@Singleton
class MasterKeys {
    private static final String UNWRAP_FAILURES = "mana.vault.unwrap.failures";

    private final KekRing keks;
    private final SecureRandom random;
    private final Counter damaged;
    private final Counter withoutKek;

    MasterKeys(KekRing keks, SecureRandom random, MeterRegistry metrics) {
        this.keks = keks;
        this.random = random;
        this.damaged = failures(metrics, "does-not-open");
        this.withoutKek = failures(metrics, "kek-unavailable");
    }

    private static Counter failures(MeterRegistry metrics, String reason) {
        return Counter.builder(UNWRAP_FAILURES)
                .description("Vaults that could not be opened")
                .tag("reason", reason)
                .register(metrics);
    }

    /** A new random key for {@code owner}, wrapped. Nobody has seen it in the clear when this returns. */
    NewWrap generate(UserId owner, long generation) {
        try (var masterKey = KeyMaterial.random(random)) {
            return wrap(masterKey, owner, generation);
        }
    }

    NewWrap wrap(KeyMaterial masterKey, UserId owner, long generation) {
        try {
            return new NewWrap(
                    keks.wrap(masterKey, WrapContext.masterKeyOf(owner.value(), generation)),
                    generation,
                    checkValue(masterKey, owner));
        } catch (KekUnavailableException e) {
            throw e.isUncounted() ? e : refusal(e); // what surrounds the transaction counts, and tries again
        }
    }

    private static VaultRefusal refusal(KekUnavailableException e) {
        return e.isSealed() ? new VaultRefusal.Sealed() : new VaultRefusal.KekUnavailable();
    }

    byte[] checkValue(KeyMaterial masterKey, UserId owner) {
        return KeyCheckValue.of(masterKey, owner.value());
    }

    /** Whether {@code masterKey} is the one the vault was made with; true if the vault cannot tell. */
    boolean couldBe(KeyMaterial masterKey, Vault vault) {
        return vault.checkValue()
                .map(known -> KeyCheckValue.matches(masterKey, vault.owner().value(), known))
                .orElse(true);
    }

    /**
     * Opens the vault's wrap. The caller closes the key.
     *
     * @throws VaultRefusal.KekUnavailable if the KEK that wrapped it is not in the ring
     * @throws VaultRefusal.Sealed if an operator sealed the service
     * @throws VaultRefusal.UnwrapFailed if it does not open, or opens to a key that is not this vault's
     */
    KeyMaterial open(Vault vault, Custody.ByService custody) {
        var masterKey = unwrap(vault, custody);
        if (couldBe(masterKey, vault)) {
            return masterKey;
        }
        // A format 1 wrap names no owner: the check value is what tells that this one was moved here.
        masterKey.close();
        damaged.increment();
        throw new VaultRefusal.UnwrapFailed();
    }

    private KeyMaterial unwrap(Vault vault, Custody.ByService custody) {
        try {
            return keks.unwrap(
                    custody.wrapped(), WrapContext.masterKeyOf(vault.owner().value(), vault.generation()));
        } catch (KekUnavailableException e) {
            withoutKek.increment();
            throw refusal(e);
        } catch (UnwrapFailedException e) {
            damaged.increment();
            throw new VaultRefusal.UnwrapFailed();
        }
    }
}
