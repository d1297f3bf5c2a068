package how.mana.auth.db;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One piece of database work and its time limit. Abandoning a {@code Uni} does not stop what the driver has begun, so work
 * that has run out of time is made to fail at its next step: it rolls back instead of committing what was answered with 503.
 */
final class Deadline {
    private final DatabaseConfig config;
    private final AtomicBoolean passed = new AtomicBoolean();

    private Deadline(DatabaseConfig config) {
        this.config = config;
    }

    /** A transaction that commits in time or not at all, but for the moment in which the commit itself is under way. */
    static <T> Uni<T> transaction(Pool pool, DatabaseConfig config, Function<SqlConnection, Uni<T>> work) {
        return of(
                config,
                deadline -> pool.withTransaction(tx -> Uni.createFrom()
                        .voidItem()
                        .invoke(deadline::check)
                        .chain(() -> work.apply(tx))
                        .invoke(deadline::check)));
    }

    /** Work that asks {@link #check} between its steps, the last time before it commits. */
    static <T> Uni<T> of(DatabaseConfig config, Function<Deadline, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            var deadline = new Deadline(config);
            return deadline.limit(work.apply(deadline));
        });
    }

    /** One statement, which the server itself cancels after its {@code statement_timeout}. */
    static <T> Uni<T> statement(DatabaseConfig config, Uni<T> work) {
        return new Deadline(config).limit(work);
    }

    private <T> Uni<T> limit(Uni<T> work) {
        return work.ifNoItem().after(config.deadline()).recoverWithUni(() -> {
            passed.set(true);
            return Uni.createFrom().failure(new DatabaseRefusal.Unavailable(new Passed()));
        });
    }

    /** Fails the work whose time is up, which thereby rolls back. */
    void check() {
        if (passed.get()) {
            throw new Passed();
        }
    }

    /** Says in the log which fault it was. */
    private static final class Passed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Passed() {
            super("The database did not answer in time", null, false, false);
        }
    }
}
