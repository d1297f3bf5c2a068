package how.mana.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;

/** How the service speaks HTTP. */
@ConfigMapping(prefix = "mana.http")
interface HttpConfig {
    /** Origins whose browsers may read answers and send cookies. Compared exactly. */
    @WithDefault("http://localhost:5173")
    List<String> corsOrigins();
}
