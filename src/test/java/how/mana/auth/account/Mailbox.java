package how.mana.auth.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.AdminDatabase;
import io.restassured.response.Response;
import java.util.List;
import java.util.regex.Pattern;

/** The mails on their way to one address. */
public record Mailbox(String address) {
    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]+");

    /** What for, oldest first. */
    public List<String> kinds() {
        return AdminDatabase.rows("SELECT kind FROM auth.outbox WHERE recipient = ? ORDER BY id", address).stream()
                .map(row -> (String) row.get("kind"))
                .toList();
    }

    /** The text of the newest. */
    public String newest() {
        return String.valueOf(AdminDatabase.rows(
                        "SELECT payload ->> 'body' AS body FROM auth.outbox WHERE recipient = ? ORDER BY id DESC LIMIT 1",
                        address)
                .get(0)
                .get("body"));
    }

    /** The first link of the newest, whole. */
    public String link() {
        var found = LINK.matcher(newest());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    /** Opens the link, wherever the service runs, and follows nothing. */
    public Response open() {
        return open(link());
    }

    public static Response open(String link) {
        return given().urlEncodingEnabled(false).redirects().follow(false).get(link.substring(link.indexOf("/api/")));
    }
}
