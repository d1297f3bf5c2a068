package how.mana.auth.session.password;

import java.util.Arrays;

/** The last 64 measurements of one thing. */
final class Window {
    private static final int SIZE = 64;

    /** The fourth slowest of a full window: three outliers in it, a pause or a cold start, move nothing. */
    private static final double PERCENTILE = 0.95;

    private final long[] measured = new long[SIZE];
    private long count;

    void add(long nanos) {
        measured[(int) (count % SIZE)] = nanos;
        count++;
    }

    /** What nearly all of them kept below; 0 if there are none. */
    long percentile() {
        var held = (int) Math.min(count, SIZE);
        if (held == 0) {
            return 0;
        }
        var sorted = Arrays.copyOf(measured, held);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(held * PERCENTILE) - 1];
    }
}
