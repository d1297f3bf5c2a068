package how.mana.auth.grant;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** {@code mana_ai.decrypt_audit}, as its owners read it. */
@Singleton
class AiAuditRepository {
    private static final String NEWEST = """
            SELECT id, mission_id, iteration_id, table_name, record_id, status, reason,
                   to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS iso_ts
            FROM mana_ai.decrypt_audit d
            WHERE user_id = $1 AND ($3::text IS NULL OR mission_id = $3)
            ORDER BY d.ts DESC, d.id DESC
            LIMIT $2
            """;

    /** At most {@code limit} rows, newest first; of one mission, if one is named. */
    Uni<List<AiAuditRow>> newest(SqlConnection tx, UserId owner, int limit, Optional<String> missionId) {
        return tx.preparedQuery(NEWEST)
                .execute(Tuple.of(owner.value(), limit, missionId.orElse(null)))
                .map(AiAuditRepository::all);
    }

    private static List<AiAuditRow> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new AiAuditRow(
                        String.valueOf(row.getLong("id")),
                        row.getString("mission_id"),
                        row.getString("iteration_id"),
                        row.getString("table_name"),
                        row.getString("record_id"),
                        row.getString("status"),
                        row.getString("reason"),
                        row.getString("iso_ts")))
                .toList();
    }
}
