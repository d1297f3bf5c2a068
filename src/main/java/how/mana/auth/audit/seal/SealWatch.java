package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekRing;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Seals for as long as it may, one among any number that want to. Whoever is not elected stands by. While the database is away it
 * goes on trying, and says so once.
 */
public final class SealWatch {
    private static final Logger LOG = Logger.getLogger(SealWatch.class);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration STANDBY = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Source source;
    private final KekRing ring;
    private final SecureRandom random;
    private final SealMetrics metrics;
    private int failed;

    /** @param ring has orders whenever {@code source} has opened a connection */
    public SealWatch(Source source, KekRing ring, SecureRandom random, SealMetrics metrics) {
        this.source = source;
        this.ring = ring;
        this.random = random;
        this.metrics = metrics;
    }

    /** Opens connections that work as the auditor. */
    public interface Source {
        /** A new one, which is closed here. */
        Connection open() throws SQLException;
    }

    /** Waits between two looks. */
    public interface Pause {
        /** Returns false if it is time to end. */
        boolean pause(Duration time);
    }

    /** Returns when {@code pause} says that it is time to end. */
    public void run(Pause pause) {
        do {
            try (var connection = source.open()) {
                seal(connection, pause);
                return;
            } catch (SQLException | RuntimeException e) {
                failed(e);
            }
        } while (pause.pause(backOff()));
    }

    private void seal(Connection connection, Pause pause) throws SQLException {
        while (!Sealer.elect(connection)) {
            if (!pause.pause(STANDBY)) {
                return;
            }
        }
        LOG.info("This process seals the trail");
        try (var sealer = Sealer.on(connection, ring, random)) {
            while (pause.pause(sealOnce(sealer) ? Duration.ZERO : IDLE)) {
                recovered();
            }
        }
    }

    /** Returns whether there may be more at once. */
    private boolean sealOnce(Sealer sealer) throws SQLException {
        var batch = sealer.seal();
        metrics.sealed(batch.rows());
        metrics.lag(sealer.lag());
        return batch.full();
    }

    private void recovered() {
        if (failed > 0) {
            LOG.info("The trail is sealed again");
        }
        failed = 0;
    }

    private void failed(Exception e) {
        metrics.failed();
        if (failed++ == 0) {
            LOG.error("The trail cannot be sealed; this is tried again until it can", e);
        }
    }

    private Duration backOff() {
        var wait = IDLE.multipliedBy(1L << Math.min(failed, 10));
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }
}
