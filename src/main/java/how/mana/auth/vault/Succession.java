package how.mana.auth.vault;

import static how.mana.auth.audit.AuditAction.ROTATE;
import static how.mana.auth.audit.AuditAction.ROTATE_ABORT;

import how.mana.auth.audit.AuditEntry;
import how.mana.auth.caller.Caller;
import how.mana.auth.vault.KeyRelease.Recorded;
import how.mana.auth.vault.OwnerNotices.Notice;
import how.mana.auth.vault.VaultRepository.NewWrap;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Which key follows which. Every step is a new generation, and what it supersedes is kept before it is written over. */
@Singleton
class Succession {
    private final VaultRepository vaults;
    private final RetainedKeys retained;
    private final VaultWork work;
    private final MasterKeys masterKeys;
    private final OwnerNotices notices;

    Succession(
            VaultRepository vaults,
            RetainedKeys retained,
            VaultWork work,
            MasterKeys masterKeys,
            OwnerNotices notices) {
        this.vaults = vaults;
        this.retained = retained;
        this.work = work;
        this.masterKeys = masterKeys;
        this.notices = notices;
    }

    /** One step: from a vault that its transaction holds to that vault with another key, on record. */
    interface Step {
        Uni<Recorded> take(SqlConnection tx, Caller caller, Vault vault, Custody.ByService held);
    }

    /** A new key. The recovery wrap, which is of the old one, goes with that. */
    Uni<Recorded> next(SqlConnection tx, Caller caller, Vault vault, Custody.ByService held) {
        return retained.requireRoom(tx, caller.user())
                .chain(() -> learnCheckValue(tx, vault, held))
                .chain(() -> retained.keep(tx, caller.user(), RetainedKeys.Reason.ROTATE))
                .map(kept -> masterKeys.generate(caller.user(), vault.generation() + 1))
                .call(wrap -> vaults.rekey(tx, caller.user(), wrap))
                .chain(wrap -> told(tx, caller, wrap, Optional.empty(), AuditEntry.of(ROTATE, VaultWork.OK)));
    }

    /** The key before. It makes room for the one it displaces, so there is always enough. */
    Uni<Recorded> former(SqlConnection tx, Caller caller, Vault vault, Custody.ByService held) {
        return retained.newestReplaced(tx, caller.user())
                .map(found -> found.orElseThrow(VaultRefusal.GenerationNotFound::new))
                .call(() -> learnCheckValue(tx, vault, held))
                .chain(former -> retained.keep(tx, caller.user(), RetainedKeys.Reason.ABORT)
                        .chain(() -> putBack(tx, caller, former, vault.generation() + 1)));
    }

    private Uni<Recorded> putBack(SqlConnection tx, Caller caller, Vault former, long generation) {
        var wrap = rewrapped(former, generation);
        var entry = new AuditEntry(ROTATE_ABORT, VaultWork.OK, "restored-generation: " + former.generation());
        return retained.putBack(tx, caller.user(), former.generation(), wrap)
                .chain(() -> told(tx, caller, wrap, former.custody().recovery(), entry));
    }

    /** The generation is part of what a wrap is bound to, so the key is opened and wrapped again. */
    private NewWrap rewrapped(Vault former, long generation) {
        try (var masterKey = masterKeys.open(former, (Custody.ByService) former.custody())) {
            return masterKeys.wrap(masterKey, former.owner(), generation);
        }
    }

    /**
     * Opens the key, too: a wrap that does not open now may open once its KEK is mounted again, and setting it aside to expire
     * would lose the key for good.
     */
    private Uni<Void> learnCheckValue(SqlConnection tx, Vault vault, Custody.ByService held) {
        try (var masterKey = masterKeys.open(vault, held)) {
            return vault.checkValue().isPresent()
                    ? Uni.createFrom().voidItem()
                    : vaults.learnCheckValue(
                            tx, vault.owner(), vault.generation(), masterKeys.checkValue(masterKey, vault.owner()));
        }
    }

    private Uni<Recorded> told(
            SqlConnection tx, Caller caller, NewWrap wrap, Optional<RecoveryWrap> recovery, AuditEntry entry) {
        return notices.tell(tx, caller, Notice.VAULT_REKEYED)
                .chain(() -> work.recorded(tx, caller, VaultWork.fresh(caller, wrap, recovery), entry));
    }
}
