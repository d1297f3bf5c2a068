package how.mana.auth.outbound;

import how.mana.auth.db.ServiceTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** Gives up on what is out of date, and forgets what is old. */
@Singleton
class Sweep {
    private static final Logger LOG = Logger.getLogger(Sweep.class);

    private final ServiceTransactions transactions;
    private final OutboxRepository outbox;
    private final DeliveryMetrics metrics;

    Sweep(ServiceTransactions transactions, OutboxRepository outbox, DeliveryMetrics metrics) {
        this.transactions = transactions;
        this.outbox = outbox;
        this.metrics = metrics;
    }

    Uni<Void> run() {
        return transactions
                .run(tx -> outbox.expire(tx).call(() -> outbox.deleteOld(tx)))
                .invoke(this::report)
                .replaceWithVoid();
    }

    private void report(List<OutboxRepository.Expired> expired) {
        expired.forEach(one -> {
            LOG.errorf("%s %d: %s; it will not be tried again", one.kind(), one.id(), one.error());
            metrics.countExpired(one.kind());
        });
    }
}
