package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The blocking connection that boot checks are made over, as the role that will serve. */
public final class ServingConnection {
    private static final Logger LOG = Logger.getLogger(ServingConnection.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final AtomicReference<@Nullable CompletableFuture<Connection>> EARLY = new AtomicReference<>();

    private ServingConnection() {}

    /**
     * Begins to connect on a thread of its own, for the {@link #open} to come: an executable needs as long for the rest of its
     * start as it does for this. Whatever goes wrong is thrown there.
     */
    public static void openEarly(DatabaseUrl serving) {
        var early = new CompletableFuture<Connection>();
        EARLY.set(early);
        var thread = new Thread(() -> complete(early, serving), "boot-connection");
        thread.setDaemon(true);
        thread.start();
    }

    private static void complete(CompletableFuture<Connection> early, DatabaseUrl serving) {
        try {
            early.complete(connect(serving));
        } catch (Throwable e) { // whatever it is: who waits must hear of it
            early.completeExceptionally(e);
        }
    }

    /**
     * Connects, or hands out the connection that was opened early, waiting for a database that is only just starting.
     *
     * @throws SQLException if the database refuses the role, or is not there within half a minute
     */
    public static Connection open(DatabaseUrl serving) throws SQLException {
        var early = EARLY.getAndSet(null);
        if (early == null) {
            return connect(serving);
        }
        try {
            return early.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException refused) {
                throw refused;
            }
            throw new SQLException("The database could not be asked", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static Connection connect(DatabaseUrl serving) throws SQLException {
        var deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return Jdbc.connect(serving, "boot");
            } catch (SQLException e) {
                if (!isNotThereYet(e) || Instant.now().isAfter(deadline)) {
                    throw e;
                }
                LOG.infof("Waiting for the database %s: %s", serving, e.getMessage());
                pause();
            }
        }
    }

    /** Class 08: no connection. 57P03: it is starting up. A wrong password or a missing database does not get better. */
    private static boolean isNotThereYet(SQLException e) {
        var state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("08") || state.equals("57P03");
    }

    private static void pause() throws SQLException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static SQLException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SQLException("Interrupted while waiting for the database", e);
    }
}
