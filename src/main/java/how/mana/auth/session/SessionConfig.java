package how.mana.auth.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sessions, their cookie, and whose pages may use it. */
@ConfigMapping(prefix = "mana.session")
public interface SessionConfig {
    /** Domain of the cookie (COOKIE_DOMAIN), so that all hosts below it are signed in at once; without it, this host only. */
    Optional<String> cookieDomain();

    /** Whether the cookie travels over TLS only even where BASE_URL is http (NODE_ENV=production). */
    @WithDefault("false")
    boolean cookieSecure();

    /** Origins whose pages may act with the cookie, besides that of BASE_URL (TRUSTED_ORIGINS). */
    @WithDefault(
            "https://mana.how,https://auth.mana.how,https://whopxl.mana.how,http://localhost:3001,http://localhost:5173")
    List<String> trustedOrigins();

    /** How long a token still counts after its client exchanged it: tabs exchange the same one at once. */
    @WithDefault("60s")
    Duration refreshGrace();
}
