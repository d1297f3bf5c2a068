package how.mana.auth.vault;

import how.mana.auth.db.ServiceTransactions;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Deletes keys whose retention is over, of users who write no more themselves. Nothing is readable until then: every statement
 * looks at the time. But what is not there cannot be opened by a thief either.
 */
@Singleton
class ExpiredWraps {
    private static final Logger LOG = Logger.getLogger(ExpiredWraps.class);
    private static final String DROP = "SELECT auth.drop_expired_wraps($1)";

    /** Few enough for the deadline of one transaction. What a round leaves, the next one finds. */
    private static final int BATCH = 1_000;

    private static final int MOST_BATCHES = 100;

    private final ServiceTransactions transactions;

    ExpiredWraps(ServiceTransactions transactions) {
        this.transactions = transactions;
    }

    @Scheduled(identity = "vault-expiry", every = "10m", delayed = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        return batches(MOST_BATCHES)
                .onFailure()
                .invoke(e ->
                        LOG.warnf("Keys whose retention is over were not deleted; the next round tries again: %s", e))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> batches(int most) {
        return transactions
                .run(tx -> tx.preparedQuery(DROP).execute(Tuple.of(BATCH)))
                .map(rows -> rows.iterator().next().getLong(0))
                .chain(gone -> gone < BATCH || most == 1 ? Uni.createFrom().voidItem() : batches(most - 1));
    }
}
