package how.mana.auth.audit.seal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** How the sealing goes, for whoever watches this process. */
public final class SealMetrics {
    private static final double NANOS = 1e9;

    private final Counter sealed;
    private final Counter failures;
    private volatile Look last = new Look(0, System.nanoTime());

    /** @param registry where they are shown */
    public SealMetrics(MeterRegistry registry) {
        sealed = Counter.builder("mana.audit.sealed")
                .description("Rows of the vault's trail, and receipts of erasures, that this process sealed")
                .register(registry);
        failures = Counter.builder("mana.audit.seal.failures")
                .description("Batches that could not be sealed; each is tried again")
                .register(registry);
        Gauge.builder("mana.audit.seal.lag", this, SealMetrics::lag)
                .description("Seconds that the oldest row without a seal has waited; 0 where another process seals")
                .register(registry);
    }

    /** @param at when it was, by {@link System#nanoTime} */
    private record Look(double lag, long at) {}

    void sealed(int rows) {
        sealed.increment(rows);
    }

    void lag(double seconds) {
        last = new Look(seconds, System.nanoTime());
    }

    void failed() {
        failures.increment();
    }

    /** Time goes on while nobody looks: while it fails, and while the database does not answer. */
    private double lag() {
        var look = last;
        return look.lag() + (System.nanoTime() - look.at()) / NANOS;
    }
}
