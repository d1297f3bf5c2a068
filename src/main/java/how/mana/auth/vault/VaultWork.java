package how.mana.auth.vault;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.vault.KeyRelease.Recorded;
import how.mana.auth.vault.VaultRepository.NewWrap;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The shape that every change to a vault has: under the vault's row lock, recorded in the same transaction if it is made,
 * recorded in a transaction of its own if it is refused.
 */
@Singleton
class VaultWork {
    static final int OK = 200;
    static final int CREATED = 201;

    private final UserTransactions transactions;
    private final VaultRepository vaults;
    private final MasterKeys masterKeys;
    private final AuditTrail trail;

    VaultWork(UserTransactions transactions, VaultRepository vaults, MasterKeys masterKeys, AuditTrail trail) {
        this.transactions = transactions;
        this.vaults = vaults;
        this.masterKeys = masterKeys;
        this.trail = trail;
    }

    /**
     * Makes a change to the caller's vault, or refuses it and changes nothing.
     *
     * @param change gets the transaction and the locked vault; its item is the entry that records what was done
     */
    Uni<Void> change(Caller caller, AuditAction action, BiFunction<SqlConnection, Vault, Uni<AuditEntry>> change) {
        return trail.audited(
                caller,
                action,
                transactions
                        .as(caller, tx -> requireLocked(tx, caller)
                                .chain(vault -> change.apply(tx, vault))
                                .chain(entry -> trail.record(tx, caller, entry)))
                        .replaceWithVoid());
    }

    /** Refuses without looking at the vault, on the record. */
    <T> Uni<T> refuse(Caller caller, AuditAction action, VaultRefusal refusal) {
        return trail.audited(caller, action, Uni.createFrom().failure(refusal));
    }

    /** Finds the caller's vault and holds it until the transaction ends. */
    Uni<Vault> requireLocked(SqlConnection tx, Caller caller) {
        return vaults.lock(tx, caller.user()).map(found -> found.orElseThrow(VaultRefusal.NotInitialised::new));
    }

    /** Holds the caller's vault under its row lock, making it first if there is none. */
    Uni<Held> lockOrCreate(SqlConnection tx, Caller caller) {
        return vaults.lock(tx, caller.user())
                .chain(found -> found.map(vault -> Uni.createFrom().item(new Held(vault, false)))
                        .orElseGet(() -> createOrJoin(tx, caller)));
    }

    private Uni<Held> createOrJoin(SqlConnection tx, Caller caller) {
        var wrap = masterKeys.generate(caller.user(), 1);
        return vaults.create(tx, caller.user(), wrap)
                .chain(created -> created
                        ? Uni.createFrom().item(new Held(fresh(caller, wrap, Optional.empty()), true))
                        // Another call was quicker; the insert waited for its commit, so its vault is there to lock.
                        : requireLocked(tx, caller).map(vault -> new Held(vault, false)));
    }

    /** The vault as it is once {@code wrap} is stored. */
    static Vault fresh(Caller caller, NewWrap wrap, Optional<RecoveryWrap> recovery) {
        return new Vault(
                caller.user(),
                new Custody.ByService(wrap.wrapped(), recovery),
                wrap.generation(),
                Optional.of(wrap.checkValue()));
    }

    /** Puts on record what was done with {@code vault}, whose key may be handed out on the strength of that. */
    Uni<Recorded> recorded(SqlConnection tx, Caller caller, Vault vault, AuditEntry entry) {
        return trail.record(tx, caller, entry).map(id -> new Recorded(vault, id));
    }

    /** @param created by this transaction */
    record Held(Vault vault, boolean created) {}
}
