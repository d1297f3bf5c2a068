package how.mana.auth.deploy;

import how.mana.auth.LoggedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command in a {@link NativeRoot}, confined as {@code src/test/sh/in-root} says. Ends with this object. */
final class Contained implements AutoCloseable {
    /** This machine does not let anybody be confined. */
    static final int NOT_ALLOWED = 125;

    private final LoggedProcess process;

    private Contained(LoggedProcess process) {
        this.process = process;
    }

    static Contained start(NativeRoot root, Map<String, String> environment, List<String> command) {
        var whole =
                new ArrayList<>(List.of("src/test/sh/in-root", root.directory().toString()));
        whole.addAll(command);
        return new Contained(LoggedProcess.start(environment, whole));
    }

    int exitCode() {
        return process.exitCode();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Process 1 of the inside, as this machine sees it. */
    ProcessHandle first() {
        return process.handle().children().findFirst().orElseThrow(() -> new IllegalStateException(output()));
    }

    String output() {
        return process.output();
    }

    /** What is inside changed its user on the way and so does not end with what started it: it is ended first. */
    @Override
    public void close() {
        process.handle().descendants().forEach(ProcessHandle::destroyForcibly);
        process.close();
    }
}
