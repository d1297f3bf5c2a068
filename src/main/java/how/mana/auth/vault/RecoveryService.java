package how.mana.auth.vault;

import static how.mana.auth.audit.AuditAction.RECOVERY_CLEAR;
import static how.mana.auth.audit.AuditAction.RECOVERY_PURGE;
import static how.mana.auth.audit.AuditAction.RECOVERY_RESTORE;
import static how.mana.auth.audit.AuditAction.RECOVERY_SET;

import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.vault.OwnerNotices.Notice;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the wraps that users make for the day they are without their devices. */
@Singleton
class RecoveryService {
    private final UserTransactions transactions;
    private final VaultRepository vaults;
    private final ReplacedRecoveryWraps replaced;
    private final VaultWork work;
    private final AuditTrail trail;
    private final OwnerNotices notices;

    RecoveryService(
            UserTransactions transactions,
            VaultRepository vaults,
            ReplacedRecoveryWraps replaced,
            VaultWork work,
            AuditTrail trail,
            OwnerNotices notices) {
        this.transactions = transactions;
        this.vaults = vaults;
        this.replaced = replaced;
        this.work = work;
        this.trail = trail;
        this.notices = notices;
    }

    /** Stores the wrap that the caller made, in place of the one before. */
    Uni<Void> store(Caller caller, RecoveryRequest request) {
        if (!(request instanceof RecoveryRequest.Store wanted)) {
            return work.refuse(caller, RECOVERY_SET, new VaultRefusal.BadRequest(RecoveryRequest.Store.SHAPE));
        }
        return work.change(caller, RECOVERY_SET, (tx, vault) -> {
            if (!wanted.isFor(vault.generation())) {
                throw new VaultRefusal.StaleGeneration();
            }
            return replace(tx, caller, vault, wanted.wrap()).replaceWith(AuditEntry.of(RECOVERY_SET, VaultWork.OK));
        });
    }

    /** Forgets the caller's recovery wrap, unless it is the only wrap there is. */
    Uni<Void> clear(Caller caller) {
        return work.change(caller, RECOVERY_CLEAR, (tx, vault) -> {
            if (vault.custody() instanceof Custody.ByUser) {
                throw new VaultRefusal.ZeroKnowledgeActive();
            }
            return vaults.clearRecovery(tx, vault.owner()).replaceWith(AuditEntry.of(RECOVERY_CLEAR, VaultWork.OK));
        });
    }

    /** The wraps that were replaced in zero-knowledge mode and can be restored, newest first. */
    Uni<List<ReplacedRecoveryWraps.Replaced>> replaced(Caller caller) {
        return transactions.as(caller, tx -> replaced.list(tx, caller.user()));
    }

    /** Puts a replaced wrap back and keeps the one it displaces: the newest one, unless the request names another. */
    Uni<Void> restore(Caller caller, RecoveryRequest request) {
        if (!(request instanceof RecoveryRequest.Restore wanted)) {
            return work.refuse(caller, RECOVERY_RESTORE, new VaultRefusal.BadRequest(RecoveryRequest.Restore.SHAPE));
        }
        return work.change(caller, RECOVERY_RESTORE, (tx, vault) -> replaced.find(tx, vault.owner(), wanted.id())
                .map(found -> found.orElseThrow(VaultRefusal.NothingToRestore::new))
                .chain(found -> replaced.drop(tx, vault.owner(), found.id())
                        .chain(() -> replace(tx, caller, vault, found.wrap())))
                .replaceWith(AuditEntry.of(RECOVERY_RESTORE, VaultWork.OK)));
    }

    /**
     * Deletes all replaced wraps for good. Wants the key check value as proof that the caller holds the master key: a token
     * alone could otherwise replace the real wrap and then purge it.
     */
    Uni<Void> purge(Caller caller, RecoveryRequest request) {
        if (!(request instanceof RecoveryRequest.Purge wanted)) {
            return work.refuse(caller, RECOVERY_PURGE, new VaultRefusal.BadRequest(RecoveryRequest.Purge.SHAPE));
        }
        return work.change(caller, RECOVERY_PURGE, (tx, vault) -> {
            requireProof(vault.checkValue().orElse(null), wanted.keyCheckValue());
            return replaced.dropAll(tx, vault.owner()).replaceWith(AuditEntry.of(RECOVERY_PURGE, VaultWork.OK));
        });
    }

    private static void requireProof(byte @Nullable [] known, byte[] offered) {
        if (known == null || !MessageDigest.isEqual(known, offered)) {
            throw new VaultRefusal.MasterKeyMismatch();
        }
    }

    /** In zero-knowledge mode the wrap about to be displaced is the only one: it is kept and its owner told, unless it is the same. */
    private Uni<Void> replace(SqlConnection tx, Caller caller, Vault vault, RecoveryWrap next) {
        var keepsFormer =
                vault.custody() instanceof Custody.ByUser only && !only.sealed().equals(next);
        var kept = keepsFormer
                ? replaced.keep(tx, vault.owner(), trail.newId())
                        .chain(() -> notices.tell(tx, caller, Notice.RECOVERY_WRAP_REPLACED))
                : Uni.createFrom().voidItem();
        return kept.chain(() -> vaults.setRecovery(tx, vault.owner(), next));
    }
}
