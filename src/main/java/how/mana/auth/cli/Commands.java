package how.mana.auth.cli;

import how.mana.auth.cli.audit.ExportTrail;
import how.mana.auth.cli.audit.PruneTrail;
import how.mana.auth.cli.audit.SealTrail;
import how.mana.auth.cli.audit.VerifyTrail;
import how.mana.auth.cli.backup.BackupDump;
import how.mana.auth.cli.backup.BackupRehearse;
import how.mana.auth.cli.doctor.Doctor;
import how.mana.auth.cli.kek.KekActivate;
import how.mana.auth.cli.kek.KekAdd;
import how.mana.auth.cli.kek.KekGenerate;
import how.mana.auth.cli.kek.KekRetire;
import how.mana.auth.cli.kek.KekRewrap;
import how.mana.auth.cli.kek.KekStatus;
import how.mana.auth.cli.kek.KekVerify;
import how.mana.auth.cli.kek.Seal;
import how.mana.auth.cli.kek.Unseal;
import how.mana.auth.cli.keys.ListKeys;
import how.mana.auth.cli.keys.RotateKeys;
import how.mana.auth.cli.transit.WrapTransit;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** All commands, and what happens when one is called. */
public final class Commands {
    /** In the order in which help lists them. */
    static final List<Command> ALL = List.of(
            new Migrate(),
            new Health(),
            new Doctor(),
            new KekStatus(),
            new KekGenerate(),
            new WrapTransit(),
            new KekAdd(),
            new KekActivate(),
            new KekRewrap(),
            new KekVerify(),
            new KekRetire(),
            new RotateKeys(),
            new ListKeys(),
            new Seal(),
            new Unseal(),
            new SealTrail(),
            new VerifyTrail(),
            new ExportTrail(),
            new PruneTrail(),
            new BackupDump(),
            new BackupRehearse());

    private final Operation operation;
    private final Stop stop;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param operation what commands work with
     * @param stop tells those that run on to end
     */
    public Commands(Operation operation, Stop stop) {
        this(operation, stop, System.out, System.err);
    }

    Commands(Operation operation, Stop stop, PrintStream out, PrintStream err) {
        this.operation = operation;
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /** Whether these call a command, and rightly, that needs the framework. */
    public static boolean needFramework(List<String> arguments) {
        return !Help.isAskedBy(arguments)
                && named(arguments)
                        .filter(Command::needsFramework)
                        .filter(command -> isRight(command, arguments))
                        .isPresent();
    }

    private static boolean isRight(Command command, List<String> arguments) {
        try {
            parsed(command, arguments);
            return true;
        } catch (MisusedException e) {
            return false;
        }
    }

    /**
     * Says, in the form that the arguments ask for, why their command does not run.
     *
     * @return the exit code
     */
    public static int refuse(List<String> arguments, String reason) {
        new Output(System.out, System.err, arguments.contains(Syntax.JSON.name())).fail(reason);
        return Command.FAILED;
    }

    /**
     * Runs the command that the arguments name, or says how to use it.
     *
     * @param arguments at least one
     * @return the exit code
     */
    public int run(List<String> arguments) {
        try {
            return dispatch(arguments);
        } finally {
            stop.finished();
        }
    }

    private int dispatch(List<String> arguments) {
        if (Help.isAskedBy(arguments)) {
            out.print(new Help(ALL).of(arguments));
            return Command.DONE;
        }
        var command = named(arguments);
        if (command.isEmpty()) {
            err.print(new Help(ALL).of(arguments));
            return Command.MISUSED;
        }
        return run(command.get(), arguments);
    }

    private int run(Command command, List<String> arguments) {
        try {
            var parsed = parsed(command, arguments);
            return run(command, parsed, new Output(out, err, parsed.json()));
        } catch (MisusedException e) {
            err.print(e.getMessage() + "\nUsage:\n" + Help.of(command));
            return Command.MISUSED;
        }
    }

    private int run(Command command, Arguments arguments, Output output) {
        try {
            var code = command.run(new Invocation(arguments, operation, output, stop));
            output.finish();
            return code;
        } catch (MisusedException e) {
            throw e;
        } catch (Exception e) {
            output.fail(FailureLine.of(e));
            return Command.FAILED;
        }
    }

    private static Optional<Command> named(List<String> arguments) {
        return ALL.stream()
                .filter(command -> command.syntax().begins(arguments))
                .findFirst();
    }

    private static Arguments parsed(Command command, List<String> arguments) {
        var syntax = command.syntax();
        return Arguments.parse(syntax, arguments.subList(syntax.words().size(), arguments.size()));
    }
}
