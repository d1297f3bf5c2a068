package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Progress;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.OperatorRing;
import how.mana.auth.db.rewrap.WrapTables;
import how.mana.auth.db.rewrap.WrapVerification;
import java.sql.SQLException;

/** Opens every key that is kept wrapped, and changes nothing. */
public final class KekVerify implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("kek verify");
    }

    @Override
    public String summary() {
        return "open every wrapped key and name those that do not open; changes nothing";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "kek verify");
                var progress = invocation.output().progress("verify")) {
            var ring = OperatorRing.of(connection, invocation.operation().keks());
            var total = WrapTables.byKek(connection).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            var failures = new Failures(invocation, progress, total);
            var counts = new WrapVerification(connection, ring, failures).run();
            invocation.output().say("opened " + counts.opened() + ", failed " + counts.failed());
            invocation.output().json().put("opened", counts.opened()).put("failed", counts.failed());
            return counts.failed() == 0 ? DONE : FAILED;
        }
    }

    private record Failures(Invocation invocation, Progress progress, long total) implements WrapVerification.Listener {
        @Override
        public void doesNotOpen(WrapVerification.Failure failure) {
            invocation
                    .output()
                    .say("%s of %s, generation %d, under %s: %s"
                            .formatted(
                                    failure.kind(),
                                    failure.owner(),
                                    failure.generation(),
                                    failure.kekId(),
                                    failure.reason()));
            invocation
                    .output()
                    .json()
                    .withArray("failures")
                    .addObject()
                    .put("kind", failure.kind())
                    .put("owner", failure.owner())
                    .put("generation", failure.generation())
                    .put("kek", failure.kekId())
                    .put("reason", failure.reason());
        }

        @Override
        public void at(long looked) {
            progress.at(looked, Math.max(looked, total));
        }
    }
}
