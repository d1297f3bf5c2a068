package how.mana.auth.db;

import how.mana.auth.caller.Caller;
import how.mana.auth.problem.Refusal;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The door for work with entities: what {@link UserTransactions} promises, for Panache. Nothing else opens a session, so a
 * repository that is called outside of it fails instead of running as nobody.
 *
 * <p>Every call has a session of its own, on a Vert.x context of its own, where Panache looks for it. Sessions cache entities:
 * one that was shared could answer with another user's, and two calls at once would talk over one connection.
 */
@Singleton
public class EntityTransactions {
    private static final String ACT_AS = "SELECT auth.act_as(?1, ?2)";
    private static final Object INSIDE = EntityTransactions.class;

    private final Vertx vertx;
    private final DatabaseConfig config;

    EntityTransactions(Vertx vertx, DatabaseConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /**
     * Runs {@code work}, in which Panache has a session, in one transaction that can see and change only what is the caller's.
     * Commits when the work's item arrives, rolls back when it fails; the result arrives after the commit.
     *
     * <p>Fails with {@link DatabaseRefusal.CallerUnknown} when the caller's user or session no longer exists, and with
     * {@link DatabaseRefusal.Unavailable} for every fault of the database.
     */
    public <T> Uni<T> as(Caller caller, Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            var outside = VertxContext.getOrCreateDuplicatedContext(vertx);
            var inside = contextWithin(outside);
            return Deadline.of(config, deadline -> Uni.createFrom()
                            .deferred(() -> transaction(caller, work, deadline))
                            .runSubscriptionOn(task -> inside.runOnContext(ignored -> task.run()))
                            // Who stops waiting does not stop it: Panache would never close the session of work
                            // that was cancelled, and its connection would be lost.
                            .memoize()
                            .indefinitely())
                    .onFailure()
                    .transform(EntityTransactions::translate)
                    .emitOn(task -> outside.runOnContext(ignored -> task.run()));
        });
    }

    private static Context contextWithin(Context outside) {
        if (outside.getLocal(INSIDE) != null) {
            throw new IllegalStateException("A transaction inside of another would not be one of its own");
        }
        // With the request's id and trace, which are copied.
        var inside = VertxContext.newNestedContext(outside);
        inside.putLocal(INSIDE, true);
        VertxContextSafetyToggle.setContextSafe(inside, true);
        return inside;
    }

    private static <T> Uni<T> transaction(Caller caller, Supplier<Uni<T>> work, Deadline deadline) {
        // Nothing here may throw instead of failing: Panache would close the session without a rollback.
        return Panache.withTransaction(() -> Uni.createFrom()
                .voidItem()
                .invoke(deadline::check)
                .chain(Panache::getSession)
                .chain(session -> actAs(session, caller))
                .chain(ignored -> work.get())
                // Changes of entities are sent here and not with the commit, so that the clock is looked at after them.
                .call(Panache::flush)
                .invoke(deadline::check));
    }

    private static Uni<Void> actAs(Mutiny.Session session, Caller caller) {
        return session.createNativeQuery(ACT_AS, Boolean.class)
                .setParameter(1, caller.user().value())
                .setParameter(2, caller.session().orElse(null))
                .getSingleResult()
                .invoke(live -> {
                    if (!live) {
                        throw new DatabaseRefusal.CallerUnknown();
                    }
                })
                .replaceWithVoid();
    }

    private static Throwable translate(Throwable failure) {
        var found = DatabaseFault.translateForCaller(DatabaseFault.unwrapped(failure));
        return found instanceof Refusal ? found : failure;
    }
}
