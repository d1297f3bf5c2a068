package how.mana.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again for what another thread or process brings about. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /** Returns once {@code check} passes; throws what it threw last if that takes too long. */
    public static void passes(Check check) {
        passesWithin(PATIENCE, check);
    }

    /** The same, if a longer wait would prove nothing. */
    public static void passesWithin(Duration patience, Check check) {
        var deadline = Instant.now().plus(patience);
        while (true) {
            try {
                check.run();
                return;
            } catch (Exception | AssertionError notYet) {
                if (Instant.now().isAfter(deadline)) {
                    throw new AssertionError("Not within " + patience, notYet);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Returns once {@code condition} holds. */
    public static void holds(Condition condition) {
        passes(() -> {
            if (!condition.holds()) {
                throw new AssertionError("It does not hold");
            }
        });
    }

    public interface Check {
        void run() throws Exception;
    }

    public interface Condition {
        boolean holds() throws Exception;
    }
}
