package how.mana.auth.cli.keys;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.token.KeyRotation;
import java.sql.SQLException;
import java.time.Duration;

/** Makes a new signing key take over. */
public final class RotateKeys implements Command {
    private static final String LEAD = "--lead";
    private static final String KEEP = "--keep";

    /** Longer than anybody holds a copy of the key set: a minute by its Cache-Control, five here, ten in common libraries. */
    private static final Duration USUAL_LEAD = Duration.ofMinutes(15);

    /** A replica may sign with the former key for five minutes more, and its tokens live for fifteen. */
    private static final Duration USUAL_KEEP = Duration.ofHours(1);

    private static final Duration SHORTEST_LEAD = Duration.ofMinutes(6);
    private static final Duration SHORTEST_KEEP = Duration.ofMinutes(20);

    @Override
    public Syntax syntax() {
        return Syntax.of("keys rotate").option(LEAD, "TIME").option(KEEP, "TIME");
    }

    @Override
    public String summary() {
        return "publish a new signing key now, sign with it after --lead (15m), withdraw the others --keep (1h) later";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var lead = invocation.arguments().duration(LEAD).orElse(USUAL_LEAD);
        var keep = invocation.arguments().duration(KEEP).orElse(USUAL_KEEP);
        warn(invocation, lead, keep);
        var operation = invocation.operation();
        var ring = operation.keks();
        try (var connection = operation.connect(Group.MAINTENANCE, "keys rotate")) {
            var rotated = new KeyRotation(connection).rotate(ring, operation.random(), lead, keep);
            report(invocation, rotated, keep);
            return DONE;
        }
    }

    private static void warn(Invocation invocation, Duration lead, Duration keep) {
        if (lead.compareTo(SHORTEST_LEAD) < 0) {
            invocation.output().note("With a lead below 6m, who holds a copy of the key set may refuse good tokens.");
        }
        if (keep.compareTo(SHORTEST_KEEP) < 0) {
            invocation
                    .output()
                    .note("Keys kept for less than 20m end tokens that still count: clients have to refresh.");
        }
    }

    private static void report(Invocation invocation, KeyRotation.Rotated rotated, Duration keep) {
        var from = rotated.signsFrom();
        invocation.output().say("published " + rotated.kid() + ", which signs from " + from);
        invocation.output().say("the others verify until " + from.plus(keep));
        invocation
                .output()
                .json()
                .put("kid", rotated.kid())
                .put("signsFrom", from.toString())
                .put("othersUntil", from.plus(keep).toString());
    }
}
