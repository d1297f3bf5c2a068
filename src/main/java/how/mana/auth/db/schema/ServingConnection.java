package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** The blocking connection that boot checks are made over, as the role that will serve. */
public final class ServingConnection {
    private static final Logger LOG = Logger.getLogger(ServingConnection.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private ServingConnection() {}

    /**
     * Connects, waiting for a database that is only just starting.
     *
     * @throws SQLException if the database refuses the role, or is not there within half a minute
     */
    public static Connection open(DatabaseUrl serving) throws SQLException {
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
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted while waiting for the database", e);
        }
    }
}
