package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.schema.ExpectedTriggers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Whether what must not change is guarded. */
final class Triggers implements DatabaseCheck {
    @Override
    public String name() {
        return "triggers";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        var differences = ExpectedTriggers.differences(serving);
        return differences.isEmpty()
                ? List.of(Finding.ok("all there and switched on"))
                : differences.stream().map(Finding::fail).toList();
    }
}
