package how.mana.auth.session;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;
import how.mana.auth.token.TokenVerifier;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Finds the session of a request wherever one is wanted: {@code Authorization: Bearer} with an access token of ours or with the
 * session's own token, else the cookie. Every time the database is asked, so that who was signed out is out.
 */
@Singleton
public class SessionAuthentication {
    private static final String BEARER = "Bearer ";

    private final Sessions sessions;
    private final SessionCookie cookie;
    private final TokenVerifier tokens;
    private final CallerConfig callers;

    SessionAuthentication(Sessions sessions, SessionCookie cookie, TokenVerifier tokens, CallerConfig callers) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.tokens = tokens;
        this.callers = callers;
    }

    /** The request's session. Fails with {@link AuthRefusal.Unauthorized} if it shows none that is live. */
    public Uni<Presented> require(HttpServerRequest request) {
        return find(request).map(found -> found.orElseThrow(() -> new AuthRefusal.Unauthorized("Unauthorized")));
    }

    /** The request's session; empty if it shows none that is live. A header decides alone, whatever cookie comes with it. */
    public Uni<Optional<Presented>> find(HttpServerRequest request) {
        var headers = request.headers().getAll("Authorization");
        if (headers.isEmpty()) {
            return byCookie(request);
        }
        var header = headers.get(0);
        return headers.size() == 1 && header.startsWith(BEARER)
                ? byHeader(request, header.substring(BEARER.length()))
                : nobody();
    }

    /** The session's token that the request brings, whether or not it opens anything; empty if it brings none. */
    public Optional<SessionToken> tokenIn(HttpServerRequest request) {
        return cookie.of(request);
    }

    /** Whether the request brings our cookie. */
    public boolean hasCookie(HttpServerRequest request) {
        return cookie.isIn(request);
    }

    private Uni<Optional<Presented>> byHeader(HttpServerRequest request, String shown) {
        return shown.indexOf('.') >= 0
                ? byAccessToken(shown)
                : byToken(
                        request,
                        Optional.of(shown).filter(SessionToken::isPlausible).map(SessionToken::new),
                        Presented.By.HEADER);
    }

    private Uni<Optional<Presented>> byCookie(HttpServerRequest request) {
        return byToken(request, cookie.of(request), Presented.By.COOKIE);
    }

    private Uni<Optional<Presented>> byToken(HttpServerRequest request, Optional<SessionToken> token, Presented.By by) {
        return token.map(shown -> sessions.byToken(shown, Client.of(request, callers))
                        .map(found -> found.map(session -> new Presented(session, token, by))))
                .orElseGet(SessionAuthentication::nobody);
    }

    /** Of an external issuer's token there is no session of ours. */
    private Uni<Optional<Presented>> byAccessToken(String jws) {
        return tokens.verify(jws)
                .chain(token -> token.session()
                        .map(id -> sessions.byId(id, token.user()))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
                .map(found -> found.map(session -> new Presented(session, Optional.empty(), Presented.By.HEADER)))
                .onFailure(SessionAuthentication::isNoGoodToken)
                .recoverWithItem(Optional.empty());
    }

    private static boolean isNoGoodToken(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.kind() == Kind.UNAUTHENTICATED;
    }

    private static Uni<Optional<Presented>> nobody() {
        return Uni.createFrom().item(Optional.empty());
    }
}
