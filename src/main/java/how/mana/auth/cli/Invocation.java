package how.mana.auth.cli;

import java.time.Duration;

/**
 * One call of a command.
 *
 * @param arguments what it was called with
 * @param operation what it works with
 * @param output where it speaks
 * @param stop whether it was told to end
 */
public record Invocation(Arguments arguments, Operation operation, Output output, Stop stop) {
    /**
     * Waits; for commands that watch.
     *
     * @return false if the command is to end now
     */
    public boolean pause(Duration time) {
        return stop.pause(time);
    }
}
