package how.mana.auth.session.signin;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.session.OpenedSession;
import how.mana.auth.session.Presented;
import how.mana.auth.session.SessionAuthentication;
import how.mana.auth.session.Sessions;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.token.TokenMinter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;

/** What browsers do with their session (contract A5). */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class NativeSessionResource {
    private static final String TOKEN_HEADER = "set-auth-jwt";

    private final SessionAuthentication authentication;
    private final Sessions sessions;
    private final SignOut signOut;
    private final TokenMinter tokens;
    private final RateLimits limits;
    private final Answers answers;
    private final CallerConfig callers;

    NativeSessionResource(
            SessionAuthentication authentication,
            Sessions sessions,
            SignOut signOut,
            TokenMinter tokens,
            RateLimits limits,
            Answers answers,
            CallerConfig callers) {
        this.authentication = authentication;
        this.sessions = sessions;
        this.signOut = signOut;
        this.tokens = tokens;
        this.limits = limits;
        this.answers = answers;
        this.callers = callers;
    }

    /** That the service answers. */
    @GET
    @Path("/ok")
    public Ok ok() {
        return Ok.YES;
    }

    /** The session and its user, an access token in a header, and a cookie that lasts as long as the session does; or null. */
    @GET
    @Path("/get-session")
    public Uni<RestResponse<Object>> session(@Context HttpServerRequest request) {
        return limited("/get-session", request)
                .chain(() -> authentication.find(request))
                .chain(found -> found.map(this::shown).orElseGet(() -> Uni.createFrom()
                        .item(authentication.hasCookie(request) ? answers.taking("null") : RestResponse.ok("null"))));
    }

    private Uni<RestResponse<Object>> shown(Presented presented) {
        return tokens.mint(presented.session().claims()).map(jwt -> {
            var answer = answer(presented, SessionResponse.of(presented));
            answer.getHeaders().putSingle(TOKEN_HEADER, jwt);
            return answer;
        });
    }

    /** A cookie whose token was exchanged has a successor, which this answer must not overtake. */
    private RestResponse<Object> answer(Presented presented, Object body) {
        return presented
                .token()
                .filter(token -> presented.by() == Presented.By.COOKIE && !presented.replaced())
                .map(token -> answers.giving(new OpenedSession(presented.session(), token), body))
                .orElseGet(() -> RestResponse.ok(body));
    }

    /** An access token for who has the session. */
    @GET
    @Path("/token")
    public Uni<TokenResponse> token(@Context HttpServerRequest request) {
        return limited("/token", request)
                .chain(() -> authentication.require(request))
                .chain(presented -> tokens.mint(presented.session().claims()))
                .map(TokenResponse::new);
    }

    /** Ends what is shown, as the cookie and as a bearer token. Without one there is nothing to end. */
    @POST
    @Path("/sign-out")
    public Uni<RestResponse<SessionResource.Success>> signOut(@Context HttpServerRequest request) {
        return limited("/sign-out", request)
                .chain(() -> signOut.of(Optional.empty(), request))
                .map(ended -> answers.taking(SessionResource.Success.YES));
    }

    /** The caller's sessions. Only the one that was shown says its token: nobody knows the others'. */
    @GET
    @Path("/list-sessions")
    public Uni<List<SessionResponse.Session>> sessions(@Context HttpServerRequest request) {
        return limited("/list-sessions", request)
                .chain(() -> authentication.require(request))
                .chain(shown -> sessions.of(shown.session().user().id()).map(all -> all.stream()
                        .map(session -> SessionResponse.Session.of(
                                session, session.id().equals(shown.session().id()) ? shown.token() : Optional.empty()))
                        .toList()));
    }

    private Uni<Void> limited(String path, HttpServerRequest request) {
        return limits.count("/api/auth" + path, Client.of(request, callers));
    }

    /** That the service answers. */
    public record Ok(boolean ok) {
        static final Ok YES = new Ok(true);
    }

    /** @param token an access token */
    public record TokenResponse(String token) {
        /** A record would print it. */
        @Override
        public String toString() {
            return "TokenResponse[hidden]";
        }
    }
}
