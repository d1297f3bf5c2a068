package how.mana.auth.outbound;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Counts what became of errands. */
@Singleton
class DeliveryMetrics {
    private final MeterRegistry metrics;

    DeliveryMetrics(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void count(String kind, Outcome.Result result) {
        count(kind, result.name().toLowerCase(Locale.ROOT));
    }

    void countExpired(String kind) {
        count(kind, "expired");
    }

    private void count(String kind, String outcome) {
        Counter.builder("mana.outbox.deliveries")
                .description("Mails and calls to other services, by what became of an attempt")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .register(metrics)
                .increment();
    }
}
