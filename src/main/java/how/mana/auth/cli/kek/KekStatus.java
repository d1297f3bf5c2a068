package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KeksReport;
import how.mana.auth.db.rewrap.WrapTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Which KEK wraps what, who holds it, and how far a rewrap is. */
public final class KekStatus implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("kek status");
    }

    @Override
    public String summary() {
        return "which KEK wraps how many keys, which replicas hold it, how far a rewrap is, and what does not open";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "kek status")) {
            var rows = WrapTables.byKek(connection);
            sayKeks(invocation, connection, rows);
            sayState(invocation, connection);
            saySweeps(invocation, connection);
            return DONE;
        }
    }

    private static void sayKeks(Invocation invocation, Connection connection, Map<String, Long> rows)
            throws SQLException {
        for (var kek : KeksReport.keks(connection)) {
            var keys = rows.getOrDefault(kek.id(), 0L);
            invocation
                    .output()
                    .say("%-10s %s: fingerprint %s, wraps %d keys, %d wraps counted, held by %d of %d live replicas"
                            .formatted(
                                    kek.state(),
                                    kek.id(),
                                    kek.fingerprint(),
                                    keys,
                                    kek.reserved(),
                                    kek.holders(),
                                    kek.replicas()));
            invocation
                    .output()
                    .json()
                    .withArray("keks")
                    .addObject()
                    .put("id", kek.id())
                    .put("state", kek.state())
                    .put("fingerprint", kek.fingerprint())
                    .put("keys", keys)
                    .put("reserved", kek.reserved())
                    .put("holders", kek.holders())
                    .put("replicas", kek.replicas());
        }
    }

    private static void sayState(Invocation invocation, Connection connection) throws SQLException {
        var state = KeksReport.state(connection);
        invocation.output().say("wraps of format " + state.lowestFormat() + " and above are read");
        state.sealed().ifPresent(text -> invocation.output().say("SEALED " + text));
        invocation
                .output()
                .json()
                .put("lowestFormat", state.lowestFormat())
                .put("sealed", state.sealed().isPresent());
    }

    private static void saySweeps(Invocation invocation, Connection connection) throws SQLException {
        for (var sweep : KeksReport.sweeps(connection)) {
            invocation
                    .output()
                    .say("rewrap to %s, begun %s: %d of %d done, %d failed, %s"
                            .formatted(
                                    sweep.kek(),
                                    sweep.startedAt(),
                                    sweep.done(),
                                    sweep.total(),
                                    sweep.failed(),
                                    sweep.progress()));
            invocation
                    .output()
                    .json()
                    .withArray("sweeps")
                    .addObject()
                    .put("kek", sweep.kek())
                    .put("done", sweep.done())
                    .put("total", sweep.total())
                    .put("failed", sweep.failed())
                    .put("progress", sweep.progress());
        }
        for (var failure : KeksReport.failures(connection)) {
            invocation.output().say("does not open: " + failure);
            invocation.output().json().withArray("failures").add(failure);
        }
    }
}
