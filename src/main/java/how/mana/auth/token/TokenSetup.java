package how.mana.auth.token;

import com.github.benmanes.caffeine.cache.Ticker;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Decides at boot whose tokens count, or refuses to boot. */
@Singleton
class TokenSetup {
    private static final int FIRST = 5;
    private static final Logger LOG = Logger.getLogger(TokenSetup.class);

    /** Makes a wrong configuration fail the boot rather than the first request. */
    void onStart(
            @Observes @Priority(FIRST) StartupEvent boot,
            Instance<TrustedIssuer> issuer,
            @CommandLineArguments String[] arguments) {
        if (arguments.length == 0) { // a command trusts nobody's tokens
            LOG.debugf("Tokens of %s count", issuer.get().rules().issuer());
        }
    }

    @Produces
    @Singleton
    TrustedIssuer trusted(TokenConfig config, SigningKeys own, Vertx vertx) {
        return external(config.external(), vertx)
                .orElseGet(() -> new TrustedIssuer(new ClaimRules(config.issuer(), ClaimRules.Sessions.REQUIRED), own));
    }

    static Optional<TrustedIssuer> external(TokenConfig.External config, Vertx vertx) {
        if (config.jwksUrl().isEmpty() && config.issuer().isEmpty()) {
            requireNobodyIsMade(config);
            return Optional.empty();
        }
        var url = config.jwksUrl().orElseThrow(() -> missing("AUTH_JWKS_URL", "AUTH_ISSUER"));
        var issuer = config.issuer().orElseThrow(() -> missing("AUTH_ISSUER", "AUTH_JWKS_URL"));
        return Optional.of(
                new TrustedIssuer(new ClaimRules(issuer, ClaimRules.Sessions.UNKNOWN), externalKeys(vertx, url)));
    }

    private static ExternalKeys externalKeys(Vertx vertx, URI url) {
        var http = "http".equalsIgnoreCase(url.getScheme());
        if (url.getHost() == null
                || url.getRawUserInfo() != null
                || !(http || "https".equalsIgnoreCase(url.getScheme()))) {
            throw new IllegalStateException("AUTH_JWKS_URL must be an http or https URL without user or password");
        }
        var location = url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
        if (http) {
            LOG.warnf("AUTH_JWKS_URL is %s: whoever can change that traffic can sign tokens. Use https.", location);
        }
        return new ExternalKeys(new JwksClient(vertx, url)::fetch, location, Ticker.systemTicker());
    }

    /** Our own tokens name users whom we know: who asked for more expects an issuer that is not there. */
    private static void requireNobodyIsMade(TokenConfig.External config) {
        if (config.provisionUsers()) {
            throw new IllegalStateException(
                    "AUTH_PROVISION_USERS is true but AUTH_JWKS_URL and AUTH_ISSUER are not set:"
                            + " set both, or AUTH_PROVISION_USERS=false");
        }
    }

    private static IllegalStateException missing(String absent, String present) {
        return new IllegalStateException(present + " is set but " + absent + " is not: set both, or neither");
    }
}
