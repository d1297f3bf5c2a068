package how.mana.auth.vault;

import static how.mana.auth.audit.AuditAction.ROTATE;
import static how.mana.auth.audit.AuditAction.ROTATE_ABORT;
import static how.mana.auth.audit.AuditAction.ROTATE_COMMIT;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.db.keks.Wrapping;
import how.mana.auth.vault.KeyRelease.Recorded;
import how.mana.auth.vault.VaultWork.Held;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Replaces a user's key, and lets them think again. What is superseded stays wrapped for a while: data that was not encrypted
 * anew before the answer was lost is not lost with it.
 */
@Singleton
class Rekey {
    private final UserTransactions transactions;
    private final VaultWork work;
    private final Succession succession;
    private final RetainedKeys retained;
    private final RekeyRequests requests;
    private final RekeyLimit limit;
    private final AuditTrail trail;
    private final KeyRelease release;
    private final Wrapping wrapping;

    Rekey(
            UserTransactions transactions,
            VaultWork work,
            Succession succession,
            RetainedKeys retained,
            RekeyRequests requests,
            RekeyLimit limit,
            AuditTrail trail,
            KeyRelease release,
            Wrapping wrapping) {
        this.transactions = transactions;
        this.work = work;
        this.succession = succession;
        this.retained = retained;
        this.requests = requests;
        this.limit = limit;
        this.trail = trail;
        this.release = release;
        this.wrapping = wrapping;
    }

    /** Replaces the caller's master key by a new one and keeps the old one for a while; makes the vault if there is none. */
    Uni<OpenedVault> rotate(Caller caller, List<String> idempotencyKeys) {
        return once(caller, ROTATE, idempotencyKeys, (tx, key) -> work.lockOrCreate(tx, caller)
                .chain(held -> held.created()
                        ? created(tx, caller, held, key)
                        : replayOr(tx, caller, held.vault(), new Named(ROTATE, key), succession::next)));
    }

    /**
     * Puts the key before the present one back, as a new generation, with the recovery wrap that was made of it. The present one
     * is kept for a while, but cannot be put back itself: asking twice takes two rotations back and none of them twice.
     */
    Uni<OpenedVault> abort(Caller caller, List<String> idempotencyKeys) {
        return once(caller, ROTATE_ABORT, idempotencyKeys, (tx, key) -> work.requireLocked(tx, caller)
                .chain(vault -> replayOr(tx, caller, vault, new Named(ROTATE_ABORT, key), succession::former)));
    }

    /** Deletes what is kept of the caller's superseded keys. Idempotent. @return how many keys that were */
    Uni<Integer> commit(Caller caller) {
        return trail.audited(caller, ROTATE_COMMIT, transactions.as(caller, tx -> work.requireLocked(tx, caller)
                .chain(vault -> retained.dropAll(tx, vault.owner()))
                .call(count ->
                        trail.record(tx, caller, new AuditEntry(ROTATE_COMMIT, VaultWork.OK, "deleted: " + count)))));
    }

    private Uni<OpenedVault> once(
            Caller caller,
            AuditAction action,
            List<String> idempotencyKeys,
            BiFunction<SqlConnection, Optional<IdempotencyKey>, Uni<Recorded>> change) {
        var recorded = Uni.createFrom()
                .item(() -> IdempotencyKey.of(action, idempotencyKeys))
                .chain(key -> wrapping.during(() -> transactions.as(
                        caller, tx -> limit.count(tx, caller.user()).chain(() -> change.apply(tx, key)))));
        return trail.audited(caller, action, recorded).chain(done -> release.of(caller, done, action));
    }

    private Uni<Recorded> created(SqlConnection tx, Caller caller, Held held, Optional<IdempotencyKey> key) {
        return requests.remember(tx, caller.user(), key, held.vault().generation())
                .chain(() -> work.recorded(
                        tx, caller, held.vault(), new AuditEntry(ROTATE, VaultWork.CREATED, "init-on-rotate")));
    }

    /** What the request of this name did before, if it did; else does it, under the vault's row lock. */
    private Uni<Recorded> replayOr(SqlConnection tx, Caller caller, Vault vault, Named request, Succession.Step step) {
        if (!(vault.custody() instanceof Custody.ByService held)) {
            throw new VaultRefusal.ZeroKnowledgeForbidsRotation();
        }
        return requests.find(tx, caller.user(), request.key())
                .chain(made -> made.isPresent()
                        ? replay(tx, caller, vault, made.get(), request.action())
                        : step.take(tx, caller, vault, held)
                                .call(done ->
                                        requests.remember(tx, caller.user(), request.key(), vault.generation() + 1)));
    }

    private Uni<Recorded> replay(SqlConnection tx, Caller caller, Vault vault, long made, AuditAction action) {
        if (made != vault.generation()) {
            throw new VaultRefusal.RotationSuperseded();
        }
        return work.recorded(tx, caller, vault, new AuditEntry(action, VaultWork.OK, "replayed"));
    }

    private record Named(AuditAction action, Optional<IdempotencyKey> key) {}
}
