package how.mana.auth.session;

import how.mana.auth.db.ServiceTransactions;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Deletes what counts no more: ended sessions and their tokens, links, attempts, counts of requests, and old events of nobody. Nothing depends on it
 * having been deleted; every statement that reads such a row looks at its time.
 */
@Singleton
class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    /** A late use of an exchanged token ends its session as long as the token is remembered. */
    private static final List<String> STATEMENTS = List.of(
            "DELETE FROM auth.sessions WHERE expires_at < now() - interval '1 day'",
            "DELETE FROM auth.refresh_tokens WHERE replaced_at < now() - interval '30 days'",
            "DELETE FROM auth.verification WHERE expires_at < now() - interval '1 day'",
            "DELETE FROM auth.login_attempts WHERE attempted_at < now() - interval '1 day'",
            "DELETE FROM auth.rate_limits WHERE window_start < now() - interval '1 day'",
            // Those of a user go with the user; that one was deleted is kept.
            "DELETE FROM auth.security_events WHERE user_id IS NULL AND event_type <> 'ACCOUNT_DELETED'"
                    + " AND created_at < now() - interval '90 days'");

    private final ServiceTransactions transactions;

    Housekeeping(ServiceTransactions transactions) {
        this.transactions = transactions;
    }

    @Scheduled(
            identity = "session-housekeeping",
            every = "10m",
            delayed = "1m",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        return transactions
                .run(Housekeeping::deleteAll)
                .onFailure()
                .invoke(e -> LOG.warnf("What counts no more was not deleted; the next round tries again: %s", e))
                .onFailure()
                .recoverWithNull();
    }

    private static Uni<Void> deleteAll(SqlConnection tx) {
        var done = Uni.createFrom().voidItem();
        for (var statement : STATEMENTS) {
            done = done.chain(() -> tx.query(statement).execute().replaceWithVoid());
        }
        return done;
    }
}
