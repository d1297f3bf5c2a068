package how.mana.auth.audit;

import how.mana.auth.caller.Caller;
import how.mana.auth.db.UserTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The trail, as its owners read it. Reading leaves no row. */
@Singleton
class AuditReading {
    private static final String NEWEST = """
            SELECT id, action, status, context, ip_address, user_agent,
                   to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS iso_ts,
                   (extract(epoch FROM created_at) * 1000000)::bigint AS micros
            FROM auth.encryption_vault_audit a
            WHERE user_id = $1
              AND (created_at, id) < (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3)
            ORDER BY a.created_at DESC, a.id DESC
            LIMIT $4
            """;

    private final UserTransactions transactions;

    AuditReading(UserTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Some of the caller's rows, newest first.
     *
     * @param next where the next page begins; empty if this was the last
     */
    record Page(List<AuditRow> rows, Optional<PageCursor> next) {}

    /** At most {@code limit} rows, from behind the one that {@code before} names. */
    Uni<Page> page(Caller caller, PageCursor before, int limit) {
        // One more than asked for: whether there is a next page is known without another question.
        var parameters = Tuple.of(caller.user().value(), before.micros(), before.id(), limit + 1);
        return transactions.as(
                caller, tx -> tx.preparedQuery(NEWEST).execute(parameters).map(found -> {
                    var rows = StreamSupport.stream(found.spliterator(), false).toList();
                    return page(rows, limit);
                }));
    }

    private static Page page(List<Row> found, int limit) {
        var rows = found.stream().limit(limit).map(AuditReading::row).toList();
        var next = found.size() > limit ? Optional.of(found.get(limit - 1)) : Optional.<Row>empty();
        return new Page(rows, next.map(row -> new PageCursor(row.getLong("micros"), row.getString("id"))));
    }

    private static AuditRow row(Row row) {
        return new AuditRow(
                row.getString("id"),
                row.getString("action"),
                row.getInteger("status"),
                row.getString("context"),
                row.getString("ip_address"),
                row.getString("user_agent"),
                row.getString("iso_ts"));
    }
}
