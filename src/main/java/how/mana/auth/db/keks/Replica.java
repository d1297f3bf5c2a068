package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This process among those that serve: says every second that it lives and which KEKs it holds, and passes on to the ring what
 * it is told. On a thread and a connection of its own, so that no load on the service makes it deaf.
 */
public final class Replica implements AutoCloseable {
    /** Within so long a seal that an operator sets is obeyed, also by a process that cannot hear of it. */
    static final Duration VALID = Duration.ofSeconds(4);

    private static final Logger LOG = Logger.getLogger(Replica.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int ANSWER_MILLIS = 1_500;
    private static final String PATIENCE = "SET statement_timeout = '1s'";
    private static final String LEAVE = "DELETE FROM auth.replicas WHERE id = ?";

    private final UUID id = UUID.randomUUID();
    private final DatabaseUrl serving;
    private final KekRing ring;
    private final KekReload reload;
    private final RingMetrics metrics;
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "replica");
    private @Nullable Connection connection;
    private @Nullable Beat last;
    private boolean deaf;

    /** @param reload looks for KEKs that this process lacks */
    public Replica(DatabaseUrl serving, KekRing ring, KekReload reload, RingMetrics metrics) {
        this.serving = serving;
        this.ring = ring;
        this.reload = reload;
        this.metrics = metrics;
        thread.setDaemon(true);
    }

    /**
     * The first sign of life. Whoever changes the active KEK knows of this process from here on, and waits for it.
     *
     * @param boot a connection as the serving role, used for this call only
     */
    public void join(Connection boot) throws SQLException {
        Beat.of(boot, id, ring);
    }

    /** The same once the KEKs were found in order: activates the KEK that is wished for, or says what that waits for. */
    public void begin(Connection boot) throws SQLException {
        obey(boot);
        if (!ring.active().equals(Optional.of(ring.wanted()))) {
            LOG.warnf(
                    "New keys are wrapped by %s and not by %s, which MANA_AUTH_KEK_ID wants: see kek status",
                    ring.active().map(KekId::value).orElse("no KEK"), ring.wanted());
        }
        thread.start();
    }

    private void run() {
        while (!isLeaving()) {
            try {
                obey(connected());
                heard();
            } catch (SQLException | RuntimeException e) {
                missed(e);
                askAgain();
            }
        }
        leave();
    }

    /** At once: one answer that was lost must not cost more than it has to. */
    private void askAgain() {
        try {
            obey(connected());
            heard();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("Not this time either", e);
            disconnect();
        }
    }

    private boolean isLeaving() {
        try {
            return leaving.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void obey(Connection over) throws SQLException {
        var asked = ring.now();
        var beat = Beat.of(over, id, ring);
        ring.follow(beat.orders(VALID), asked);
        metrics.heard(beat);
        metrics.swept(Sweep.last(over));
        reload.lookFor(beat, ring);
        activateWanted(over, beat);
        if (last != null && last.sealed() != beat.sealed()) {
            LOG.warn(beat.sealed() ? "SEALED by an operator: no key is opened or made" : "Unsealed by an operator");
        }
        last = beat;
    }

    /** A wish is fulfilled once. Who wants a former KEK back has to say so by a command. */
    private void activateWanted(Connection over, Beat beat) throws SQLException {
        var wanted = beat.find(ring.wanted());
        if (wanted.filter(kek -> isDue(kek, beat)).isEmpty()) {
            return;
        }
        if (KekActivation.of(over, ring, ring.wanted()).done()) {
            LOG.infof("New keys are wrapped by the KEK %s from now on", ring.wanted());
            var asked = ring.now();
            ring.follow(Beat.of(over, id, ring).orders(VALID), asked);
        }
    }

    private static boolean isDue(KnownKek wanted, Beat beat) {
        return wanted.state() == KnownKek.State.ANNOUNCED
                || wanted.state() == KnownKek.State.RETIRING && beat.active().isEmpty();
    }

    private Connection connected() throws SQLException {
        var held = connection;
        if (held == null) {
            held = Jdbc.connect(serving, "replica");
            held.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            Jdbc.execute(held, PATIENCE); // what nobody listens to any more must not wait there
            connection = held;
        }
        return held;
    }

    private void heard() {
        if (deaf) {
            LOG.info("The database says again which KEK wraps");
        }
        deaf = false;
    }

    private void missed(Exception e) {
        if (!deaf) {
            LOG.warnf(e, "The database does not say which KEK wraps; without that no key is opened after %s", VALID);
        }
        deaf = true;
        disconnect();
    }

    /** Others need not wait for this process any more. */
    private void leave() {
        try {
            Jdbc.update(connected(), LEAVE, id);
        } catch (SQLException e) {
            LOG.debug("Nobody could be told that this process ends; they will notice", e);
        }
        disconnect();
    }

    private void disconnect() {
        var held = connection;
        connection = null;
        if (held != null) {
            try {
                held.close();
            } catch (SQLException e) {
                LOG.debug("A connection that was broken could not be closed", e);
            }
        }
    }

    /** Says that this process ends, and waits a moment for that to be heard. */
    @Override
    public void close() {
        leaving.countDown();
        if (!thread.isAlive()) {
            leave();
            return;
        }
        try {
            thread.join(ANSWER_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
