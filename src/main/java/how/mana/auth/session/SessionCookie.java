package how.mana.auth.session;

import how.mana.auth.token.TokenConfig;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The session's cookie on the wire (RFC 6265), as today's browsers hold it (contract A4.5). */
@Singleton
public class SessionCookie {
    private static final String TOKEN = "mana.session_token";
    private static final String CACHE = "mana.session_data";
    private static final String NOT_REMEMBERED = "mana.dont_remember";
    private static final int WEEK_SECONDS = 604_800;

    /** Each is looked up. A browser has one, or two. */
    private static final int MOST = 3;

    private final CookieSecrets secrets;
    private final String prefix;
    private final String domain;
    private final String attributes;

    SessionCookie(CookieSecrets secrets, TokenConfig token, SessionConfig config) {
        this.secrets = secrets;
        var https = token.issuer().startsWith("https:");
        this.prefix = https ? "__Secure-" : "";
        this.domain = config.cookieDomain().map(name -> "; Domain=" + name).orElse("");
        this.attributes = "; Path=/; HttpOnly"
                + (https || config.cookieSecure() ? "; Secure" : "")
                + (domain.isEmpty() ? "; SameSite=Lax" : "; SameSite=None");
    }

    /**
     * The tokens in the request's cookies, as far as we signed them. Of a browser there can be two: one of this host from before
     * there was a domain, and one of the domain. Which of them is good only their sessions tell.
     */
    List<SessionToken> of(HttpServerRequest request) {
        // Read here, because the request itself keeps one cookie of each name only.
        return request.headers().getAll("Cookie").stream()
                .flatMap(header -> ServerCookieDecoder.STRICT.decodeAll(header).stream())
                .filter(cookie -> cookie.name().equals(prefix + TOKEN))
                .flatMap(cookie -> signed(cookie.value()).stream())
                .map(SessionToken::new)
                .distinct()
                .limit(MOST)
                .toList();
    }

    /** Whether the request brings our cookie at all, signed or not. */
    boolean isIn(HttpServerRequest request) {
        return !request.cookies(prefix + TOKEN).isEmpty();
    }

    /** {@code Set-Cookie} values that give the browser {@code token}. */
    public List<String> give(OpenedSession opened) {
        var value = encoded(opened.token().value());
        return opened.session().slides()
                ? List.of(prefix + TOKEN + "=" + value + "; Max-Age=" + WEEK_SECONDS + domain + attributes)
                : List.of(
                        prefix + TOKEN + "=" + value + domain + attributes,
                        prefix + NOT_REMEMBERED + "=" + encoded("true") + domain + attributes);
    }

    /** {@code Set-Cookie} values that take everything back; with a domain, also what this host alone was given before. */
    public List<String> clear() {
        return Stream.of(domain, "")
                .distinct()
                .flatMap(scope -> Stream.of(TOKEN, CACHE, NOT_REMEMBERED)
                        .map(name -> prefix + name + "=; Max-Age=0" + scope + attributes))
                .toList();
    }

    private String encoded(String value) {
        return URLEncoder.encode(value + "." + secrets.sign(value), StandardCharsets.UTF_8);
    }

    private Optional<String> signed(String raw) {
        var text = decoded(raw);
        var dot = text.lastIndexOf('.');
        return dot > 0 && secrets.verifies(text.substring(0, dot), text.substring(dot + 1))
                ? Optional.of(text.substring(0, dot)).filter(SessionToken::isPlausible)
                : Optional.empty();
    }

    private static String decoded(String raw) {
        try {
            // A plus is one: only what is escaped stands for something else.
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEscapedSo) {
            return "";
        }
    }
}
