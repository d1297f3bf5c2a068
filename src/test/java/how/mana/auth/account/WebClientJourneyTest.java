package how.mana.auth.account;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.COOKIE;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.NotifyServer;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What today's web app does with a new person, call by call, from outside. */
@QuarkusTest
@TestProfile(OwnTokens.class)
class WebClientJourneyTest {
    private static final String ORIGIN = "http://localhost:5173";
    private static final String PASSWORD = "my first password";
    private static final String NEW_PASSWORD = "my second password";

    /** As the app's own tests look for it. */
    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]*/api/auth/verify-email\\?[^\\s\"'<>]*");

    @Test
    void fromSigningUpToSigningOut() {
        var email = SignUps.newEmail();

        register(email);
        login(email, PASSWORD).then().statusCode(403).body("error", equalTo("EMAIL_NOT_VERIFIED"));
        openTheLinkIn(NotifyServer.received(email, "E-Mail bestätigen — Mana").html());

        var login = login(email, PASSWORD).then().statusCode(200).extract().response();
        var vault = openVault(login.path("accessToken"));

        // Another app of the same domain has nothing but the cookie.
        var elsewhere = given().header("Cookie", COOKIE + "=" + login.getCookie(COOKIE))
                .header("Origin", ORIGIN)
                .post(AUTH + "/session-to-token")
                .then()
                .statusCode(200)
                .extract()
                .response();
        assertThat(openVault(elsewhere.path("accessToken"))).isEqualTo(vault);

        var refreshed = post(AUTH + "/refresh", Map.of("refreshToken", login.path("refreshToken")))
                .then()
                .statusCode(200)
                .extract()
                .response();
        changePassword(refreshed.path("accessToken"));
        login(email, PASSWORD).then().statusCode(401);
        var again = login(email, NEW_PASSWORD).then().statusCode(200).extract().response();

        post(AUTH + "/logout", Map.of("refreshToken", again.path("refreshToken")))
                .then()
                .statusCode(200);
        post(AUTH + "/refresh", Map.of("refreshToken", again.path("refreshToken")))
                .then()
                .statusCode(401)
                .body("error", equalTo("TOKEN_EXPIRED"));
        given().header("Authorization", "Bearer " + again.path("accessToken"))
                .get("/api/v1/me/encryption-vault/key")
                .then()
                .statusCode(401);
    }

    private static void register(String email) {
        json(Map.of("email", email, "password", PASSWORD, "name", "Ada", "sourceAppUrl", ORIGIN + "/welcome"))
                .header("Origin", ORIGIN)
                .post(AUTH + "/register")
                .then()
                .statusCode(200)
                .body("token", equalTo(null))
                .body("user.emailVerified", equalTo(false));
    }

    private static void openTheLinkIn(String mail) {
        var link = LINK.matcher(mail);
        assertThat(link.find()).isTrue();
        var opened = Mailbox.open(link.group());
        assertThat(opened.statusCode()).isEqualTo(302);
        assertThat(opened.header("Location")).isEqualTo(ORIGIN + "/welcome");
        given().header("Cookie", COOKIE + "=" + opened.getCookie(COOKIE))
                .get(NATIVE + "/get-session")
                .then()
                .body("user.emailVerified", equalTo(true));
    }

    private static Response login(String email, String password) {
        return json(Map.of("email", email, "password", password))
                .header("Origin", ORIGIN)
                .post(AUTH + "/login");
    }

    private static String openVault(String accessToken) {
        return given().header("Authorization", "Bearer " + accessToken)
                .contentType("application/json")
                .post("/api/v1/me/encryption-vault/init")
                .then()
                .statusCode(200)
                .extract()
                .path("masterKey");
    }

    private static void changePassword(String accessToken) {
        json(Map.of("currentPassword", PASSWORD, "newPassword", NEW_PASSWORD))
                .header("Authorization", "Bearer " + accessToken)
                .post(AUTH + "/change-password")
                .then()
                .statusCode(200)
                .body("success", equalTo(true));
    }
}
