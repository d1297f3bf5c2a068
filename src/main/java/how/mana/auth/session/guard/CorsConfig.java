package how.mana.auth.session.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;

/** Whose pages may read our answers, as the edge of the service lets them. */
@ConfigMapping(prefix = "mana.http")
public interface CorsConfig {
    /** Their origins, compared exactly (CORS_ORIGINS). */
    @WithDefault("http://localhost:5173")
    List<String> corsOrigins();
}
