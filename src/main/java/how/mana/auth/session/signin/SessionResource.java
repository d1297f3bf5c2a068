package how.mana.auth.session.signin;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.SessionAuthentication;
import how.mana.auth.session.SessionToken;
import how.mana.auth.session.Sessions;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.token.TokenMinter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;

/** What can be done with a session, under the routes of the service (contract A4). */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class SessionResource {
    private final SessionAuthentication authentication;
    private final Sessions sessions;
    private final TokenMinter tokens;
    private final SecurityEvents events;
    private final RateLimits limits;
    private final CallerConfig callers;

    SessionResource(
            SessionAuthentication authentication,
            Sessions sessions,
            TokenMinter tokens,
            SecurityEvents events,
            RateLimits limits,
            CallerConfig callers) {
        this.authentication = authentication;
        this.sessions = sessions;
        this.tokens = tokens;
        this.events = events;
        this.limits = limits;
        this.callers = callers;
    }

    /** The session and its user, or {@code null}. */
    @GET
    @Path("/session")
    public Uni<RestResponse<Object>> session(@Context HttpServerRequest request) {
        return authentication.find(request).map(found -> found.map(SessionResponse::of)
                .map(body -> RestResponse.ok((Object) body))
                .orElseGet(() -> RestResponse.ok("null")));
    }

    /** An access token for who has the cookie. */
    @POST
    @Path("/session-to-token")
    public Uni<TokensResponse> sessionToToken(@Context HttpServerRequest request) {
        return limits.count("/api/v1/auth/session-to-token", client(request))
                .chain(() -> authentication.find(request))
                .map(found -> found.orElseThrow(() -> new AuthRefusal.Unauthorized("No valid session")))
                .chain(presented -> tokensOf(presented.session(), presented.token()));
    }

    /** The caller's sessions, the one used last first. */
    @GET
    @Path("/sessions")
    public Uni<List<SessionEntry>> sessions(@Context HttpServerRequest request) {
        return authentication
                .require(request)
                .chain(presented -> sessions.of(presented.session().user().id()).map(all -> all.stream()
                        .map(session -> SessionEntry.of(session, presented.session()))
                        .toList()));
    }

    /** Ends one of the caller's sessions. */
    @DELETE
    @Path("/sessions/{id}")
    public Uni<Success> revoke(@RestPath String id, @Context HttpServerRequest request) {
        var client = client(request);
        return events.recorded(
                Attempt.at("/sessions", client),
                authentication
                        .require(request)
                        .chain(presented ->
                                sessions.revoke(presented.session().user().id(), id, client))
                        .replaceWith(Success.YES));
    }

    private Uni<TokensResponse> tokensOf(LiveSession session, Optional<SessionToken> token) {
        return tokens.mint(session.claims())
                .map(accessToken -> new TokensResponse(
                        accessToken, token.map(SessionToken::value).orElse(null)));
    }

    private Client client(HttpServerRequest request) {
        return Client.of(request, callers);
    }

    /** That what was asked for is so now. */
    public record Success(boolean success) {
        public static final Success YES = new Success(true);
    }
}
