package how.mana.auth.session;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What requests show of sessions, in the order in which it counts: the body, {@code Authorization: Bearer}, the cookies. */
@Singleton
class ShownTokens {
    private static final String BEARER = "Bearer ";

    private final SessionCookie cookie;

    ShownTokens(SessionCookie cookie) {
        this.cookie = cookie;
    }

    /** All of it. A header that is there twice says nothing. */
    List<ShownToken> in(Optional<String> body, HttpServerRequest request) {
        var sent = body.filter(SessionToken::isPlausible).map(text -> shown(text, Presented.By.BODY));
        var header = bearer(request).map(text -> shown(text, Presented.By.HEADER));
        var cookies = inCookies(request).stream().map(token -> new ShownToken(token, Presented.By.COOKIE));
        return Stream.of(sent.stream(), header.stream(), cookies)
                .flatMap(each -> each)
                .toList();
    }

    /** The sessions' own tokens: access tokens renew nothing. */
    List<ShownToken> renewing(Optional<String> body, HttpServerRequest request) {
        return in(body, request).stream()
                .filter(shown -> !shown.isAccessToken())
                .toList();
    }

    /** What the cookies hold. */
    List<SessionToken> inCookies(HttpServerRequest request) {
        return cookie.of(request);
    }

    private static Optional<String> bearer(HttpServerRequest request) {
        var headers = request.headers().getAll("Authorization");
        return headers.size() == 1 && headers.get(0).startsWith(BEARER)
                ? Optional.of(headers.get(0).substring(BEARER.length()))
                        .filter(text -> text.indexOf('.') >= 0 || SessionToken.isPlausible(text))
                : Optional.empty();
    }

    private static ShownToken shown(String text, Presented.By by) {
        return new ShownToken(new SessionToken(text), by);
    }
}
