package how.mana.auth.db;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the service waits for its database. */
@ConfigMapping(prefix = "mana.database")
public interface DatabaseConfig {
    /**
     * Longest that one piece of database work may take, waiting for a connection included. Past it the request is answered
     * with 503, and the server cancels the statement by its own {@code statement_timeout} of the same length.
     */
    @WithDefault("1800ms")
    Duration deadline();
}
