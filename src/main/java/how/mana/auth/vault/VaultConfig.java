package how.mana.auth.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long what a rekey supersedes is kept, and how often a user may rekey. */
@ConfigMapping(prefix = "mana.vault")
public interface VaultConfig {
    /** How long a superseded key stays wrapped and can be asked for. None: it is gone at once, as it ever was. */
    @WithDefault("7d")
    Duration retention();

    /** Rekeying, and taking a rekey back. */
    Rekey rekey();

    /** See {@link VaultConfig#rekey()}. */
    interface Rekey {
        /** Requests of one user in a window, all replicas together. */
        @WithDefault("30")
        int requests();

        /** Length of the window, at most two hours: what is older is forgotten. */
        @WithDefault("1h")
        Duration window();
    }
}
