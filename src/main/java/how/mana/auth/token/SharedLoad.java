package how.mana.auth.token;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads keys for any number of callers at once: one load at a time, and at most ten begin in any ten seconds, whatever
 * names of keys an attacker invents. A load past that waits its turn instead of failing, because "I may not look" is
 * neither "there is no such key" nor "nobody can tell".
 */
final class SharedLoad<T> {
    /** With {@link #INTERVAL}: 5 at once and then 5 more within ten seconds. */
    private static final int BURST = 5;

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Supplier<Uni<T>> source;
    private final Ticker ticker;
    private @Nullable Uni<T> underway;
    private long next;

    SharedLoad(Supplier<Uni<T>> source, Ticker ticker) {
        this.source = source;
        this.ticker = ticker;
        this.next = ticker.read();
    }

    /**
     * The result of the load that is under way if that is enough for the caller, else of one that began after this call: a
     * load that began earlier may have missed what the caller has already heard of.
     */
    Uni<T> until(Predicate<T> enough) {
        return inContextOfCaller(Uni.createFrom().deferred(() -> current()
                .map(load -> load.chain(
                        loaded -> enough.test(loaded) ? Uni.createFrom().item(loaded) : join()))
                .orElseGet(this::join)));
    }

    /** The result of the load that is under way, else of a new one. */
    Uni<T> any() {
        return inContextOfCaller(Uni.createFrom().deferred(this::join));
    }

    private synchronized Optional<Uni<T>> current() {
        return Optional.ofNullable(underway);
    }

    private synchronized Uni<T> join() {
        if (underway == null) {
            underway = after(waitForTurn())
                    .chain(source::get)
                    .onTermination()
                    .invoke(this::landed)
                    .memoize()
                    .indefinitely();
        }
        return underway;
    }

    private synchronized void landed() {
        underway = null;
    }

    /** The generic cell rate algorithm: {@code next} is when the coming load would begin if all were evenly spaced. */
    private Duration waitForTurn() {
        var now = ticker.read();
        var wait = Math.max(0, next - now - (BURST - 1) * INTERVAL.toNanos());
        next = Math.max(next, now) + INTERVAL.toNanos();
        return Duration.ofNanos(wait);
    }

    private static Uni<Void> after(Duration wait) {
        var now = Uni.createFrom().voidItem();
        return wait.isZero() ? now : now.onItem().delayIt().by(wait);
    }

    /** Whoever joins a load that another request began goes on in its own Vert.x context, not in that request's. */
    private static <T> Uni<T> inContextOfCaller(Uni<T> work) {
        return Uni.createFrom().deferred(() -> {
            var context = Vertx.currentContext();
            return context == null ? work : work.emitOn(task -> context.runOnContext(ignored -> task.run()));
        });
    }
}
