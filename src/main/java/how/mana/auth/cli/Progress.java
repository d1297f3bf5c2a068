package how.mana.auth.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** How far a work is, on stderr: a bar on a terminal, a line now and then elsewhere. Safe for any number of threads. */
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final Duration BETWEEN_BARS = Duration.ofMillis(200);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintStream err;
    private final String what;
    private final boolean terminal;
    private final long begun = System.nanoTime();
    private long shownAt;
    private boolean shown;

    Progress(PrintStream err, String what, boolean terminal) {
        this.err = err;
        this.what = what;
        this.terminal = terminal;
    }

    /** So much of it is done now. */
    public synchronized void at(long done, long total) {
        var now = System.nanoTime();
        var between = terminal ? BETWEEN_BARS : BETWEEN_LINES;
        if (shown && now - shownAt < between.toNanos() && done < total) {
            return;
        }
        shown = true;
        shownAt = now;
        var line = line(done, total, Duration.ofNanos(now - begun));
        err.print(terminal ? "\r" + bar(done, total) + " " + line + "\u001b[K" : line + System.lineSeparator());
        err.flush();
    }

    private String line(long done, long total, Duration taken) {
        var percent = total == 0 ? 100 : 100 * done / total;
        var left = done == 0 || done >= total ? "" : ", about " + rest(done, total, taken) + " s left";
        return String.format(Locale.ROOT, "%s: %d of %d (%d %%)%s", what, done, total, percent, left);
    }

    private static long rest(long done, long total, Duration taken) {
        return Math.round(taken.toMillis() / 1000.0 / done * (total - done));
    }

    private static String bar(long done, long total) {
        var full = total == 0 ? WIDTH : (int) Math.min(WIDTH, WIDTH * done / total);
        return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "]";
    }

    /** Ends the line of the bar. */
    @Override
    public synchronized void close() {
        if (terminal && shown) {
            err.println();
        }
    }
}
