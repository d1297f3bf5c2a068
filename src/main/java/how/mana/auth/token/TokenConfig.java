package how.mana.auth.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** Whose tokens count, and how many of them are remembered. */
@ConfigMapping(prefix = "mana.token")
public interface TokenConfig {
    /** Who we are as an issuer (BASE_URL): the {@code iss} of the tokens that we mint, and of those that we accept. */
    @WithDefault("http://localhost:3001")
    String issuer();

    /** Somebody else's tokens instead of our own. */
    External external();

    /** Verified tokens remembered at a time; the cache itself refuses to be made with fewer than none. */
    @WithDefault("20000")
    int cacheSize();

    /** The first two: both or neither. */
    interface External {
        /** Where the external issuer publishes its keys (AUTH_JWKS_URL). */
        Optional<URI> jwksUrl();

        /** The {@code iss} of its tokens (AUTH_ISSUER). */
        Optional<String> issuer();

        /** Whether a user whom its tokens name and nobody knows is made then (AUTH_PROVISION_USERS). */
        @WithDefault("false")
        @WithConverter(TrueOrFalse.class)
        boolean provisionUsers();
    }
}
