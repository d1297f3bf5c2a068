package how.mana.auth.cli.doctor;

import how.mana.auth.audit.seal.SealLag;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.Operation;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.OperatorConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Whether somebody seals the trail. What was sealed is proven by {@code audit verify}, and not here. */
final class Trail implements Check {
    /** Much longer than sealing takes under load. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String REMEDY =
            ": give the service " + Group.AUDITOR.variable() + " and look at its log, or run `audit seal --watch`";

    @Override
    public String name() {
        return "trail";
    }

    @Override
    public List<Finding> look(Operation operation) {
        if (!Logins.isReachable(operation, Group.AUDITOR)) {
            return List.of(Finding.warn("who seals it was not looked at: set " + Group.AUDITOR.variable()));
        }
        try (var auditor = operation.connect(Group.AUDITOR, "doctor")) {
            return List.of(finding(SealLag.of(auditor)));
        } catch (SQLException
                | OperatorConnection.NotAMemberException
                | CommandRefusedException noLogin) { // which Logins has said
            return List.of(Finding.warn("who seals it could not be looked at: see `login` and `protection`"));
        }
    }

    private static Finding finding(SealLag lag) {
        if (lag.waiting().compareTo(PATIENCE) > 0) {
            return Finding.warn(
                    lag.begun()
                            ? "the oldest row without a seal has waited for "
                                    + lag.waiting().toSeconds() + " s" + REMEDY
                            : "nothing was ever sealed" + REMEDY);
        }
        return Finding.ok(lag.begun() ? "is sealed as it grows" : "has nothing that waits for a seal");
    }
}
