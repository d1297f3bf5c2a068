package how.mana.auth.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a command that runs on to end, and lets it finish what it is at. */
public final class Stop {
    private static final int PATIENCE_SECONDS = 10;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    /** One that is asked by SIGTERM or SIGINT, and holds the process up until {@link #finished}, for ten seconds at most. */
    public static Stop onSignal() {
        var stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::askAndWait, "command-stop"));
        return stop;
    }

    private void askAndWait() {
        ask();
        wait(finished, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    /** Tells the command to end. */
    public void ask() {
        asked.countDown();
    }

    /** Whether the command was told to end. */
    public boolean asked() {
        return asked.getCount() == 0;
    }

    /** The command has ended. */
    void finished() {
        finished.countDown();
    }

    boolean pause(Duration time) {
        return !wait(asked, time);
    }

    /** An interrupt is somebody's wish that this thread ends. */
    private static boolean wait(CountDownLatch latch, Duration time) {
        try {
            return latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
