package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Whether this Postgres is one that the service is tested on. */
final class Version implements DatabaseCheck {
    private static final int OLDEST = 150_000;

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        return Jdbc.rows(
                serving,
                row -> finding(row.getInt(1), row.getString(2)),
                "SELECT current_setting('server_version_num')::integer, current_setting('server_version')");
    }

    private static Finding finding(int number, String version) {
        return number >= OLDEST
                ? Finding.ok("Postgres " + version)
                : Finding.fail("Postgres " + version + " is older than 15: upgrade it");
    }
}
