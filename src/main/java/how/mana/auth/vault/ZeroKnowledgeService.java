package how.mana.auth.vault;

import static how.mana.auth.audit.AuditAction.GRANT_REVOKE;
import static how.mana.auth.audit.AuditAction.ZERO_KNOWLEDGE_DISABLE;
import static how.mana.auth.audit.AuditAction.ZERO_KNOWLEDGE_ENABLE;

import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.db.keks.Wrapping;
import how.mana.auth.vault.OwnerNotices.Notice;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Hands a vault to its user, after which the service cannot open it, and takes it back. */
@Singleton
class ZeroKnowledgeService {
    private final VaultRepository vaults;
    private final VaultWork work;
    private final ReplacedRecoveryWraps replaced;
    private final RetainedKeys retained;
    private final MasterKeys masterKeys;
    private final AuditTrail trail;
    private final OwnerNotices notices;
    private final Wrapping wrapping;

    ZeroKnowledgeService(
            VaultRepository vaults,
            VaultWork work,
            ReplacedRecoveryWraps replaced,
            RetainedKeys retained,
            MasterKeys masterKeys,
            AuditTrail trail,
            OwnerNotices notices,
            Wrapping wrapping) {
        this.vaults = vaults;
        this.work = work;
        this.replaced = replaced;
        this.retained = retained;
        this.masterKeys = masterKeys;
        this.trail = trail;
        this.notices = notices;
        this.wrapping = wrapping;
    }

    /** @return the mode the vault is in afterwards: true for zero-knowledge */
    Uni<Boolean> change(Caller caller, ZeroKnowledgeRequest request) {
        if (request instanceof ZeroKnowledgeRequest.Enable) {
            return handToUser(caller).replaceWith(true);
        }
        if (request instanceof ZeroKnowledgeRequest.Disable disable) {
            return wrapping.during(() -> takeBack(caller, disable.masterKey()))
                    .eventually(disable.masterKey()::close)
                    .replaceWith(false);
        }
        var malformed = (ZeroKnowledgeRequest.Malformed) request;
        return work.refuse(caller, malformed.attempted(), new VaultRefusal.BadRequest(malformed.sentence()));
    }

    /** Idempotent. The service's wrap is cleared; what stays is the user's wrap and the key check value. */
    private Uni<Void> handToUser(Caller caller) {
        return work.change(
                caller,
                ZERO_KNOWLEDGE_ENABLE,
                (tx, vault) -> vault.custody() instanceof Custody.ByService held
                        ? handToUser(tx, caller, vault, held)
                        : done(new AuditEntry(ZERO_KNOWLEDGE_ENABLE, VaultWork.OK, "already-enabled")));
    }

    private Uni<AuditEntry> handToUser(SqlConnection tx, Caller caller, Vault vault, Custody.ByService held) {
        requireUsable(held.recovery());
        return vaults.giveToUser(tx, vault.owner(), checkValueOf(vault, held))
                // What the service could open before it must not outlive the switch either.
                .chain(() -> retained.dropAll(tx, vault.owner()))
                .chain(() -> revokeGrants(tx, caller))
                .chain(() -> notices.tell(tx, caller, Notice.ZERO_KNOWLEDGE_ENABLED))
                .replaceWith(AuditEntry.of(ZERO_KNOWLEDGE_ENABLE, VaultWork.OK));
    }

    /** Who locks the service out locks its worker out: no grant outlives the switch. */
    private Uni<Void> revokeGrants(SqlConnection tx, Caller caller) {
        return vaults.revokeGrants(tx, caller.user())
                .chain(count -> count == 0
                        ? Uni.createFrom().voidItem()
                        : trail.record(
                                        tx,
                                        caller,
                                        new AuditEntry(GRANT_REVOKE, VaultWork.OK, "zero-knowledge: " + count))
                                .replaceWithVoid());
    }

    /** From the key itself, the last time that the service can see it: this also proves that it still could. */
    private byte[] checkValueOf(Vault vault, Custody.ByService held) {
        try (var masterKey = masterKeys.open(vault, held)) {
            return masterKeys.checkValue(masterKey, vault.owner());
        }
    }

    private static void requireUsable(Optional<RecoveryWrap> recovery) {
        if (!recovery.orElseThrow(VaultRefusal.RecoveryWrapMissing::none).isWellFormed()) {
            throw VaultRefusal.RecoveryWrapMissing.malformed();
        }
    }

    /** Idempotent. The recovery wrap stays; the key must be the one that was handed over, where that can be told. */
    private Uni<Void> takeBack(Caller caller, KeyMaterial masterKey) {
        return work.change(
                caller,
                ZERO_KNOWLEDGE_DISABLE,
                (tx, vault) -> vault.custody() instanceof Custody.ByUser
                        ? takeBack(tx, caller, vault, masterKey)
                        : done(new AuditEntry(ZERO_KNOWLEDGE_DISABLE, VaultWork.OK, "already-disabled")));
    }

    private Uni<AuditEntry> takeBack(SqlConnection tx, Caller caller, Vault vault, KeyMaterial masterKey) {
        if (!masterKeys.couldBe(masterKey, vault)) {
            throw new VaultRefusal.MasterKeyMismatch();
        }
        var proven = vault.checkValue().isPresent();
        // Nobody can tell whether this is the key: the wrap of the real one outlives whatever is done with the vault
        // next.
        var kept = proven ? Uni.createFrom().voidItem() : replaced.keep(tx, vault.owner(), trail.newId());
        return kept.chain(() -> vaults.takeBack(
                        tx, vault.owner(), masterKeys.wrap(masterKey, vault.owner(), vault.generation())))
                .chain(() -> notices.tell(tx, caller, Notice.ZERO_KNOWLEDGE_DISABLED))
                .replaceWith(new AuditEntry(ZERO_KNOWLEDGE_DISABLE, VaultWork.OK, proven ? null : "kcv-unknown"));
    }

    private static Uni<AuditEntry> done(AuditEntry entry) {
        return Uni.createFrom().item(entry);
    }
}
