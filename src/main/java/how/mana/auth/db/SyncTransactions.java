package how.mana.auth.db;

import how.mana.auth.caller.UserId;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.function.Function;

/**
 * Runs work on the sync database as one user, within row-level security. That database knows no users: whether this one is
 * live is for the main database to say, before anything is done here.
 */
@Singleton
public class SyncTransactions {
    static final String DATASOURCE = "sync";
    private static final String ACT_AS =
            "SELECT set_config('app.current_user_id', $1, true)"; // true: this transaction only

    private final InjectableInstance<Pool> pools;
    private final DatabaseConfig config;

    /** @param pools holds one, which must not be asked for while it is inactive */
    SyncTransactions(@ReactiveDataSource(DATASOURCE) InjectableInstance<Pool> pools, DatabaseConfig config) {
        this.pools = pools;
        this.config = config;
    }

    /**
     * Runs {@code work} in one transaction that can see and write only what is this user's. Commits when the work's item
     * arrives, rolls back when it fails; the result arrives after the commit.
     *
     * <p>Fails with {@link DatabaseRefusal.SyncNotConfigured} in a service without a sync database, and with {@link
     * DatabaseRefusal.Unavailable} for every fault of it.
     */
    public <T> Uni<T> as(UserId user, Function<SqlConnection, Uni<T>> work) {
        return Uni.createFrom()
                .item(this::pool)
                .chain(pool -> Deadline.transaction(pool, config, tx -> tx.preparedQuery(ACT_AS)
                        .execute(Tuple.of(user.value()))
                        .chain(() -> work.apply(tx))))
                .onFailure()
                .transform(DatabaseFault::translate);
    }

    private Pool pool() {
        if (!pools.getHandle().getBean().isActive()) {
            throw new DatabaseRefusal.SyncNotConfigured();
        }
        return pools.get();
    }
}
