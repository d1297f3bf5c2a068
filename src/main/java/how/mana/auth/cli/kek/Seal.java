package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.EmergencySeal;
import java.sql.SQLException;

/** For an emergency: no key is opened or made before {@link Unseal}. Sign-in and everything without keys goes on. */
public final class Seal implements Command {
    private static final String WHY = "--why";

    @Override
    public Syntax syntax() {
        return Syntax.of("seal").option(WHY, "TEXT");
    }

    @Override
    public String summary() {
        return "in an emergency: every replica stops opening and making keys within five seconds";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "seal")) {
            var changed = EmergencySeal.set(
                    connection, invocation.arguments().find(WHY).orElse("not said"));
            invocation.output().say(changed ? "sealed" : "it was sealed already");
            invocation.output().json().put("sealed", true).put("changed", changed);
            return DONE;
        }
    }
}
