package how.mana.auth.outbound;

import how.mana.auth.AdminDatabase;
import how.mana.auth.db.ServiceTransactions;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Puts errands into the outbox as a feature would, and looks at their rows. */
@Singleton
class Errands {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final ServiceTransactions transactions;
    private final Outbox outbox;

    Errands(ServiceTransactions transactions, Outbox outbox) {
        this.transactions = transactions;
        this.outbox = outbox;
    }

    static String address() {
        return UUID.randomUUID() + "@test.local";
    }

    /** @return the row's id */
    long add(Errand errand) {
        return add(errand, "SELECT max(id) FROM auth.outbox WHERE recipient = $1 OR user_id = $1");
    }

    /** A mail whose time is over before anybody saw it. @return the row's id */
    long addOutOfDate(Errand errand) {
        return add(errand, """
                UPDATE auth.outbox SET expires_at = now() - interval '1 second'
                WHERE recipient = $1 OR user_id = $1 RETURNING id
                """);
    }

    /** The statement runs in the same transaction: afterwards the row may be done, and say nothing of whom it was for. */
    private long add(Errand errand, String idOf) {
        var whose = errand.recipient().or(errand::user).orElseThrow();
        return transactions
                .run(tx -> outbox.add(tx, errand)
                        .chain(() -> tx.preparedQuery(idOf).execute(Tuple.of(whose))))
                .map(rows -> rows.iterator().next().getLong(0))
                .await()
                .atMost(PATIENCE);
    }

    /** The row, once it is as wanted. */
    static Map<String, Object> await(long id, Predicate<Map<String, Object>> wanted) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        var row = row(id);
        while (!wanted.test(row)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in time it only became " + row);
            }
            row = row(id);
        }
        return row;
    }

    static Map<String, Object> awaitDone(long id) {
        return await(id, row -> row.get("done_at") != null);
    }

    static Map<String, Object> awaitError(long id) {
        return await(id, row -> row.get("last_error") != null);
    }

    static Map<String, Object> row(long id) {
        return AdminDatabase.rows("""
                SELECT *, extract(epoch FROM next_attempt_at - clock_timestamp())::float8 AS pause
                FROM auth.outbox WHERE id = ?
                """, id).get(0);
    }

    static void makeDue(long id) {
        AdminDatabase.execute("UPDATE auth.outbox SET next_attempt_at = now() WHERE id = ?", id);
    }
}
