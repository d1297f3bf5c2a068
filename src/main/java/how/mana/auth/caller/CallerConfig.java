package how.mana.auth.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How far the connection is believed about who is calling. */
@ConfigMapping(prefix = "mana.caller")
public interface CallerConfig {
    /** Number of proxies in front of this service whose X-Forwarded-For entry counts; 0 believes the socket alone. */
    @WithDefault("0")
    @WithConverter(ProxyCount.class)
    int trustedProxies();
}
