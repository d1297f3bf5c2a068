package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** One migration at a time per database. Postgres frees the lock when its holder's connection ends, however it ends. */
final class MigrationLock implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MigrationLock.class);
    private static final long KEY = 0x6d616e612d617574L; // "mana-aut"
    private static final int PATIENCE_SECONDS = 5;
    private static final int ATTEMPTS = 60;
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Connection connection;

    private MigrationLock(Connection connection) {
        this.connection = connection;
    }

    /** Waits up to five minutes. */
    static MigrationLock acquire(Connection connection) throws SQLException {
        Jdbc.execute(connection, "SET statement_timeout = 0; SET lock_timeout = '" + PATIENCE_SECONDS + "s'");
        for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                Jdbc.execute(connection, "SELECT pg_advisory_lock(" + KEY + ")");
                return new MigrationLock(connection);
            } catch (SQLException e) {
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
                LOG.infof("Waiting for another migration of this database, %d s so far", attempt * PATIENCE_SECONDS);
            }
        }
        throw new MigrationRefusedException("Another migration has held this database for "
                + ATTEMPTS * PATIENCE_SECONDS + " s. See pg_stat_activity for application_name 'mana-auth migrate'.");
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            Jdbc.execute(connection, "SELECT pg_advisory_unlock(" + KEY + ")");
        }
    }
}
