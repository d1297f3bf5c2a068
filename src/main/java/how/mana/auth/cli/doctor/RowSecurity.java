package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Whether the sessions of the service have {@code row_security} on: without, each of their queries is an error. */
final class RowSecurity implements DatabaseCheck {
    @Override
    public String name() {
        return "setting";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        return Jdbc.isTrue(serving, "SELECT current_setting('row_security')::boolean")
                ? List.of(Finding.ok("row_security is on"))
                : List.of(Finding.fail("row_security is off for the serving role, whose queries all fail: ALTER ROLE "
                        + operation.serving().role() + " RESET row_security; and look at ALTER DATABASE … SET"));
    }
}
