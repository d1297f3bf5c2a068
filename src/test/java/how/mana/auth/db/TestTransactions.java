package how.mana.auth.db;

import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;

/** The doors to a test's database, for tests of other packages. */
public final class TestTransactions {
    private TestTransactions() {}

    public static ServiceTransactions ofService(Pool pool) {
        return new ServiceTransactions(pool, () -> Duration.ofSeconds(5));
    }
}
