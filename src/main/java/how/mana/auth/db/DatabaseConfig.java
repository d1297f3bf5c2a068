package how.mana.auth.db;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the service waits for its database. */
@ConfigMapping(prefix = "mana.database")
public interface DatabaseConfig {
    /**
     * Longest that one piece of database work may take, waiting for a connection included. Past it the request is answered
     * with 503. The server cancels the statement itself: see {@code statement_timeout} in {@code application.properties}.
     */
    @WithDefault("1800ms")
    Duration deadline();
}
