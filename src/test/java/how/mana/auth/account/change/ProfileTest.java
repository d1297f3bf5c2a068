package how.mana.auth.account.change;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.Accounts.SignedIn;
import how.mana.auth.AdminDatabase;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The profile under the routes of the service (contract A4). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class ProfileTest {
    @Test
    void itIsTheSessionAndItsUser() {
        var signedIn = Accounts.create().signedIn();

        var session = signedIn.byCookie().get(AUTH + "/session").asString();

        signedIn.byCookie().get(AUTH + "/profile").then().statusCode(200).body(equalTo(session));
        given().get(AUTH + "/profile").then().statusCode(200).body(equalTo("null"));
    }

    @Test
    void nameAndImageChange() {
        var account = Accounts.create();
        var signedIn = account.signedIn();

        change(signedIn, "{\"name\":\" Ada \",\"image\":\"https://mana.how/a.png\"}")
                .then()
                .statusCode(200)
                .body(equalTo("{\"status\":true}"));

        signedIn.byCookie()
                .get(AUTH + "/profile")
                .then()
                .body("user.name", equalTo("Ada"))
                .body("user.image", equalTo("https://mana.how/a.png"));
        assertThat(AdminDatabase.rows(
                        "SELECT 1 FROM auth.security_events WHERE user_id = ? AND event_type = 'PROFILE_UPDATED'",
                        account.id()))
                .hasSize(1);
    }

    @Test
    void whatIsNotSaidStays() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        change(signedIn, "{\"image\":\"a\"}").then().statusCode(200);
        assertThat(account.column("name")).isEqualTo("Test");

        change(signedIn, "{\"name\":\"Ada\"}").then().statusCode(200);
        assertThat(account.column("image")).isEqualTo("a");

        change(signedIn, "{\"image\":null}").then().statusCode(200);
        assertThat(account.column("image")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "email,Email can not be updated",
        "accessTier,accessTier is not allowed to be set",
        "role,role is not allowed to be set",
        "kind,kind is not allowed to be set",
        "emailVerified,emailVerified is not allowed to be set",
        "twoFactorEnabled,twoFactorEnabled is not allowed to be set",
        "id,id is not allowed to be set"
    })
    void nobodyGivesThemselvesMore(String member, String message) {
        var account = Accounts.create();

        change(account.signedIn(), "{\"name\":\"Ada\",\"" + member + "\":\"founder\"}")
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"))
                .body("message", equalTo(message));

        assertThat(account.column("name")).isEqualTo("Test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"name\":\"\"}", "{\"name\":\"  \"}", "{\"name\":5}", "{\"image\":5}", "null", "[]", "{"
            })
    void whatIsNoChangeIsRefused(String body) {
        change(Accounts.create().signedIn(), body).then().statusCode(400).body("error", equalTo("VALIDATION"));
    }

    @Test
    void aNameHasAnEnd() {
        var signedIn = Accounts.create().signedIn();

        change(signedIn, "{\"name\":\"" + "x".repeat(81) + "\"}").then().statusCode(400);
        change(signedIn, "{\"name\":\"" + "x".repeat(80) + "\"}").then().statusCode(200);
    }

    @Test
    void nobodyHasNoProfile() {
        post(AUTH + "/profile", Map.of("name", "Ada"))
                .then()
                .statusCode(401)
                .body(equalTo("{\"error\":\"UNAUTHORIZED\",\"message\":\"Unauthorized\",\"status\":401}"));
    }

    @Test
    void aChangeThatCannotBeRecordedIsNone() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        AdminDatabase.execute("ALTER TABLE auth.security_events RENAME TO away");
        try {
            change(signedIn, "{\"name\":\"Ada\"}").then().statusCode(503).body("error", equalTo("SERVICE_UNAVAILABLE"));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO security_events");
        }
        assertThat(account.column("name")).isEqualTo("Test");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        json("{}")
                .contentType("text/plain")
                .post(AUTH + "/profile")
                .then()
                .statusCode(415)
                .body("error", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    private static Response change(SignedIn signedIn, String body) {
        return signedIn.byAccessToken().contentType(ContentType.JSON).body(body).post(AUTH + "/profile");
    }
}
