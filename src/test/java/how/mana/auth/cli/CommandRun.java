package how.mana.auth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * A command that ran to its end in this process.
 *
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
public record CommandRun(int exitCode, String out, String err) {
    public static CommandRun of(Operation operation, String... arguments) {
        return of(operation, new Stop(), arguments);
    }

    /** @param stop to end a command that runs on */
    public static CommandRun of(Operation operation, Stop stop, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var commands =
                new Commands(operation, stop, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        var exitCode = commands.run(List.of(arguments));
        return new CommandRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** What a {@code --json} made of it: its only line. */
    public JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(out, e);
        }
    }
}
