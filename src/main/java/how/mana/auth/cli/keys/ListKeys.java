package how.mana.auth.cli.keys;

import com.fasterxml.jackson.databind.node.ArrayNode;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.token.KeyRotation;
import java.sql.SQLException;

/** Lists the signing keys. */
public final class ListKeys implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("keys list");
    }

    @Override
    public String summary() {
        return "the signing keys, newest first: published ahead, signing, verifying, withdrawn";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "keys list")) {
            var keys = invocation.output().json().putArray("keys");
            for (var key : new KeyRotation(connection).list()) {
                invocation.output().say(line(key));
                describe(keys, key);
            }
            return DONE;
        }
    }

    private static String line(KeyRotation.Listed key) {
        return "%-32s  %-9s%s%s"
                .formatted(
                        key.kid(),
                        key.state(),
                        key.signsFrom().map(time -> "  signs from " + time).orElse(""),
                        key.withdrawnAt().map(time -> "  until " + time).orElse(""))
                .stripTrailing();
    }

    private static void describe(ArrayNode keys, KeyRotation.Listed key) {
        var json = keys.addObject()
                .put("kid", key.kid())
                .put("state", key.state())
                .put("createdAt", key.createdAt().toString());
        key.signsFrom().ifPresent(time -> json.put("signsFrom", time.toString()));
        key.withdrawnAt().ifPresent(time -> json.put("withdrawnAt", time.toString()));
        key.kek().ifPresent(kek -> json.put("kek", kek));
    }
}
