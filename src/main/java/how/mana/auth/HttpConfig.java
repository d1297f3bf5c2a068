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

    /** Longest body in bytes that a route of the vault reads. */
    @WithDefault("16384")
    long vaultBodyCap();

    /** Longest body in bytes for minting a mission grant. */
    @WithDefault("262144")
    long grantBodyCap();

    /** Longest body in bytes that any other route reads. */
    @WithDefault("65536")
    long bodyCap();

    default long bodyCapOf(String path) {
        if (path.startsWith("/api/v1/me/encryption-vault")) {
            return vaultBodyCap();
        }
        return path.startsWith("/api/v1/me/ai-mission-grant") ? grantBodyCap() : bodyCap();
    }
}
