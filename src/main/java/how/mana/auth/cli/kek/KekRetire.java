package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekRetirement;
import java.sql.SQLException;

/** Ends a KEK that nothing needs any more, so that its bytes may be destroyed. */
public final class KekRetire implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("kek retire").operand(KekOperand.NAME);
    }

    @Override
    public String summary() {
        return "end a KEK; refused while a key is wrapped by it or a live replica writes with it";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var id = KekOperand.of(invocation);
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "kek retire")) {
            var retirement = KekRetirement.of(connection, id);
            if (!retirement.done()) {
                throw new CommandRefusedException("The KEK " + id + " is not retired: " + retirement.why());
            }
        }
        var output = invocation.output();
        output.say(id + " is retired");
        output.note("Backups made before the rewrap still need it: destroy it when the last of those is gone.");
        output.json().put("retired", id.value());
        return DONE;
    }
}
