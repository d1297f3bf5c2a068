package how.mana.auth.cli.audit;

import how.mana.auth.audit.seal.HistoryLostException;
import how.mana.auth.audit.seal.SealMetrics;
import how.mana.auth.audit.seal.SealWatch;
import how.mana.auth.audit.seal.Sealer;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekOrders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;

/** Seals the trail, once or for as long as it runs. */
public final class SealTrail implements Command {
    private static final String WATCH = "--watch";

    @Override
    public Syntax syntax() {
        return Syntax.of("audit seal").flag(WATCH);
    }

    @Override
    public String summary() {
        return "seal the rows of the trail that are not sealed yet; --watch goes on until it is told to end";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.AUDITOR;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        if (invocation.arguments().has(WATCH)) {
            watch(invocation);
            return DONE;
        }
        var operation = invocation.operation();
        var ring = operation.keks();
        try (var connection = operation.connect(Group.AUDITOR, "audit seal")) {
            if (!Sealer.elect(connection)) {
                throw new CommandRefusedException("Another process seals this trail, so there is nothing to do");
            }
            KekOrders.follow(connection, ring);
            try (var sealer = Sealer.on(connection, ring, operation.random())) {
                var rows = sealer.sealAll();
                invocation.output().say("sealed: " + rows + " rows");
                invocation.output().json().put("sealed", rows);
            } catch (HistoryLostException e) {
                throw new CommandRefusedException(String.valueOf(e.getMessage()));
            }
        }
        return DONE;
    }

    private static void watch(Invocation invocation) {
        var operation = invocation.operation();
        var ring = operation.keks();
        var source = new SealWatch.Source() {
            @Override
            public Connection open() throws SQLException {
                return operation.connect(Group.AUDITOR, "audit seal");
            }

            /** Not before: they are old by the time that whoever stands by is elected. */
            @Override
            public void elected(Connection connection) throws SQLException {
                KekOrders.follow(connection, ring);
            }
        };
        new SealWatch(source, ring, operation.random(), new SealMetrics(new SimpleMeterRegistry()))
                .run(invocation::pause);
        invocation.output().json().put("ended", true);
    }
}
