package how.mana.auth.session.password;

import com.github.benmanes.caffeine.cache.Ticker;
import how.mana.auth.crypto.PasswordBytes;
import how.mana.auth.crypto.PasswordHashKind;
import how.mana.auth.crypto.PasswordHashes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What the workers do. Every method that computes blocks for tens of milliseconds. */
final class PasswordJobs {
    /** Hashes that nobody waits for keep the measurements young, where few people sign in or few have scrypt hashes left. */
    static final Duration MEASURED_EVERY = Duration.ofMinutes(1);

    private static final int CALIBRATING_ROUNDS = 3;
    private static final String NOBODYS_PASSWORD = "measured, not checked";

    private final PasswordHashes hashes;
    private final Ticker ticker;
    private final MeterRegistry metrics;
    private final CheckDurations durations = new CheckDurations();
    private final String decoy;
    private final AtomicLong measuredAt = new AtomicLong();
    private boolean calibrated;

    PasswordJobs(PasswordHashes hashes, Ticker ticker, MeterRegistry metrics) {
        this.hashes = hashes;
        this.ticker = ticker;
        this.metrics = metrics;
        this.decoy = hashes.decoy();
    }

    /**
     * A check that was made, and must not be told yet.
     *
     * @param rest how much longer the slowest check would take; zero or less if this was it
     */
    record Padded(Checked checked, Duration rest) {}

    /** How every current hash begins. */
    String currentPrefix() {
        return hashes.currentPrefix();
    }

    String hash(String password) {
        try (var text = PasswordBytes.of(password)) {
            return hash(text, Stopwatch.start(ticker, durations));
        }
    }

    Checked check(Optional<String> stored, String password) {
        try (var text = PasswordBytes.of(password)) {
            return check(stored, text, Stopwatch.start(ticker, durations));
        }
    }

    Padded paddedCheck(Optional<String> stored, String password) {
        calibrate(); // before the start: nobody's check takes that long
        var slowest = durations.slowest();
        try (var text = PasswordBytes.of(password)) { // before the start too: how long it takes is up to who sent it
            var watch = Stopwatch.start(ticker, durations);
            var checked = check(stored, text, watch);
            return new Padded(checked, slowest.minus(watch.elapsed()));
        }
    }

    /** Whether it is time to {@link #measure} again. Says so once. */
    boolean isMeasuringDue() {
        var last = measuredAt.get();
        var now = ticker.read();
        return now - last >= MEASURED_EVERY.toNanos() && measuredAt.compareAndSet(last, now);
    }

    /** Computes one hash of either sort for the sake of its duration. */
    void measure() {
        measure(durations);
    }

    private Checked check(Optional<String> stored, PasswordBytes password, Stopwatch watch) {
        try {
            var checked = compute(stored, password, watch);
            record(watch, outcomeOf(checked));
            return checked;
        } catch (RuntimeException e) {
            record(watch, "failed");
            throw e;
        }
    }

    /** Without a user the work is the same, and its result is not looked at. */
    private Checked compute(Optional<String> stored, PasswordBytes password, Stopwatch watch) {
        var hash = stored.orElse(decoy);
        var kind = hashes.kind(hash);
        var matches = hashes.verify(password, hash);
        watch.lap(kind);
        if (stored.isEmpty() || !matches) {
            return Checked.WRONG;
        }
        return new Checked(
                true, kind == PasswordHashKind.CURRENT ? Optional.empty() : Optional.of(hash(password, watch)));
    }

    private String hash(PasswordBytes password, Stopwatch watch) {
        var hash = hashes.hash(password);
        watch.lap(PasswordHashKind.CURRENT);
        return hash;
    }

    /** At the first check. The first round warms the code up and is not counted. */
    private synchronized void calibrate() {
        if (calibrated) {
            return;
        }
        measure(new CheckDurations());
        for (int round = 0; round < CALIBRATING_ROUNDS; round++) {
            measure(durations);
        }
        measuredAt.set(ticker.read());
        calibrated = true;
    }

    private void measure(CheckDurations into) {
        var watch = Stopwatch.start(ticker, into);
        hashes.verify(NOBODYS_PASSWORD, hashes.scryptDecoy());
        watch.lap(PasswordHashKind.SCRYPT);
        hashes.verify(NOBODYS_PASSWORD, decoy);
        watch.lap(PasswordHashKind.CURRENT);
    }

    /** A user who is not there counts as a wrong password here too: these figures are read by many. */
    private static String outcomeOf(Checked checked) {
        if (!checked.matches()) {
            return "wrong";
        }
        return checked.rehash().isPresent() ? "rehashed" : "matched";
    }

    private void record(Stopwatch watch, String outcome) {
        Timer.builder("mana.password.checks")
                .description("What checks of passwords took a worker, without the wait before and the padding after")
                .tag("outcome", outcome)
                .register(metrics)
                .record(watch.elapsed());
    }
}
