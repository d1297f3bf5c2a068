package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;

/** Rows without a seal: either the sealer has not come to them yet, or they came after it was there. */
final class StrayRows {
    private static final String UNSEALED = """
            SELECT a.id, coalesce(%s, false) AS pending,
                   a.at NOT BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' AS overdue
            FROM (SELECT t.id, t.xid, t.created_at AS at, false AS receipt FROM auth.encryption_vault_audit t
                  UNION ALL
                  SELECT r.id::text, r.xid, r.erased_at, true FROM auth.erasure_receipts r) a
            WHERE NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = a.id AND (s.user_id = '') = a.receipt)
            """;

    /** Nothing was ever sealed here: since the database is this one, or at all. */
    private static final String ALL = "true";

    private static final String AFTER =
            "(a.xid, a.id) > (CAST(? AS xid8), ?) AND a.xid < pg_snapshot_xmax(pg_current_snapshot())";

    private static final String AFTER_IN_SWEEP = "(a.at, a.id) > (CAST(? AS timestamptz), ?)"
            + " OR a.xid >= CAST(? AS xid8) AND a.xid < pg_snapshot_xmax(pg_current_snapshot())";

    private StrayRows() {}

    private record Stray(String id, boolean pending, boolean overdue) {}

    /** Reports what the sealer has passed by. Returns how many rows it has not come to. */
    static long report(Connection connection, Optional<Heads.Newest> newest, Consumer<Finding> findings)
            throws SQLException {
        var pending = 0L;
        var overdue = 0L;
        try (var strays = open(connection, newest.filter(Heads.Newest::writtenHere))) {
            for (var stray = strays.next(); stray.isPresent(); stray = strays.next()) {
                if (stray.get().pending()) {
                    pending++;
                    overdue += stray.get().overdue() ? 1 : 0;
                } else {
                    findings.accept(new Finding(
                            Kind.INSERTED, stray.get().id(), "the row has no seal, and those around it have"));
                }
            }
        }
        if (overdue > 0) {
            findings.accept(new Finding(
                    Kind.UNSEALED,
                    "trail",
                    overdue + " rows have waited for more than a minute: is a sealer running?"));
        }
        return pending;
    }

    private static Cursor<Stray> open(Connection connection, Optional<Heads.Newest> newest) throws SQLException {
        if (newest.isEmpty()) {
            return cursor(connection, ALL);
        }
        var at = newest.get().progress();
        var sweepAt = at.sweepAt();
        var sweepId = at.sweepId();
        return sweepAt == null || sweepId == null
                ? cursor(connection, AFTER, at.nextXid(), at.nextId())
                : cursor(connection, AFTER_IN_SWEEP, sweepAt, sweepId, at.nextXid());
    }

    private static Cursor<Stray> cursor(Connection connection, String pending, Object... parameters)
            throws SQLException {
        return Cursor.over(
                connection,
                row -> new Stray(row.getString("id"), row.getBoolean("pending"), row.getBoolean("overdue")),
                UNSEALED.formatted(pending),
                parameters);
    }
}
