package how.mana.auth.token;

import how.mana.auth.caller.Caller;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.ClientAddress;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Reads who is calling from {@code Authorization: Bearer} (RFC 6750 section 2.1) and from nowhere else, cookies above all.
 * The identity's principal is the {@link Caller}, its credential the {@link VerifiedToken}.
 */
@ApplicationScoped
public class BearerAuthentication implements HttpAuthenticationMechanism {
    private static final String PREFIX = "Bearer ";

    private final TokenVerifier verifier;
    private final Newcomers newcomers;
    private final CallerConfig config;

    BearerAuthentication(TokenVerifier verifier, Newcomers newcomers, CallerConfig config) {
        this.verifier = verifier;
        this.newcomers = newcomers;
        this.config = config;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext http, IdentityProviderManager identityProviders) {
        return authenticate(http).onFailure(TokenRefusal.Missing.class).recoverWithUni(() -> Uni.createFrom()
                .optional(Optional.empty()));
    }

    /** Fails with a {@link TokenRefusal} also where there is no token at all. */
    Uni<SecurityIdentity> authenticate(RoutingContext http) {
        return bearerToken(http.request())
                .map(token -> verifier.verify(token)
                        .chain(newcomers::admit)
                        .map(verified -> identity(verified, http.request())))
                .orElseGet(() -> Uni.createFrom().failure(new TokenRefusal.Missing()));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext http) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, "Bearer"));
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext http) {
        return Uni.createFrom().item(new HttpCredentialTransport(HttpCredentialTransport.Type.AUTHORIZATION, "bearer"));
    }

    /** Two such headers are none: which of them a proxy before us looked at, nobody knows. */
    private static Optional<String> bearerToken(HttpServerRequest request) {
        var headers = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        return headers.size() == 1 && headers.get(0).startsWith(PREFIX)
                ? Optional.of(headers.get(0).substring(PREFIX.length()))
                : Optional.empty();
    }

    private SecurityIdentity identity(VerifiedToken token, HttpServerRequest request) {
        var address = ClientAddress.of(request, config.trustedProxies());
        var caller = new Caller(token.user(), token.session(), address, request.getHeader(HttpHeaderNames.USER_AGENT));
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(caller)
                .addCredential(token)
                .addRole(token.role())
                .build();
    }
}
