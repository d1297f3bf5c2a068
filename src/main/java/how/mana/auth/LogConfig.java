package how.mana.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What the log looks like. */
@ConfigMapping(prefix = "mana.log")
interface LogConfig {
    /** JSON lines for machines or text for people; by default JSON in production and text elsewhere. */
    Optional<Format> format();

    /** Whether every request is logged as it comes and as it goes. */
    @WithDefault("true")
    boolean requests();

    /** The spellings are the variable's values. */
    enum Format {
        JSON,
        CONSOLE
    }
}
