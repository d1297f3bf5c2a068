package how.mana.auth.db;

import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Makes both pools give up on what does not answer: a full pool, a host that is gone, a connection that died unnoticed. */
@Singleton
@Default
@ReactiveDataSource(SyncTransactions.DATASOURCE)
public class PoolSetup implements PgPoolCreator {
    /**
     * A connection on which nothing moves for so long is closed. Idle ones are opened again when needed; one whose peer
     * vanished without a word would otherwise be waited on until the kernel gives up, a quarter of an hour later.
     */
    private static final int SILENCE_SECONDS = 15;

    private final DatabaseConfig config;

    PoolSetup(DatabaseConfig config) {
        this.config = config;
    }

    @Override
    public Pool create(Input input) {
        var patience = (int) config.deadline().toMillis();
        var connection = input.pgConnectOptionsList().get(0);
        connection.setConnectTimeout(patience);
        connection.setIdleTimeout(SILENCE_SECONDS);
        connection.setIdleTimeoutUnit(TimeUnit.SECONDS);
        // Shorter than the deadline: who is still queueing by then must not be served after the answer was given.
        var pool = input.poolOptions()
                .setConnectionTimeout(patience * 9 / 10)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        return PgBuilder.pool()
                .with(pool)
                .connectingTo(connection)
                .using(input.vertx())
                .build();
    }
}
