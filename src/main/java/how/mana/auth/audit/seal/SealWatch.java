package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.jdbc.OperatorConnection;
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

    /** Rows wait for half of this on average. More of them in one batch cost less each. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private static final Duration STANDBY = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Longer than any statement may take. */
    private static final int NETWORK_TIMEOUT_MILLIS = 90_000;

    private final Source source;
    private final KekRing ring;
    private final SecureRandom random;
    private final SealMetrics metrics;
    private final SeenHead seen = new SeenHead();
    private int failed;

    /** @param ring has orders once {@code source} was told of an election */
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

        /** Told of a connection that is the sealer's from now on: what holds for a few seconds is asked for here. */
        default void elected(Connection connection) throws SQLException {}
    }

    /** Waits between two looks. */
    public interface Pause {
        /** Returns false if it is time to end. */
        boolean pause(Duration time);
    }

    /**
     * Returns when {@code pause} says that it is time to end.
     *
     * @throws OperatorConnection.NotAMemberException if who logs in may not be the auditor, which no waiting changes
     */
    public void run(Pause pause) {
        do {
            try (var connection = source.open()) {
                limit(connection);
                seal(connection, pause);
                return;
            } catch (OperatorConnection.NotAMemberException e) {
                throw e;
            } catch (Throwable e) { // an Error too: nobody else would seal, or notice
                failed(e);
            }
        } while (pause.pause(backOff()));
    }

    /** Whoever seals holds a lock that everyone else stands by for: it must not hang on a server that is gone. */
    private static void limit(Connection connection) throws SQLException {
        Jdbc.execute(connection, "SET lock_timeout = '10s'; SET statement_timeout = '60s'");
        connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
    }

    private void seal(Connection connection, Pause pause) throws SQLException {
        while (!Sealer.elect(connection)) {
            seen.look(connection); // who stands by knows the history too, and signs no other one
            metrics.lag(0);
            if (!pause.pause(STANDBY)) {
                return;
            }
        }
        LOG.info("This process seals the trail");
        source.elected(connection);
        try (var sealer = Sealer.on(connection, ring, random, seen)) {
            while (pause.pause(sealOnce(sealer) ? Duration.ZERO : IDLE)) {
                recovered();
            }
        }
    }

    /** Returns whether there may be more at once. */
    private boolean sealOnce(Sealer sealer) throws SQLException {
        var batch = sealer.seal();
        metrics.sealed(batch.rows());
        metrics.lag(lag(sealer, batch));
        return batch.full();
    }

    /**
     * What is left after a batch with room came while it was sealed, or an open transaction holds it back: then what comes next waits
     * as long as this did. To ask after each batch would cost as much as to seal it.
     */
    private static double lag(Sealer sealer, Sealer.Batch batch) throws SQLException {
        return batch.rows() > 0 && !batch.full() ? batch.waited().toMillis() / 1e3 : sealer.lag();
    }

    private void recovered() {
        if (failed > 0) {
            LOG.info("The trail is sealed again");
        }
        failed = 0;
    }

    private void failed(Throwable e) {
        metrics.failed();
        if (failed++ == 0 || e instanceof HistoryLostException) {
            LOG.error("The trail cannot be sealed; this is tried again until it can", e);
        }
    }

    private Duration backOff() {
        var wait = IDLE.multipliedBy(1L << Math.min(failed, 10));
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }
}
