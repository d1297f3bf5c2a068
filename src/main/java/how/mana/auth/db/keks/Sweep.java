package how.mana.auth.db.keks;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * How far the last sweep is that moves keys to the active KEK; all zero if there never was one.
 *
 * @param secondsLeft if it goes on as it went so far; 0 if it is over, or has died
 */
record Sweep(long total, long done, long failed, double secondsLeft) {
    static final Sweep NONE = new Sweep(0, 0, 0, 0);

    /** How long one that runs still takes, of a row of {@code auth.rewrap_runs} whose {@code done} is not 0; in SQL. */
    static final String SECONDS_LEFT = "extract(epoch FROM now() - started_at) / done * greatest(total - done, 0)";

    private static final String LAST = """
            SELECT total, done, failed,
                   CASE WHEN finished_at IS NOT NULL OR done = 0 OR seen_at < now() - interval '1 minute' THEN 0
                        ELSE %s END::float8 AS seconds_left
            FROM auth.rewrap_runs
            ORDER BY started_at DESC
            LIMIT 1
            """.formatted(SECONDS_LEFT);

    static Sweep last(Connection serving) throws SQLException {
        return Jdbc.rows(
                        serving,
                        row -> new Sweep(
                                row.getLong("total"),
                                row.getLong("done"),
                                row.getLong("failed"),
                                row.getDouble("seconds_left")),
                        LAST)
                .stream()
                .findFirst()
                .orElse(NONE);
    }
}
