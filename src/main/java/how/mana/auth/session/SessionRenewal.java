package how.mana.auth.session;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.problem.AuthRefusal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Who shows a session's own token may have new access tokens. Clients send what they once stored, whatever became of it: of all
 * that a request shows, the first that opens a session counts.
 */
@Singleton
public class SessionRenewal {
    private final SessionAuthentication authentication;
    private final ShownTokens tokens;
    private final Sessions sessions;
    private final CallerConfig callers;

    SessionRenewal(SessionAuthentication authentication, ShownTokens tokens, Sessions sessions, CallerConfig callers) {
        this.authentication = authentication;
        this.tokens = tokens;
        this.sessions = sessions;
        this.callers = callers;
    }

    /**
     * A session whose token was exchanged.
     *
     * @param isOfTheCookie whether it is the session of the request's cookie, which has to follow: it would bring the old token
     *     for ever, and so end the session
     */
    public record Exchanged(OpenedSession opened, boolean isOfTheCookie) {}

    /**
     * The session, with the token that was shown. Fails with {@link AuthRefusal.TokenExpired} if nothing opens one.
     *
     * @param body the token in the body
     */
    public Uni<OpenedSession> renew(Optional<String> body, HttpServerRequest request) {
        return SessionAuthentication.first(tokens.renewing(body, request), shown -> authentication.open(shown, request))
                .map(SessionRenewal::required)
                .map(found -> new OpenedSession(found.session(), found.token().orElseThrow()));
    }

    /** The same with a new token, see {@link Sessions#exchange}. */
    public Uni<Exchanged> exchange(Optional<String> body, HttpServerRequest request) {
        var client = Client.of(request, callers);
        return SessionAuthentication.first(
                        tokens.renewing(body, request), shown -> sessions.exchange(shown.token(), client))
                .map(SessionRenewal::required)
                .chain(opened -> sessions.hasToken(opened.session(), tokens.inCookies(request))
                        .map(isOfTheCookie -> new Exchanged(opened, isOfTheCookie)));
    }

    private static <T> T required(Optional<T> found) {
        return found.orElseThrow(() -> new AuthRefusal.TokenExpired("Session expired"));
    }
}
