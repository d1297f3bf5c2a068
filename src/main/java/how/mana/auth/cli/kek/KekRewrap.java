package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Progress;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.OperatorRing;
import how.mana.auth.db.rewrap.Rewrap;
import java.sql.SQLException;
import java.time.Duration;

/** Moves every key to the active KEK and format 2, while the service serves. */
public final class KekRewrap implements Command {
    private static final String RATE = "--rate";
    private static final long DEFAULT_RATE = 1_000;
    private static final long HIGHEST_RATE = 1_000_000;

    @Override
    public Syntax syntax() {
        return Syntax.of("kek rewrap").option(RATE, "ROWS");
    }

    @Override
    public String summary() {
        return "move every key to the active KEK and the newest format, " + DEFAULT_RATE
                + " a second or ROWS; can be ended and begun again";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var rate = invocation.arguments().number(RATE, 1, HIGHEST_RATE).orElse(DEFAULT_RATE);
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "kek rewrap");
                var progress = invocation.output().progress("rewrap")) {
            var ring = OperatorRing.of(connection, invocation.operation().keks());
            return report(invocation, new Rewrap(connection, ring, new Pace(invocation, progress, rate)).run());
        }
    }

    private static int report(Invocation invocation, Rewrap.Outcome outcome) {
        var output = invocation.output();
        output.say("rewrapped " + outcome.done() + ", failed " + outcome.failed()
                + (outcome.complete() ? "" : "; ended before it was complete: run it again"));
        if (outcome.fenceClosed()) {
            output.say("no wrap of format 1 is left, and none is read any more");
        }
        if (outcome.failed() > 0) {
            output.note("Keys that did not open were left as they are: `kek status` and `kek verify` name them");
        }
        output.json()
                .put("done", outcome.done())
                .put("failed", outcome.failed())
                .put("complete", outcome.complete())
                .put("fenceClosed", outcome.fenceClosed());
        return outcome.complete() && outcome.failed() == 0 ? DONE : FAILED;
    }

    /** So many rows a second, from the first on. */
    private record Pace(Invocation invocation, Progress progress, long rate, long begun) implements Rewrap.Watch {
        Pace(Invocation invocation, Progress progress, long rate) {
            this(invocation, progress, rate, System.nanoTime());
        }

        @Override
        public boolean goesOn(long done, long total) {
            progress.at(done, Math.max(done, total));
            var early = Duration.ofSeconds(1).toNanos() * done / rate - (System.nanoTime() - begun);
            return early > 0
                    ? pause(Duration.ofNanos(early))
                    : !invocation.stop().asked();
        }

        @Override
        public boolean pause(Duration time) {
            return invocation.pause(time);
        }
    }
}
