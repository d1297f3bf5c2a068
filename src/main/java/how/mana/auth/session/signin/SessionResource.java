package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.db.Timestamps;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.EventType;
import how.mana.auth.event.RecordedEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.OpenedSession;
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
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** What can be done with a session, under the routes of the service (contract A4). */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class SessionResource {
    private static final int USUAL_EVENTS = 50;
    private static final int MOST_EVENTS = 500;

    private final SessionAuthentication authentication;
    private final Sessions sessions;
    private final TokenMinter tokens;
    private final SecurityEvents events;
    private final RateLimits limits;
    private final Answers answers;
    private final CallerConfig callers;

    SessionResource(
            SessionAuthentication authentication,
            Sessions sessions,
            TokenMinter tokens,
            SecurityEvents events,
            RateLimits limits,
            Answers answers,
            CallerConfig callers) {
        this.authentication = authentication;
        this.sessions = sessions;
        this.tokens = tokens;
        this.events = events;
        this.limits = limits;
        this.answers = answers;
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
        return limits.count(RateLimits.Scope.OTHER, client(request))
                .chain(() -> authentication.find(request))
                .map(found -> found.orElseThrow(() -> new AuthRefusal.Unauthorized("No valid session")))
                .chain(presented -> tokensOf(presented.session(), presented.token()));
    }

    /**
     * A new access token for who shows the session's token, in the body or as the cookie. A client that says {@code rotate} gets
     * a new token of the session too, and has to use that one from then on.
     */
    @POST
    @Path("/refresh")
    public Uni<RestResponse<TokensResponse>> refresh(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = client(request);
        var sent = AuthBody.parseIfAny(body);
        var shown = sent.optionalText("refreshToken").map(SessionToken::new);
        return events.recorded(
                Attempt.at("/refresh", client),
                limits.count(RateLimits.Scope.OTHER, client)
                        .chain(() -> sent.isTrue("rotate")
                                ? rotated(shown, request, client)
                                : refreshed(shown, request, client)));
    }

    private Uni<RestResponse<TokensResponse>> refreshed(
            Optional<SessionToken> shown, HttpServerRequest request, Client client) {
        var live = shown.map(token -> sessions.byToken(token, client)
                        .map(found -> found.map(session -> new OpenedSession(session, token))))
                .orElseGet(() -> authentication
                        .find(request)
                        .map(found -> found.flatMap(presented ->
                                presented.token().map(token -> new OpenedSession(presented.session(), token)))));
        return live.map(SessionResource::required)
                .chain(opened -> tokensOf(opened.session(), Optional.of(opened.token())))
                .map(RestResponse::ok);
    }

    /** The browser's cookie follows, or it would bring the exchanged token for ever and so end the session. */
    private Uni<RestResponse<TokensResponse>> rotated(
            Optional<SessionToken> shown, HttpServerRequest request, Client client) {
        var fromCookie = shown.isEmpty();
        return shown.or(() -> authentication.tokenIn(request))
                .map(token -> sessions.exchange(token, client))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .map(SessionResource::required)
                .chain(opened -> tokensOf(opened.session(), Optional.of(opened.token()))
                        .map(body -> fromCookie || authentication.hasCookie(request)
                                ? answers.giving(opened, body)
                                : RestResponse.ok(body)));
    }

    private static OpenedSession required(Optional<OpenedSession> found) {
        return found.orElseThrow(() -> new AuthRefusal.TokenExpired("Session expired"));
    }

    /** Ends the session that is shown, in the body, as the cookie or as a bearer token. Without one there is nothing to end. */
    @POST
    @Path("/logout")
    public Uni<RestResponse<Success>> logout(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = client(request);
        var shown = AuthBody.parseIfAny(body).optionalText("refreshToken").map(SessionToken::new);
        return limits.count(RateLimits.Scope.OTHER, client)
                .chain(() -> shown.map(token -> sessions.byToken(token, client))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
                .chain(found -> end(found, client))
                .chain(() -> authentication.find(request))
                .chain(found -> end(found.map(presented -> presented.session()), client))
                .map(ended -> answers.taking(Success.YES));
    }

    private Uni<Void> end(Optional<LiveSession> session, Client client) {
        return session.map(live -> sessions.end(live, EventType.LOGOUT, client))
                .orElseGet(() -> Uni.createFrom().voidItem());
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

    /** What happened to the caller's account, newest first. */
    @GET
    @Path("/security-events")
    public Uni<List<RecordedEvent>> events(@RestQuery @Nullable String limit, @Context HttpServerRequest request) {
        var most = limit(limit);
        return authentication
                .require(request)
                .chain(presented -> events.newest(presented.session().user().id(), most));
    }

    private static int limit(@Nullable String asked) {
        if (asked == null) {
            return USUAL_EVENTS;
        }
        if (!asked.matches("[1-9][0-9]{0,2}") || Integer.parseInt(asked) > MOST_EVENTS) {
            throw new AuthRefusal.Validation("limit must be a number from 1 to " + MOST_EVENTS);
        }
        return Integer.parseInt(asked);
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

    /**
     * An access token and what renews it.
     *
     * @param refreshToken absent if the request showed an access token only, which renews nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TokensResponse(
            String accessToken, @Nullable String refreshToken) {
        /** A record would print the tokens. */
        @Override
        public String toString() {
            return "TokensResponse[hidden]";
        }
    }

    /** One of the caller's sessions. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record SessionEntry(
            String id,
            String createdAt,
            String lastActivityAt,
            String expiresAt,
            @Nullable String ipAddress,
            @Nullable String userAgent,
            @Nullable String deviceName,
            boolean current) {
        static SessionEntry of(LiveSession session, LiveSession current) {
            return new SessionEntry(
                    session.id(),
                    Timestamps.iso(session.createdAt()),
                    Timestamps.iso(session.updatedAt()),
                    Timestamps.iso(session.expiresAt()),
                    session.address(),
                    session.userAgent(),
                    session.deviceName(),
                    session.id().equals(current.id()));
        }
    }
}
