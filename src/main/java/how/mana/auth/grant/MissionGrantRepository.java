package how.mana.auth.grant;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.vault.MasterKeyLoan;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.StreamSupport;

/** The SQL of the ledger. Row-level security decides whose rows there are. */
@Singleton
class MissionGrantRepository {
    private static final String GRANT = """
            SELECT * FROM auth.mission_grant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;

    private static final String LIVE = """
            SELECT id, mission_id, tables, record_count, worker_key, issued_at, expires_at
            FROM auth.mission_grants
            WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
            ORDER BY issued_at DESC, id
            LIMIT 200
            """;

    /** Locks what it is about to change, so that two revocations do not both claim it. */
    private static final String REVOKE_MISSION = """
            WITH granted AS MATERIALIZED (
                SELECT id, revoked_at IS NULL AND expires_at > now() AS live
                FROM auth.mission_grants
                WHERE user_id = $1 AND mission_id = $2
                FOR UPDATE),
            revoked AS (
                UPDATE auth.mission_grants g SET revoked_at = now()
                FROM granted WHERE g.id = granted.id AND granted.live
                RETURNING g.id)
            SELECT (SELECT count(*) FROM granted) AS granted, (SELECT count(*) FROM revoked) AS revoked
            """;

    private static final String WITHDRAW = """
            UPDATE auth.mission_grants SET revoked_at = now()
            WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL
            """;

    private static final String STATE = "SELECT auth.mission_grant_state($1, $2, $3, $4, $5)";

    private final ServiceTransactions service;

    MissionGrantRepository(ServiceTransactions service) {
        this.service = service;
    }

    /** Reads the vault, records the grant in the trail as {@code auditId}, and enters it into the ledger. */
    MasterKeyLoan.Reading granting(
            UserId owner, String auditId, MissionGrant grant, byte[] scopeDigest, String context) {
        return new MasterKeyLoan.Reading(
                AuditAction.GRANT,
                auditId,
                GRANT,
                List.of(
                        grant.id(),
                        grant.missionId(),
                        grant.tables().toArray(String[]::new),
                        grant.recordCount(),
                        Buffer.buffer(scopeDigest).getDelegate(),
                        grant.workerKey(),
                        utc(grant.issuedAt()),
                        utc(grant.expiresAt()),
                        context),
                tx -> withdraw(tx, owner, grant.id()));
    }

    /** What the owner's worker could use now, newest first; at most two hundred. */
    Uni<List<MissionGrant>> live(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(LIVE).execute(Tuple.of(owner.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(MissionGrantRepository::grant)
                .toList());
    }

    /** Takes back every live grant of a mission. */
    Uni<Revoked> revoke(SqlConnection tx, UserId owner, String missionId) {
        return tx.preparedQuery(REVOKE_MISSION)
                .execute(Tuple.of(owner.value(), missionId))
                .map(rows -> rows.iterator().next())
                .map(row -> new Revoked(row.getLong("granted"), row.getLong("revoked")));
    }

    /** Takes back a grant whose key could not be made: nobody has it. */
    private static Uni<Void> withdraw(SqlConnection tx, UserId owner, String grantId) {
        return tx.preparedQuery(WITHDRAW)
                .execute(Tuple.of(owner.value(), grantId))
                .replaceWithVoid();
    }

    /** What the ledger knows of a grant, whoever's it is. */
    Uni<GrantState> state(GrantCheckRequest asked) {
        var arguments = Tuple.tuple()
                .addString(asked.grantId())
                .addString(asked.userId())
                .addString(asked.missionId())
                .addOffsetDateTime(asked.issuedAt() == null ? null : utc(asked.issuedAt()))
                .addValue(
                        asked.scope() == null
                                ? null
                                : Buffer.buffer(asked.scope()).getDelegate());
        return service.run(tx -> tx.preparedQuery(STATE)
                .execute(arguments)
                .map(rows -> GrantState.of(rows.iterator().next().getString(0))));
    }

    private static MissionGrant grant(Row row) {
        return new MissionGrant(
                row.getString("id"),
                row.getString("mission_id"),
                List.of(row.getArrayOfStrings("tables")),
                row.getInteger("record_count"),
                row.getString("worker_key"),
                row.getOffsetDateTime("issued_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /**
     * @param granted how often the mission was ever granted
     * @param revoked how many of those were live until now
     */
    record Revoked(long granted, long revoked) {}
}
