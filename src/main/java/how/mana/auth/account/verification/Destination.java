package how.mana.auth.account.verification;

import how.mana.auth.account.mail.MailedLinks;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a link leads once it has done its work. Made by {@link Destinations}, which knows where that may be.
 *
 * @param url a path on our own host, or a URL
 */
public record Destination(String url) {
    static final Destination HOME = new Destination("/");

    /** As the value of a header: ASCII. */
    String location() {
        return MailedLinks.ascii(url);
    }

    /** The same, told what went wrong. */
    Destination failed(String code) {
        return new Destination(MailedLinks.with(url, "error", code));
    }

    /** As the value of a query's parameter. */
    String asParameter() {
        return URLEncoder.encode(url, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
