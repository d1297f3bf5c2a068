package how.mana.auth.cli.doctor;

import how.mana.auth.cli.FailureLine;
import how.mana.auth.cli.Operation;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.BootChecks;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether every database URL logs in, and may work as what it is for. */
final class Logins implements Check {
    private static final String MIGRATION = "MIGRATION_DATABASE_URL";

    @Override
    public String name() {
        return "login";
    }

    @Override
    public List<Finding> look(Operation operation) {
        var findings = new ArrayList<Finding>();
        findings.add(tried("DATABASE_URL", () -> Jdbc.connect(operation.serving(), "doctor")));
        if (operation.secret(MIGRATION).isPresent()) {
            findings.add(tried(MIGRATION, () -> owner(operation)));
        }
        for (var group : Group.values()) {
            if (isReachable(operation, group)) {
                findings.add(group(operation, group));
            }
        }
        operation.syncServing().ifPresent(url -> findings.addAll(sync(url)));
        return findings;
    }

    /** That the owner may not stand in is no fault: it is for who wants the group's commands to say who may. */
    private static Finding group(Operation operation, Group group) {
        var found = tried(group.role(), () -> operation.connect(group, "doctor"));
        return found.level() == Finding.Level.FAIL
                        && operation.secret(group.variable()).isEmpty()
                ? Finding.warn(found.text())
                : found;
    }

    /** Whether a variable says how to work as {@code group}. */
    static boolean isReachable(Operation operation, Group group) {
        return Stream.of(group.variable(), MIGRATION)
                .anyMatch(variable -> operation.secret(variable).isPresent());
    }

    private static Connection owner(Operation operation) throws SQLException {
        return Jdbc.connect(operation.owner(), "doctor");
    }

    private static List<Finding> sync(DatabaseUrl url) {
        try (var connection = Jdbc.connect(url, "doctor")) {
            var refusals = BootChecks.refusalsOfSync(connection);
            return refusals.isEmpty()
                    ? List.of(Finding.ok("SYNC_DATABASE_URL logs in, and may serve"))
                    : refusals.stream().map(Finding::fail).toList();
        } catch (SQLException e) {
            return List.of(Finding.fail("SYNC_DATABASE_URL: " + FailureLine.of(e)));
        }
    }

    private static Finding tried(String what, Login login) {
        try (var connection = login.open()) {
            return Finding.ok(what + " logs in, as "
                    + Jdbc.strings(connection, "SELECT session_user").get(0));
        } catch (SQLException | RuntimeException e) {
            return Finding.fail(what + ": " + FailureLine.of(e));
        }
    }

    private interface Login {
        Connection open() throws SQLException;
    }
}
