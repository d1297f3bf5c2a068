package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** What this process was told of the KEKs, for whoever watches it. */
public final class RingMetrics {
    /** From here on a KEK should be replaced; at 2<sup>32</sup> it wraps no more (NIST SP 800-38D, 8.3). */
    public static final long MANY_WRAPS = 1L << 30;

    private static final Logger LOG = Logger.getLogger(RingMetrics.class);

    private final KekRing ring;
    private final MeterRegistry registry;
    private final AtomicInteger sealed = new AtomicInteger();
    private final Map<KekId, AtomicLong> reserved = new ConcurrentHashMap<>();
    private volatile Sweep swept = Sweep.NONE;
    private volatile boolean warned;

    /** @param registry where they are shown */
    public RingMetrics(KekRing ring, MeterRegistry registry) {
        this.ring = ring;
        this.registry = registry;
        Gauge.builder("mana.kek.sealed", sealed, AtomicInteger::get)
                .description("1 if an operator sealed the service: no key is opened or made")
                .register(registry);
        gauge("total", Sweep::total);
        gauge("done", Sweep::done);
        gauge("failed", Sweep::failed);
        Gauge.builder("mana.kek.rewrap.left", () -> swept.secondsLeft())
                .description("How long that sweep still takes, if it goes on as it went so far")
                .baseUnit("seconds")
                .register(registry);
    }

    /** How far the last sweep is that rewraps. */
    void swept(Sweep sweep) {
        swept = sweep;
    }

    private void gauge(String state, Count count) {
        Gauge.builder("mana.kek.rewrap.keys", () -> count.of(swept))
                .description("How far the last sweep is that moves keys to the active KEK")
                .tag("state", state)
                .register(registry);
    }

    private interface Count {
        long of(Sweep sweep);
    }

    void heard(Beat beat) {
        sealed.set(beat.sealed() ? 1 : 0);
        beat.active().filter(ring.ids()::contains).ifPresent(id -> of(id).set(beat.reserved()));
        if (beat.reserved() >= MANY_WRAPS && !warned) {
            warned = true;
            LOG.warnf(
                    "The KEK %s has made up to %d wraps, of 2^32 at most: rotate it (kek generate, kek add, kek activate)",
                    beat.active().orElseThrow(), beat.reserved());
        }
    }

    private AtomicLong of(KekId id) {
        return reserved.computeIfAbsent(id, this::register);
    }

    private AtomicLong register(KekId id) {
        var count = new AtomicLong();
        Gauge.builder("mana.kek.reserved", count, AtomicLong::get)
                .description("At least as many wraps as this KEK ever made; 2^30 is much, 2^32 the end")
                .tag("kek", id.value())
                .register(registry);
        FunctionCounter.builder("mana.kek.wraps", ring, held -> held.wraps(id))
                .description("Keys wrapped since this process started, by the KEK that wrapped them")
                .tag("kek", id.value())
                .register(registry);
        return count;
    }
}
