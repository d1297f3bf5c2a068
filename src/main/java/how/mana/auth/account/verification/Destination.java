package how.mana.auth.account.verification;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a link leads once it has done its work. Made by {@link Destinations}, which knows where that may be.
 *
 * @param url a path on our own host, or a URL
 */
public record Destination(String url) {
    static final Destination HOME = new Destination("/");

    private static final int LAST_ASCII = 0x7e;

    /** As the value of a header: ASCII. */
    String location() {
        return url.codePoints()
                .collect(
                        StringBuilder::new,
                        (text, c) -> text.append(c <= LAST_ASCII ? Character.toString(c) : escaped(c)),
                        StringBuilder::append)
                .toString();
    }

    /** The same, told what went wrong. */
    Destination failed(String code) {
        var fragment = url.indexOf('#');
        var page = fragment < 0 ? url : url.substring(0, fragment);
        var place = fragment < 0 ? "" : url.substring(fragment);
        return new Destination(page + (page.indexOf('?') < 0 ? '?' : '&') + "error=" + code + place);
    }

    /** As the value of a query's parameter. */
    String asParameter() {
        return URLEncoder.encode(url, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String escaped(int character) {
        return URLEncoder.encode(Character.toString(character), StandardCharsets.UTF_8);
    }
}
