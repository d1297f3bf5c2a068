package how.mana.auth.session.password;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The Vert.x context in which a request began. A database client, for one, goes on there; workers and timers know nothing of
 * it.
 */
final class CallersContext {
    private CallersContext() {}

    /**
     * What {@code work} answers arrives in the context of who asks for it.
     *
     * @param work gets that context, to come back to it on the way. Without a context it is the thread of the moment
     */
    static <T> Uni<T> keptIn(Function<Executor, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            var caller = current();
            return work.apply(caller).emitOn(caller);
        });
    }

    private static Executor current() {
        var context = Vertx.currentContext();
        return context == null ? Runnable::run : task -> context.runOnContext(ignored -> task.run());
    }
}
