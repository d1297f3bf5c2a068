package how.mana.auth.outbound;

import how.mana.auth.db.ServiceTransactions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Runs the errands that are due. They are taken in one transaction, run outside of any, and settled in another. Who dies in
 * between leaves them to be taken again when the lease ends: at least once, therefore, and hardly ever twice.
 */
@Singleton
class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class);

    /** At a time and to one target. */
    static final int PARALLEL = 4;

    private final ServiceTransactions transactions;
    private final OutboxRepository outbox;
    private final Courier courier;
    private final DeliveryMetrics metrics;
    private final Duration lease;

    Delivery(
            ServiceTransactions transactions,
            OutboxRepository outbox,
            Courier courier,
            DeliveryMetrics metrics,
            OutboundConfig config) {
        this.transactions = transactions;
        this.outbox = outbox;
        this.courier = courier;
        this.metrics = metrics;
        // Longer than a delivery and its settling can take: until then nobody else takes the same errand.
        this.lease = config.timeout().multipliedBy(2).plusSeconds(20);
    }

    /** Runs everything for {@code target} that is due, a few at a time. Fails if the database does not answer. */
    Uni<Void> run(Target target) {
        return Multi.createBy()
                .repeating()
                .uni(() -> batch(target))
                .whilst(taken -> taken == PARALLEL)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Integer> batch(Target target) {
        return transactions
                .run(tx -> outbox.claim(tx, target, PARALLEL, lease))
                .call(this::deliverAll)
                .map(List::size);
    }

    private Uni<Void> deliverAll(List<Parcel> parcels) {
        return Multi.createFrom()
                .iterable(parcels)
                .onItem()
                .transformToUniAndMerge(this::deliver)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Never fails: one errand is no other's affair. */
    private Uni<Void> deliver(Parcel parcel) {
        return outcome(parcel)
                .call(outcome -> transactions.run(tx -> settle(tx, parcel, outcome)))
                .invoke(outcome -> metrics.count(parcel.kind().stored(), outcome.result()))
                .replaceWithVoid()
                .onFailure()
                .invoke(e -> LOG.warnf("%s: what became of it could not be noted: %s", parcel, e.toString()))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Outcome> outcome(Parcel parcel) {
        if (!parcel.wanted()) {
            return Uni.createFrom().item(Outcome.dropped("the user is gone"));
        }
        return Uni.createFrom()
                .deferred(() -> courier.deliver(parcel))
                .onFailure()
                .recoverWithItem(failure -> Outcome.postponed(Failure.inWords(failure)));
    }

    private Uni<Void> settle(SqlConnection tx, Parcel parcel, Outcome outcome) {
        return switch (outcome.result()) {
            case DELIVERED, DROPPED -> outbox.finish(tx, parcel, outcome.note());
            case POSTPONED -> postpone(tx, parcel, outcome.note().orElse(""));
            case REFUSED -> refuse(tx, parcel, outcome.note().orElse(""));
        };
    }

    private Uni<Void> postpone(SqlConnection tx, Parcel parcel, String why) {
        var pause = Backoff.after(parcel.attempts());
        LOG.warnf("%s: %s; again in %d s", parcel, why, pause.toSeconds());
        return outbox.postpone(tx, parcel, pause, why);
    }

    private Uni<Void> refuse(SqlConnection tx, Parcel parcel, String why) {
        LOG.errorf("%s: %s; it will not be tried again", parcel, why);
        return outbox.fail(tx, parcel, why);
    }
}
