package how.mana.auth.outbound;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** Where the services are that this one talks to. */
@ConfigMapping(prefix = "mana.outbound")
public interface OutboundConfig {
    /** mana-notify, which sends mail (MANA_NOTIFY_URL). */
    @WithDefault("http://localhost:3013")
    URI notifyUrl();

    /** mana-credits (MANA_CREDITS_URL). */
    @WithDefault("http://localhost:3061")
    URI creditsUrl();

    /** mana-mail, which keeps mailboxes (MANA_MAIL_URL). */
    @WithDefault("http://localhost:3042")
    URI mailUrl();

    /** Longest that one of them may take to answer. */
    @WithDefault("5s")
    Duration timeout();
}
