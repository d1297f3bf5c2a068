package how.mana.auth.cli.audit;

import how.mana.auth.audit.seal.Pruning;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekOrders;
import java.sql.SQLException;
import java.util.List;

/** Takes away rows that were sealed long ago. */
public final class PruneTrail implements Command {
    private static final String BEFORE = "--before";

    @Override
    public Syntax syntax() {
        return Syntax.of("audit prune").required(BEFORE, "DATE");
    }

    @Override
    public String summary() {
        return "verify the trail, and take away the rows sealed before a date, behind a signed checkpoint; export them first";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.AUDITOR;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var before = Moments.find(invocation.arguments(), BEFORE).orElseThrow();
        // What is pruned can never be verified again.
        if (VerifyTrail.verify(invocation, List.of(), finding -> {}).findings() > 0) {
            throw new CommandRefusedException(
                    "The trail is not as it was sealed, so nothing is taken away: audit verify");
        }
        var ring = invocation.operation().keks();
        try (var connection = invocation.operation().connect(Group.AUDITOR, "audit prune")) {
            KekOrders.follow(connection, ring);
            var rows = new Pruning(connection, ring).before(before);
            invocation.output().say("pruned: " + rows + " rows");
            invocation.output().json().put("pruned", rows);
            return DONE;
        } catch (Pruning.NotSealedException e) {
            throw new CommandRefusedException(String.valueOf(e.getMessage()));
        }
    }
}
