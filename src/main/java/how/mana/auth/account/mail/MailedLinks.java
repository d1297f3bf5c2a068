package how.mana.auth.account.mail;

import how.mana.auth.session.guard.OriginRefusal;
import how.mana.auth.session.guard.TrustedOrigins;
import how.mana.auth.token.TokenConfig;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The links that mails hold, and where whoever opens one is sent afterwards: nowhere that is not trusted. */
@Singleton
public class MailedLinks {
    private static final String HOME = "/";
    private static final int LAST_ASCII = 0x7e;

    private final String service;
    private final TrustedOrigins origins;

    MailedLinks(TokenConfig config, TrustedOrigins origins) {
        this.service = config.issuer();
        this.origins = origins;
    }

    /** @param next where to choose the new password; the service's own root if it is absent or not trusted */
    public String resetPassword(String token, Optional<String> next) {
        return service + "/api/auth/reset-password/" + token + "?callbackURL="
                + encoded(next.filter(origins::mayLeadTo).orElse(HOME));
    }

    /** @param next where to go once the address is changed; trusted, see {@link #callback} */
    public String changeEmail(String token, String next) {
        return service + "/api/auth/change-email/verify?token=" + encoded(token) + "&callbackURL=" + encoded(next);
    }

    /**
     * Where a request wants its reader to be sent; the service's own root if it does not say.
     *
     * @throws OriginRefusal.CallbackUrl if that is not trusted
     */
    public String callback(@Nullable String wanted) {
        if (wanted == null || wanted.isEmpty()) {
            return HOME;
        }
        if (!origins.mayLeadTo(wanted)) {
            throw new OriginRefusal.CallbackUrl();
        }
        return wanted;
    }

    /** {@code url} as a header can hold it, with one more member in its query. */
    public static String with(String url, String name, String value) {
        var hash = url.indexOf('#');
        var page = hash < 0 ? url : url.substring(0, hash);
        var fragment = hash < 0 ? "" : url.substring(hash);
        return ascii(page + (page.indexOf('?') < 0 ? "?" : "&") + name + "=" + encoded(value) + fragment);
    }

    /** {@code url} as a header can hold it (RFC 3986, section 2.1): what is not ASCII is escaped. */
    public static String ascii(String url) {
        return url.codePoints()
                .mapToObj(Character::toString)
                .map(one -> one.codePointAt(0) <= LAST_ASCII ? one : encoded(one))
                .collect(java.util.stream.Collectors.joining());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
