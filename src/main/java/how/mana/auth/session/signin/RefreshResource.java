package how.mana.auth.session.signin;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.OpenedSession;
import how.mana.auth.session.SessionRenewal;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.token.TokenMinter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** New access tokens (contract A4). */
@Path("/api/v1/auth/refresh")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class RefreshResource {
    private final SessionRenewal renewal;
    private final TokenMinter tokens;
    private final SecurityEvents events;
    private final RateLimits limits;
    private final Answers answers;
    private final CallerConfig callers;

    RefreshResource(
            SessionRenewal renewal,
            TokenMinter tokens,
            SecurityEvents events,
            RateLimits limits,
            Answers answers,
            CallerConfig callers) {
        this.renewal = renewal;
        this.tokens = tokens;
        this.events = events;
        this.limits = limits;
        this.answers = answers;
        this.callers = callers;
    }

    /**
     * A new access token for who shows the session's token, in the body, as the cookie or in the header. A client that says
     * {@code rotate} gets a new token of the session too, and has to use that one from then on.
     */
    @POST
    public Uni<RestResponse<TokensResponse>> refresh(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var sent = AuthBody.parseIfAny(body);
        var shown = sent.optionalText("refreshToken");
        var work = sent.isTrue("rotate") ? rotated(shown, request) : refreshed(shown, request);
        return events.recorded(
                Attempt.at("/refresh", client),
                limits.count("/api/v1/auth/refresh", client).chain(() -> work));
    }

    private Uni<RestResponse<TokensResponse>> refreshed(Optional<String> shown, HttpServerRequest request) {
        return Uni.createFrom()
                .deferred(() -> renewal.renew(shown, request))
                .chain(this::tokensOf)
                .map(RestResponse::ok);
    }

    private Uni<RestResponse<TokensResponse>> rotated(Optional<String> shown, HttpServerRequest request) {
        return Uni.createFrom().deferred(() -> renewal.exchange(shown, request)).chain(exchanged -> tokensOf(
                        exchanged.opened())
                .map(body ->
                        exchanged.isOfTheCookie() ? answers.giving(exchanged.opened(), body) : RestResponse.ok(body)));
    }

    private Uni<TokensResponse> tokensOf(OpenedSession opened) {
        return tokens.mint(opened.session().claims())
                .map(accessToken ->
                        new TokensResponse(accessToken, opened.token().value()));
    }
}
