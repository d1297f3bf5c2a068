package how.mana.auth.outbound;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Looks every second for what is due. One round per target: a service that hangs delays the next round to itself and no
 * other. The clock stands still until the boot's checks have passed, and in commands altogether.
 */
@Singleton
class Rounds {
    private static final Logger LOG = Logger.getLogger(Rounds.class);
    private static final String OFTEN = "1s";

    private final Delivery delivery;
    private final Sweep sweep;

    Rounds(Delivery delivery, Sweep sweep) {
        this.delivery = delivery;
        this.sweep = sweep;
    }

    @Scheduled(identity = "outbox-notify", every = OFTEN, concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> mails() {
        return excused(delivery.run(Target.NOTIFY));
    }

    @Scheduled(identity = "outbox-credits", every = OFTEN, concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> credits() {
        return excused(delivery.run(Target.CREDITS));
    }

    @Scheduled(identity = "outbox-mailboxes", every = OFTEN, concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> mailboxes() {
        return excused(delivery.run(Target.MAILBOXES));
    }

    @Scheduled(identity = "outbox-sync", every = OFTEN, concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> bootstraps() {
        return excused(delivery.run(Target.SYNC));
    }

    @Scheduled(identity = "outbox-sweep", every = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        return excused(sweep.run());
    }

    /** A database that is away is what readiness and every request report; the next round tries again. */
    private static Uni<Void> excused(Uni<Void> round) {
        return round.onFailure()
                .invoke(e -> LOG.debug("The outbox could not be looked at", e))
                .onFailure()
                .recoverWithNull();
    }
}
