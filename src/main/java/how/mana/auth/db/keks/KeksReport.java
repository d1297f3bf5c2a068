package how.mana.auth.db.keks;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What operators are told of the KEKs. As {@code mana_maintenance}. */
public final class KeksReport {
    private static final String KEKS = """
            SELECT k.id, k.state, coalesce(k.fingerprint, 'not recorded') AS fingerprint, coalesce(u.reserved, 0) AS reserved,
                   count(r.id) FILTER (WHERE k.fingerprint = ANY (r.fingerprints)) AS holders, count(r.id) AS replicas
            FROM auth.keks k
            LEFT JOIN auth.kek_uses u ON u.kek_id = k.id
            LEFT JOIN auth.replicas r ON r.seen_at > now() - interval '30 seconds'
            GROUP BY k.id, u.reserved
            ORDER BY array_position(ARRAY['active', 'announced', 'retiring', 'lost', 'retired'], k.state), k.id
            """;

    private static final String STATE = """
            SELECT min_wrap_format,
                   'since ' || sealed_at || ' by ' || coalesce(sealed_by, '?') || ': ' || coalesce(sealed_why, '?') AS sealed
            FROM auth.service_state
            """;

    private static final String SWEEPS = """
            SELECT kek_id, to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at, total, done, failed,
                   CASE WHEN finished_at IS NOT NULL THEN 'complete'
                        WHEN seen_at < now() - interval '1 minute' THEN 'ended before it was complete'
                        WHEN done = 0 THEN 'running'
                        ELSE 'about ' || ceil(%s) || ' s left' END AS progress
            FROM auth.rewrap_runs
            ORDER BY started_at DESC
            LIMIT 3
            """.formatted(how.mana.auth.db.keks.Sweep.SECONDS_LEFT);

    private static final String FAILURES = """
            SELECT kind || ' of ' || owner || ', generation ' || key_generation || ', under ' || kek_id || ': ' || reason
            FROM auth.rewrap_failures
            ORDER BY kind, owner, key_generation
            LIMIT 100
            """;

    private KeksReport() {}

    /**
     * A KEK.
     *
     * @param reserved at least as many wraps as it ever made
     * @param holders live replicas that hold it
     * @param replicas live replicas
     */
    public record Entry(String id, String state, String fingerprint, long reserved, long holders, long replicas) {}

    /** @param sealed since when, by whom and why; empty if it is not */
    public record State(int lowestFormat, Optional<String> sealed) {}

    /** @param progress in words */
    public record Sweep(String kek, String startedAt, long total, long done, long failed, String progress) {}

    /** All of them, the active one first. */
    public static List<Entry> keks(Connection maintenance) throws SQLException {
        return Jdbc.rows(
                maintenance,
                row -> new Entry(
                        row.getString("id"),
                        row.getString("state"),
                        row.getString("fingerprint"),
                        row.getLong("reserved"),
                        row.getLong("holders"),
                        row.getLong("replicas")),
                KEKS);
    }

    /** What all replicas obey. */
    public static State state(Connection maintenance) throws SQLException {
        return Jdbc.rows(
                        maintenance,
                        row -> new State(row.getInt("min_wrap_format"), Optional.ofNullable(row.getString("sealed"))),
                        STATE)
                .get(0);
    }

    /** The last three. */
    public static List<Sweep> sweeps(Connection maintenance) throws SQLException {
        return Jdbc.rows(
                maintenance,
                row -> new Sweep(
                        row.getString("kek_id"),
                        row.getString("started_at"),
                        row.getLong("total"),
                        row.getLong("done"),
                        row.getLong("failed"),
                        row.getString("progress")),
                SWEEPS);
    }

    /** Keys that did not open when a sweep came by: a line each, a hundred at most. */
    public static List<String> failures(Connection maintenance) throws SQLException {
        return Jdbc.strings(maintenance, FAILURES);
    }
}
