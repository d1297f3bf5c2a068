package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.schema.BootChecks;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the service would refuse to start for: role, memberships, ownership, grants, row-level security, policies, schema. */
final class Protection implements DatabaseCheck {
    @Override
    public String name() {
        return "protection";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        var refusals = BootChecks.refusalsOf(serving);
        return refusals.isEmpty()
                ? List.of(Finding.ok(
                        "role, memberships, grants, row-level security, policies and schema are as they must be"))
                : refusals.stream().map(Finding::fail).toList();
    }
}
