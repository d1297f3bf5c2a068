package how.mana.auth.grant;

import static how.mana.auth.audit.AuditAction.GRANT;
import static how.mana.auth.audit.AuditAction.GRANT_REVOKE;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.OaepPublicKey;
import how.mana.auth.db.Timestamps;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.vault.MasterKeyLoan;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Makes mission grants, lists them and takes them back. */
@Singleton
class MissionGrantService {
    private static final int OK = 200;

    private final WorkerKey workerKey;
    private final MasterKeyLoan masterKeys;
    private final MissionGrantRepository grants;
    private final UserTransactions transactions;
    private final AuditTrail trail;
    private final Clock clock;

    MissionGrantService(
            WorkerKey workerKey,
            MasterKeyLoan masterKeys,
            MissionGrantRepository grants,
            UserTransactions transactions,
            AuditTrail trail,
            Clock clock) {
        this.workerKey = workerKey;
        this.masterKeys = masterKeys;
        this.grants = grants;
        this.transactions = transactions;
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Grants the worker what {@code request} asks for: one trip to the database, as for opening a vault, and one RSA-OAEP.
     *
     * @param request empty if it was of another shape
     */
    Uni<SealedGrant> grant(Caller caller, Optional<MissionGrantRequest> request) {
        return trail.audited(caller, GRANT, Uni.createFrom().item(() -> order(request)))
                .chain(order -> grant(caller, order));
    }

    /** In the order of the contract: shape, worker, scope. */
    private Order order(Optional<MissionGrantRequest> request) {
        var asked = request.orElseThrow(GrantRefusal.Malformed::new);
        var worker = workerKey.required();
        var scope = MissionScope.of(asked.missionId(), asked.tables(), asked.recordIds());
        var issuedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var grant = new MissionGrant(
                trail.newId(),
                scope.missionId(),
                scope.tables(),
                scope.recordIds().size(),
                worker.fingerprint(),
                issuedAt,
                issuedAt.plus(asked.lifetime()));
        return new Order(worker, scope, grant);
    }

    private Uni<SealedGrant> grant(Caller caller, Order order) {
        var digest = order.scope().digest();
        var reading =
                grants.granting(caller.user(), trail.newId(), order.grant(), digest, contextOf(order.grant(), digest));
        return masterKeys.lend(caller, reading, masterKey -> seal(order, masterKey));
    }

    private static SealedGrant seal(Order order, KeyMaterial masterKey) {
        try (var missionKey = order.scope().keyFrom(masterKey)) {
            var sealed = order.worker().wrap(missionKey);
            return new SealedGrant(
                    order.grant(), order.scope(), Base64.getEncoder().encodeToString(sealed));
        }
    }

    /** JSON, because the mission's id is the client's text and must not pass for another member. */
    private static String contextOf(MissionGrant grant, byte[] scopeDigest) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("grantId", grant.id())
                .put("missionId", grant.missionId())
                .put("tables", grant.tables().size())
                .put("records", grant.recordCount())
                .put("scope", HexFormat.of().formatHex(scopeDigest))
                .put("expiresAt", Timestamps.iso(grant.expiresAt()))
                .put("workerKey", grant.workerKey())
                .toString();
    }

    /** The caller's live grants, newest first. Touches no key and leaves no row. */
    Uni<List<MissionGrant>> live(Caller caller) {
        return transactions.as(caller, tx -> grants.live(tx, caller.user()));
    }

    /**
     * Takes back every live grant of a mission. What a worker holds already, it goes on holding.
     *
     * @return how many that were; 0 if all had ended before
     */
    Uni<Long> revoke(Caller caller, String missionId) {
        return trail.audited(
                caller, GRANT_REVOKE, transactions.as(caller, tx -> grants.revoke(tx, caller.user(), known(missionId))
                        .map(MissionGrantService::requireAny)
                        .call(revoked -> trail.record(tx, caller, revocation(missionId, revoked)))));
    }

    /** What cannot be the id of a mission was never granted. */
    private static String known(String missionId) {
        if (!MissionScope.isText(missionId)) {
            throw new GrantRefusal.NotFound();
        }
        return missionId;
    }

    private static long requireAny(MissionGrantRepository.Revoked found) {
        if (found.granted() == 0) {
            throw new GrantRefusal.NotFound();
        }
        return found.revoked();
    }

    private static AuditEntry revocation(String missionId, long revoked) {
        var context = JsonNodeFactory.instance
                .objectNode()
                .put("missionId", missionId)
                .put("revoked", revoked);
        return new AuditEntry(GRANT_REVOKE, OK, context.toString());
    }

    /** For a worker: whether a grant it holds is good. */
    Uni<GrantState> state(Optional<GrantCheckRequest> asked) {
        return asked.map(grants::state).orElseGet(() -> Uni.createFrom().item(GrantState.MALFORMED));
    }

    /** What is to be granted, once nothing but the vault can refuse it. */
    private record Order(OaepPublicKey worker, MissionScope scope, MissionGrant grant) {}

    /** @param wrappedKey the mission's key, sealed to the worker: base64 of as many bytes as the worker's key has */
    record SealedGrant(MissionGrant grant, MissionScope scope, String wrappedKey) {}
}
