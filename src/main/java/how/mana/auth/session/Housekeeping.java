package how.mana.auth.session;

import how.mana.auth.db.ServiceTransactions;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
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

    /** Rows that one transaction deletes: few enough for its deadline, whatever hangs on them. */
    private static final int BATCH = 1_000;

    /** What one round leaves, the next one finds. */
    private static final int MOST_BATCHES = 200;

    /**
     * A late use of an exchanged token ends its session as long as the token is remembered. That of a session's first token goes
     * only with the session: without its mark the token would open it again. A token that was not exchanged goes with its
     * session too, however old it is: it may be the one in use, for use alone leaves no mark.
     */
    private static final List<Chore> CHORES = List.of(
            new Chore("sessions", "expires_at < now() - interval '1 day'"),
            new Chore(
                    "refresh_tokens",
                    "replaced_at < now() - interval '30 days'"
                            + " AND NOT EXISTS (SELECT FROM auth.sessions s WHERE s.token = refresh_tokens.token)"),
            new Chore("verification", "expires_at < now() - interval '1 day'"),
            new Chore("login_attempts", "attempted_at < now() - interval '1 day'"),
            new Chore("rate_limits", "window_start < now() - interval '2 hours'"),
            // Those of a user go with the user; that one was deleted is kept.
            new Chore(
                    "security_events",
                    "user_id IS NULL AND event_type <> 'ACCOUNT_DELETED' AND created_at < now() - interval '30 days'"));

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
        var done = Uni.createFrom().voidItem();
        for (var chore : CHORES) {
            done = done.chain(() -> doneWith(chore));
        }
        return done;
    }

    /** One that fails keeps none of the others from its turn. */
    private Uni<Void> doneWith(Chore chore) {
        return batches(chore, MOST_BATCHES)
                .onFailure()
                .invoke(e -> LOG.warnf(
                        "What counts no more in auth.%s was not deleted; the next round tries again: %s",
                        chore.table(), e))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> batches(Chore chore, int most) {
        return transactions
                .run(tx -> tx.query(chore.sql()).execute())
                .chain(deleted -> deleted.rowCount() < BATCH || most == 1
                        ? Uni.createFrom().voidItem()
                        : batches(chore, most - 1));
    }

    /** @param outdated which rows of the table count no more */
    private record Chore(String table, String outdated) {
        /** Asked again of each row, which somebody may have changed meanwhile. */
        String sql() {
            return """
                    DELETE FROM auth.%1$s
                    WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth.%1$s WHERE %2$s LIMIT %3$d)) AND %2$s
                    """.formatted(table, outdated, BATCH);
        }
    }
}
