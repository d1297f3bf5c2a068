package how.mana.auth.db.keks;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;

/** How far the last sweep is that moves keys to the active KEK; all zero if there never was one. */
record Sweep(long total, long done, long failed) {
    static final Sweep NONE = new Sweep(0, 0, 0);

    private static final String LAST =
            "SELECT total, done, failed FROM auth.rewrap_runs ORDER BY started_at DESC LIMIT 1";

    static Sweep last(Connection serving) throws SQLException {
        return Jdbc.rows(
                        serving,
                        row -> new Sweep(row.getLong("total"), row.getLong("done"), row.getLong("failed")),
                        LAST)
                .stream()
                .findFirst()
                .orElse(NONE);
    }
}
