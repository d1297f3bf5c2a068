package how.mana.auth.outbound;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to leave a service alone that did not do what it was asked. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final double JITTER = 0.2;

    private Backoff() {}

    /**
     * Twice as long after every attempt, up to a limit, and a fifth more or less, so that what failed together does not
     * come back together.
     *
     * @param attempts how many have failed, at least one
     */
    static Duration after(int attempts) {
        var doublings = Math.min(attempts - 1, 20);
        var plain = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
        var factor = ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER);
        return Duration.ofMillis(Math.round(plain * factor));
    }
}
