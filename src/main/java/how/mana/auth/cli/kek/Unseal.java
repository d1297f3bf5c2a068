package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.EmergencySeal;
import java.sql.SQLException;

/** Ends what {@link Seal} began. */
public final class Unseal implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("unseal");
    }

    @Override
    public String summary() {
        return "end the emergency: keys are opened again within a second";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "unseal")) {
            var changed = EmergencySeal.lift(connection);
            invocation.output().say(changed ? "unsealed" : "it was not sealed");
            invocation.output().json().put("sealed", false).put("changed", changed);
            return DONE;
        }
    }
}
