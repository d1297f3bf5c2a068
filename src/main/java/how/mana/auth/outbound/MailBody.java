package how.mana.auth.outbound;

import java.util.regex.Pattern;

/**
 * A short mail as HTML. Whatever is put in is escaped here, so that no name and no address can become markup.
 */
final class MailBody {
    private static final int NAME_LENGTH = 80;

    /** What mail programs make a link of. A stranger may have registered this address to put words in our mouth. */
    private static final Pattern ADVERTISES = Pattern.compile("(?i)://|www\\.");

    /** What may stand in a URL (RFC 3986), but for the apostrophe: who searches a mail for links may stop there. */
    private static final Pattern LINK = Pattern.compile("https?://[A-Za-z0-9\\-._~:/?#\\[\\]@!$&()*+,;=%]+");

    /** Every ampersand that could begin a character reference; this one cannot, in any reader of HTML. */
    private static final Pattern AMPERSAND = Pattern.compile("&(?!callbackURL=)");

    private final StringBuilder html = new StringBuilder("<!DOCTYPE html><html lang=\"de\"><body>\n");

    private MailBody() {}

    static MailBody to(String name) {
        var known = PlainText.cut(PlainText.clean(name).strip(), NAME_LENGTH);
        var named = !known.isEmpty() && !ADVERTISES.matcher(known).find();
        return new MailBody().text(named ? "Hallo " + known + "," : "Hallo,");
    }

    MailBody text(String paragraph) {
        html.append("<p>").append(escaped(paragraph)).append("</p>\n");
        return this;
    }

    /** A link in words. */
    MailBody link(String words, String url) {
        html.append("<p><a href=\"")
                .append(attribute(url))
                .append("\">")
                .append(escaped(words))
                .append("</a></p>\n");
        return this;
    }

    /** A link to copy. */
    MailBody address(String url) {
        html.append("<p>").append(attribute(url)).append("</p>\n");
        return this;
    }

    @Override
    public String toString() {
        return html + "<p>Dein Mana-Team</p>\n</body></html>\n";
    }

    /**
     * A link as it may stand in an attribute or in text, and still read as itself by those who search a mail for it: the
     * ampersand before {@code callbackURL=} stays as it is, which HTML allows where it starts no character reference.
     *
     * @throws IllegalArgumentException if it is no link to the web
     */
    private static String attribute(String url) {
        var link = url.replace("'", "%27");
        if (!LINK.matcher(link).matches()) {
            throw new IllegalArgumentException("A mail links to the web and to nothing else");
        }
        return AMPERSAND.matcher(link).replaceAll("&amp;");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
