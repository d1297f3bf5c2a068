package how.mana.auth.session.password;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** Stands still, but for the steps it is told to make: one each time it is read. */
final class LapClock implements Ticker {
    private final Queue<Duration> steps = new ArrayDeque<>();
    private long now = 1_000_000_000L;

    /** The next readings are so many milliseconds later, each than the one before it. */
    synchronized void next(int... millis) {
        for (int step : millis) {
            steps.add(Duration.ofMillis(step));
        }
    }

    synchronized void pass(Duration time) {
        now += time.toNanos();
    }

    synchronized int stepsLeft() {
        return steps.size();
    }

    /** Until each step was made. */
    synchronized void awaitAllSteps() throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!steps.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Nobody reads the clock");
            }
            wait(100);
        }
    }

    @Override
    public synchronized long read() {
        var step = steps.poll();
        now += step == null ? 0 : step.toNanos();
        notifyAll();
        return now;
    }
}
