package how.mana.auth.session.password;

import com.github.benmanes.caffeine.cache.Ticker;
import how.mana.auth.crypto.PasswordHashKind;
import java.time.Duration;

/** Runs while a worker does one job, and takes down what each part of it took. */
final class Stopwatch {
    private final Ticker ticker;
    private final CheckDurations durations;
    private final long start;
    private long lap;

    private Stopwatch(Ticker ticker, CheckDurations durations) {
        this.ticker = ticker;
        this.durations = durations;
        this.start = ticker.read();
        this.lap = start;
    }

    static Stopwatch start(Ticker ticker, CheckDurations durations) {
        return new Stopwatch(ticker, durations);
    }

    /** A computation of this kind began at the start or the last lap, and is over. */
    void lap(PasswordHashKind kind) {
        var now = ticker.read();
        durations.add(kind, now - lap);
        lap = now;
    }

    /** How long the job has been running. */
    Duration elapsed() {
        return Duration.ofNanos(ticker.read() - start);
    }
}
