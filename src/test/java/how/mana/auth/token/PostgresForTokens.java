package how.mana.auth.token;

import how.mana.auth.db.TestPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.sql.SQLException;
import java.util.Map;

/** A migrated database of the test's own, reached as the app role. */
public final class PostgresForTokens implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        try {
            var url = TestPostgres.instance().createDatabase().migrated().appUrl();
            return Map.of(
                    "quarkus.datasource.reactive.url", url.reactiveUrl(),
                    "quarkus.datasource.username", url.role(),
                    "quarkus.datasource.password", url.password());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void stop() {
        // The database goes with the cluster at the end of the JVM.
    }
}
