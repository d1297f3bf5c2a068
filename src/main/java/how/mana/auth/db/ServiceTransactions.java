package how.mana.auth.db;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlClient;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs database work of the service itself, on tables that belong to no user. Row-level security sees nobody here, so
 * nothing of a user's can be read or changed by mistake.
 */
@Singleton
public class ServiceTransactions {
    private static final Logger LOG = Logger.getLogger(ServiceTransactions.class);

    private final Pool pool;
    private final DatabaseConfig config;

    ServiceTransactions(Pool pool, DatabaseConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /** Begins to open the pool's first connection, so that the first request finds it there. Who needs it hears of failures. */
    public void warmUp() {
        pool.getDelegate()
                .getConnection()
                .onSuccess(SqlClient::close)
                .onFailure(e -> LOG.debug("No connection to begin with", e));
    }

    /**
     * Runs {@code work} in one transaction. Commits when the work's item arrives, rolls back when it fails; the result
     * arrives after the commit. Fails with {@link DatabaseRefusal.Unavailable} for every fault of the database.
     */
    public <T> Uni<T> run(Function<SqlConnection, Uni<T>> work) {
        return Deadline.transaction(pool, config, work).onFailure().transform(DatabaseFault::translate);
    }
}
