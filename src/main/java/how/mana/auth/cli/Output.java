package how.mana.auth.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command speaks. Its result goes to stdout: lines for a person, or, with {@code --json}, one line of JSON and nothing
 * else. Everything that is not the result goes to stderr.
 */
public final class Output {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private final boolean terminal;
    private final ObjectNode result = JsonNodeFactory.instance.objectNode();

    Output(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.terminal = err == System.err && isTerminal();
    }

    /** Java does not tell; where the kernel does not either, a file is assumed. */
    private static boolean isTerminal() {
        try {
            var target = Files.readSymbolicLink(STDERR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** A line of the result for a person; nothing with {@code --json}. */
    public void say(String line) {
        if (!json) {
            out.println(line);
        }
    }

    /** The result with {@code --json}, to be filled; printed when the command has ended. */
    public ObjectNode json() {
        return result;
    }

    /** A line that is not the result. */
    public void note(String line) {
        err.println(line);
    }

    /** Shows how far a longer work is. */
    public Progress progress(String what) {
        return new Progress(err, what, terminal);
    }

    void finish() {
        if (json) {
            out.println(result);
        }
        out.flush();
    }

    /** Why there is no result. */
    void fail(String reason) {
        err.println(reason);
        result.removeAll();
        result.put("error", reason);
        finish();
    }
}
