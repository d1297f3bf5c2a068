package how.mana.auth;

import how.mana.auth.audit.seal.SealMetrics;
import how.mana.auth.audit.seal.SealWatch;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.OperatorConnection;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Seals the trail beside the service, on a thread and a connection of its own, if this process is told how to be the auditor. */
@Singleton
class Sealing {
    private static final Logger LOG = Logger.getLogger(Sealing.class);
    private static final long PATIENCE_MILLIS = 5_000;

    private final Environment environment;
    private final KekRing ring;
    private final SecureRandom random;
    private final MeterRegistry metrics;
    private final CountDownLatch ending = new CountDownLatch(1);
    private @Nullable Thread thread;

    Sealing(Environment environment, KekRing ring, SecureRandom random, MeterRegistry metrics) {
        this.environment = environment;
        this.ring = ring;
        this.random = random;
        this.metrics = metrics;
    }

    /** @throws BadEnvironmentException if the auditor's URL is set and is none */
    void start() {
        environment.databaseUrl(Group.AUDITOR.variable()).ifPresent(this::start);
    }

    private void start(DatabaseUrl auditor) {
        var watch = new SealWatch(
                () -> OperatorConnection.open(auditor, Group.AUDITOR, "sealer"),
                ring,
                random,
                new SealMetrics(metrics));
        var started = new Thread(() -> run(watch), "sealer");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void run(SealWatch watch) {
        try {
            watch.run(this::pause);
        } catch (OperatorConnection.NotAMemberException e) {
            LOG.errorf("This process does not seal the trail: %s", e.getMessage());
        }
    }

    private boolean pause(Duration time) {
        try {
            return !ending.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets the batch that is being sealed come to its end. Killed instead, it would be sealed anew. */
    void stop() {
        ending.countDown();
        var started = thread;
        if (started == null) {
            return;
        }
        try {
            started.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
