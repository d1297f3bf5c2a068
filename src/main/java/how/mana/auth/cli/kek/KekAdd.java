package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekRegistry;
import java.sql.SQLException;

/** Tells the database of a KEK, so that every replica looks for it. It wraps nothing yet. */
public final class KekAdd implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("kek add").operand(KekOperand.NAME);
    }

    @Override
    public String summary() {
        return "announce a KEK that is at hand here: replicas take it up from their own files within seconds";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var ring = invocation.operation().keks();
        var id = KekOperand.heldBy(ring, invocation);
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "kek add")) {
            KekRegistry.announce(connection, ring, id);
        }
        var fingerprint = ring.fingerprint(id).orElseThrow();
        invocation.output().say("added " + id + ", fingerprint " + fingerprint);
        invocation.output().json().put("id", id.value()).put("fingerprint", fingerprint);
        return DONE;
    }
}
