package how.mana.auth.account;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Lets an answer take as long whatever it was that was done. Whoever asks about an address that has an account, and about one
 * that has none, waits for the same time: much longer than either takes.
 */
public final class EvenTime {
    private static final Duration LEAST = Duration.ofMillis(200);

    private EvenTime() {}

    /** {@code work}, and its item no sooner than 200 ms after it began. A failure says nothing and need not wait. */
    public static <T> Uni<T> of(Uni<T> work) {
        return Uni.createFrom().deferred(() -> {
            var begun = System.nanoTime();
            return work.onItem().transformToUni(item -> later(item, LEAST.minusNanos(System.nanoTime() - begun)));
        });
    }

    private static <T> Uni<T> later(T item, Duration rest) {
        var now = Uni.createFrom().item(item);
        return rest.isNegative() || rest.isZero() ? now : now.onItem().delayIt().by(rest);
    }
}
