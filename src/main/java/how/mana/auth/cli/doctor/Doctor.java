package how.mana.auth.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.FailureLine;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Operation;
import how.mana.auth.cli.Output;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Jdbc;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Looks at all of it, and says what to do about what is wrong. */
public final class Doctor implements Command {
    private static final List<Check> CHECKS = List.of(new Logins(), new Neighbours(), new Trail());

    private static final List<DatabaseCheck> DATABASE_CHECKS = List.of(
            new Version(),
            new Protection(),
            new RowSecurity(),
            new Triggers(),
            new ClockDifference(),
            new Keks(),
            new WrapCounters(),
            new Replicas());

    @Override
    public Syntax syntax() {
        return Syntax.of("doctor");
    }

    @Override
    public String summary() {
        return "look at roles, row-level security, schema, clock, KEKs, replicas, sealing and every URL; exit 1 if any fails";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.APP;
    }

    @Override
    public int run(Invocation invocation) {
        var report = new Report(invocation.output());
        var operation = invocation.operation();
        CHECKS.forEach(check -> report.add(check.name(), () -> check.look(operation)));
        lookInside(operation, report);
        return report.end();
    }

    private static void lookInside(Operation operation, Report report) {
        try (var serving = Jdbc.connect(operation.serving(), "doctor")) {
            DATABASE_CHECKS.forEach(check -> report.add(check.name(), () -> check.look(serving, operation)));
        } catch (Exception unreachable) { // which Logins has said
            report.add("database", () -> List.of(Finding.fail("nothing else could be looked at without DATABASE_URL")));
        }
    }

    /** What was found so far. */
    private static final class Report {
        private final Output output;
        private final ArrayNode findings;
        private final Map<Finding.Level, Integer> counts = new EnumMap<>(Finding.Level.class);

        Report(Output output) {
            this.output = output;
            this.findings = output.json().putArray("findings");
        }

        void add(String check, Callable<List<Finding>> look) {
            try {
                look.call().forEach(finding -> add(check, finding));
            } catch (Exception e) {
                add(check, Finding.fail(FailureLine.of(e)));
            }
        }

        private void add(String check, Finding finding) {
            counts.merge(finding.level(), 1, Integer::sum);
            output.say("%-4s  %-10s  %s".formatted(finding.level().word(), check, finding.text()));
            findings.addObject()
                    .put("level", finding.level().word())
                    .put("check", check)
                    .put("text", finding.text());
        }

        int end() {
            for (var level : Finding.Level.values()) {
                output.json().put(level.word(), counts.getOrDefault(level, 0));
            }
            return counts.containsKey(Finding.Level.FAIL) ? FAILED : DONE;
        }
    }
}
