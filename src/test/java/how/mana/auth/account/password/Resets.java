package how.mana.auth.account.password;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.post;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.Accounts;
import how.mana.auth.account.Mailbox;
import io.restassured.response.Response;
import java.util.Map;

/** What somebody does who forgot their password. */
public final class Resets {
    public static final String NEW_PASSWORD = "another horse, another staple";

    private Resets() {}

    public static Response request(String email) {
        return post(AUTH + "/forgot-password", Map.of("email", email));
    }

    /** The token of the link that is mailed. */
    public static String tokenFor(Accounts account) {
        request(account.email()).then().statusCode(200);
        var link = new Mailbox(account.email()).link();
        var token = link.substring(link.lastIndexOf('/', link.indexOf('?')) + 1, link.indexOf('?'));
        assertThat(token).matches("[A-Za-z0-9]{24}");
        return token;
    }

    public static Response reset(String token) {
        return reset(token, NEW_PASSWORD);
    }

    public static Response reset(String token, String password) {
        return post(AUTH + "/reset-password", Map.of("token", token, "newPassword", password));
    }
}
