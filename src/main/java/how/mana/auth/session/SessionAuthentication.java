package how.mana.auth.session;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;
import how.mana.auth.token.TokenVerifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the session of a request wherever one is wanted: {@code Authorization: Bearer} with an access token of ours or with the
 * session's own token, else the cookie. Browsers send both, and what is in the header may have expired or be meant for a proxy:
 * a header that opens nothing leaves it to the cookie. Every time the database is asked, so that who was signed out is out.
 */
@Singleton
public class SessionAuthentication {
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final ShownTokens tokens;
    private final TokenVerifier verifier;
    private final CallerConfig callers;

    SessionAuthentication(
            Sessions sessions, SessionCookie cookie, ShownTokens tokens, TokenVerifier verifier, CallerConfig callers) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.tokens = tokens;
        this.verifier = verifier;
        this.callers = callers;
    }

    /** The request's session. Fails with {@link AuthRefusal.Unauthorized} if it shows none that is live. */
    public Uni<Presented> require(HttpServerRequest request) {
        return find(request).map(found -> found.orElseThrow(() -> new AuthRefusal.Unauthorized("Unauthorized")));
    }

    /** The request's session; empty if it shows none that is live. */
    public Uni<Optional<Presented>> find(HttpServerRequest request) {
        return first(tokens.in(Optional.empty(), request), shown -> open(shown, request));
    }

    /**
     * Every live session that the request shows, each in its own way.
     *
     * @param body the token in the body
     */
    public Uni<List<Presented>> findAll(Optional<String> body, HttpServerRequest request) {
        return opened(tokens.in(body, request), shown -> open(shown, request))
                .collect()
                .asList();
    }

    /** Whether the request brings our cookie. */
    public boolean hasCookie(HttpServerRequest request) {
        return cookie.isIn(request);
    }

    /** What the first of {@code shown} that opens anything opens. Those after it are not tried. */
    static <T> Uni<Optional<T>> first(List<ShownToken> shown, Function<ShownToken, Uni<Optional<T>>> open) {
        return opened(shown, open).select().first().collect().asList().map(found -> found.stream()
                .findFirst());
    }

    private static <T> Multi<T> opened(List<ShownToken> shown, Function<ShownToken, Uni<Optional<T>>> open) {
        return Multi.createFrom()
                .iterable(shown)
                .onItem()
                .transformToUniAndConcatenate(one -> open.apply(one))
                .select()
                .where(Optional::isPresent)
                .map(Optional::orElseThrow);
    }

    Uni<Optional<Presented>> open(ShownToken shown, HttpServerRequest request) {
        return shown.isAccessToken()
                ? byAccessToken(shown.token().value())
                : sessions.byToken(shown.token(), Client.of(request, callers))
                        .map(found -> found.map(used -> new Presented(
                                used.session(), Optional.of(shown.token()), used.replaced(), shown.by())));
    }

    /** Of an external issuer's token there is no session of ours. */
    private Uni<Optional<Presented>> byAccessToken(String jws) {
        return verifier.verify(jws)
                .chain(token -> token.session()
                        .map(id -> sessions.byId(id, token.user()))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
                .map(found ->
                        found.map(session -> new Presented(session, Optional.empty(), false, Presented.By.HEADER)))
                .onFailure(SessionAuthentication::isNoGoodToken)
                .recoverWithItem(Optional.empty());
    }

    private static boolean isNoGoodToken(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.kind() == Kind.UNAUTHENTICATED;
    }
}
