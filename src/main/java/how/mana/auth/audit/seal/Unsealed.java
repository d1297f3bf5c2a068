package how.mana.auth.audit.seal;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds rows that have no seal yet, in the order in which they are to be sealed. */
final class Unsealed {
    /**
     * Rows of transactions that are over, after those looked at. What is below the oldest running transaction is committed or
     * never will be, and this statement's snapshot, which says which one that is, sees all of it. A row and a receipt may have one id: both come at once, since the place behind one is behind both.
     */
    private static final String NEW = """
            SELECT id, xid::text, NULL AS place, receipt, user_id, action, ip_address, user_agent, context, status, created_at
            FROM ((SELECT t.id, t.xid, false AS receipt,
                          t.user_id, t.action, t.ip_address, t.user_agent, t.context, t.status, t.created_at
                   FROM auth.encryption_vault_audit t
                   WHERE (t.xid, t.id) > (CAST(? AS xid8), ?) AND t.xid < pg_snapshot_xmin(pg_current_snapshot())
                     AND NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = t.id AND s.user_id <> '')
                   ORDER BY t.xid, t.id
                   LIMIT ?)
                  UNION ALL
                  (SELECT r.id::text, r.xid, true, r.subject, r.reason, NULL, NULL, NULL, 0, r.erased_at
                   FROM auth.erasure_receipts r
                   WHERE (r.xid, r.id::text) > (CAST(? AS xid8), ?) AND r.xid < pg_snapshot_xmin(pg_current_snapshot())
                     AND NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = r.id::text AND s.user_id = '')
                   ORDER BY r.xid, r.id::text
                   LIMIT ?)) f
            ORDER BY f.xid, f.id
            FETCH FIRST ? ROWS WITH TIES
            """;

    /**
     * Rows from before the first new one, oldest first, and all that another cluster wrote: their numbers mean nothing here, and they
     * are seen, so they are committed.
     */
    private static final String OLD = """
            SELECT id, xid::text, created_at::text AS place, receipt,
                   user_id, action, ip_address, user_agent, context, status, created_at
            FROM ((SELECT t.id, t.xid, false AS receipt,
                          t.user_id, t.action, t.ip_address, t.user_agent, t.context, t.status, t.created_at
                   FROM auth.encryption_vault_audit t
                   WHERE (t.created_at, t.id) > (CAST(? AS timestamptz), ?)
                     AND (t.xid IS NULL OR t.xid < CAST(? AS xid8)
                          OR t.xmin::text::numeric <> mod(t.xid::text::numeric, 4294967296))
                     AND NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = t.id AND s.user_id <> '')
                   ORDER BY t.created_at, t.id
                   LIMIT ?)
                  UNION ALL
                  (SELECT r.id::text, r.xid, true, r.subject, r.reason, NULL, NULL, NULL, 0, r.erased_at
                   FROM auth.erasure_receipts r
                   WHERE (r.erased_at, r.id::text) > (CAST(? AS timestamptz), ?)
                     AND (r.xid IS NULL OR r.xid < CAST(? AS xid8)
                          OR r.xmin::text::numeric <> mod(r.xid::text::numeric, 4294967296))
                     AND NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = r.id::text AND s.user_id = '')
                   ORDER BY r.erased_at, r.id::text
                   LIMIT ?)) f
            ORDER BY f.created_at, f.id
            FETCH FIRST ? ROWS WITH TIES
            """;

    private static final String STILL_THERE = "SELECT id FROM auth.encryption_vault_audit WHERE id = ANY (?)";

    private static final String OLDEST_NEW = """
            SELECT extract(epoch FROM clock_timestamp() - t.created_at)::float8
            FROM auth.encryption_vault_audit t
            WHERE (t.xid, t.id) > (CAST(? AS xid8), ?)
              AND NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = t.id AND s.user_id <> '')
            ORDER BY t.xid, t.id
            LIMIT 1
            """;

    private static final String OLDEST_OLD = """
            SELECT extract(epoch FROM clock_timestamp() - t.created_at)::float8
            FROM auth.encryption_vault_audit t
            WHERE t.created_at > CAST(? AS timestamptz)
              AND NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = t.id AND s.user_id <> '')
            ORDER BY t.created_at
            LIMIT 1
            """;

    private Unsealed() {}

    /** A row to be sealed, and its place in the order: its transaction or, where that means nothing, its time. */
    record Found(Sealable row, String xid, @Nullable String time) {
        String id() {
            return row.id();
        }
    }

    /** The next rows after {@code from}, {@code most} or, if the last shares its place, one more. */
    static List<Found> next(Connection connection, Progress from, int most) throws SQLException {
        return from.sweeping()
                ? found(
                        connection,
                        OLD,
                        from.sweepAt(),
                        from.sweepId(),
                        from.nextXid(),
                        most,
                        from.sweepAt(),
                        from.sweepId(),
                        from.nextXid(),
                        most,
                        most)
                : found(
                        connection,
                        NEW,
                        from.nextXid(),
                        from.nextId(),
                        most,
                        from.nextXid(),
                        from.nextId(),
                        most,
                        most);
    }

    private static List<Found> found(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        return Jdbc.rows(
                connection,
                row -> new Found(
                        row.getBoolean("receipt") ? receiptAmongActs(row) : act(row),
                        Objects.requireNonNullElse(row.getString("xid"), ""),
                        row.getString("place")),
                sql,
                parameters);
    }

    /** Those of {@code found} that are still there, in the same order. Receipts never go. */
    static List<Sealable> stillThere(Connection connection, List<Found> found) throws SQLException {
        var ids = found.stream()
                .filter(row -> row.row() instanceof Sealable.Act)
                .map(Found::id)
                .toArray(String[]::new);
        var there = Set.copyOf(Jdbc.strings(connection, STILL_THERE, (Object) ids));
        return found.stream()
                .map(Found::row)
                .filter(row -> row instanceof Sealable.Receipt || there.contains(row.id()))
                .toList();
    }

    private static Sealable receiptAmongActs(ResultSet row) throws SQLException {
        return new Sealable.Receipt(
                row.getString("id"), row.getString("user_id"), row.getString("action"), moment(row, "created_at"));
    }

    /** How old the oldest row is that was not looked at, in seconds; 0 if there is none. */
    static double lag(Connection connection, Progress at) throws SQLException {
        var age = at.sweeping()
                ? Jdbc.rows(connection, row -> row.getDouble(1), OLDEST_OLD, at.sweepAt())
                : Jdbc.rows(connection, row -> row.getDouble(1), OLDEST_NEW, at.nextXid(), at.nextId());
        return age.stream().findFirst().map(seconds -> Math.max(0, seconds)).orElse(0.0);
    }

    static Sealable.Act act(ResultSet row) throws SQLException {
        return new Sealable.Act(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("action"),
                row.getString("ip_address"),
                row.getString("user_agent"),
                row.getString("context"),
                row.getInt("status"),
                moment(row, "created_at"));
    }

    static Sealable.Receipt receipt(ResultSet row) throws SQLException {
        return new Sealable.Receipt(
                row.getString("id"), row.getString("subject"), row.getString("reason"), moment(row, "erased_at"));
    }

    private static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
