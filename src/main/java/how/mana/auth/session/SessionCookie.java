package how.mana.auth.session;

import how.mana.auth.token.TokenConfig;
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

    private final CookieSecrets secrets;
    private final String prefix;
    private final String attributes;

    SessionCookie(CookieSecrets secrets, TokenConfig token, SessionConfig config) {
        this.secrets = secrets;
        var https = token.issuer().startsWith("https:");
        this.prefix = https ? "__Secure-" : "";
        this.attributes =
                config.cookieDomain().map(domain -> "; Domain=" + domain).orElse("")
                        + "; Path=/; HttpOnly"
                        + (https || config.cookieSecure() ? "; Secure" : "")
                        + (config.cookieDomain().isPresent() ? "; SameSite=None" : "; SameSite=Lax");
    }

    /** The token in the request's cookie; empty if there is none that we signed. */
    public Optional<SessionToken> of(HttpServerRequest request) {
        return request.cookies(prefix + TOKEN).stream()
                .flatMap(cookie -> signed(cookie.getValue()).stream())
                .map(SessionToken::new)
                .findFirst();
    }

    /** Whether the request brings our cookie at all, signed or not. */
    boolean isIn(HttpServerRequest request) {
        return !request.cookies(prefix + TOKEN).isEmpty();
    }

    /** {@code Set-Cookie} values that give the browser {@code token}. */
    public List<String> give(OpenedSession opened) {
        var value = encoded(opened.token().value());
        return opened.session().slides()
                ? List.of(prefix + TOKEN + "=" + value + "; Max-Age=" + WEEK_SECONDS + attributes)
                : List.of(
                        prefix + TOKEN + "=" + value + attributes,
                        prefix + NOT_REMEMBERED + "=" + encoded("true") + attributes);
    }

    /** {@code Set-Cookie} values that take everything back. */
    public List<String> clear() {
        return Stream.of(TOKEN, CACHE, NOT_REMEMBERED)
                .map(name -> prefix + name + "=; Max-Age=0" + attributes)
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
