package how.mana.auth.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PATCH /me/profile} (contract A11). */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class ProfileTest {
    private static final String NOT_A_NAME = "{\"error\":\"Wanted: name, text of 1 to 80 characters\"}";

    private final Accounts account = Accounts.ofNewUser();

    @BeforeEach
    void warmUp() {
        Accounts.warmUp();
    }

    @Test
    void everyFieldIsChangedAndAnswered() {
        account.patch("{\"name\":\"Ada\",\"image\":\"https://x.test/a.png\",\"feedbackShowRealName\":true}")
                .then()
                .statusCode(200)
                .header("Content-Type", equalTo("application/json"))
                .header("Cache-Control", equalTo("no-store"))
                .body(equalTo("{\"name\":\"Ada\",\"image\":\"https://x.test/a.png\",\"feedbackShowRealName\":true}"));

        assertThat(account.row())
                .containsEntry("name", "Ada")
                .containsEntry("image", "https://x.test/a.png")
                .containsEntry("feedback_show_real_name", true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"Ada\"} | name",
                "{\"image\":\"a.png\"} | image",
                "{\"feedbackShowRealName\":true} | feedback_show_real_name"
            })
    void aChangeTouchesItsColumnAndTheTimeOfChangeAndNothingElse(String body, String column) {
        var before = account.row();

        account.patch(body).then().statusCode(200);

        assertThat(changed(before, account.row())).isEqualTo(Set.of(column, "updated_at"));
    }

    @Test
    void whatWasNotNamedIsAnsweredAsItIs() {
        account.patch("{\"image\":\"a.png\",\"feedbackShowRealName\":true}");

        account.patch("{\"name\":\"Ada\"}")
                .then()
                .body(equalTo("{\"name\":\"Ada\",\"image\":\"a.png\",\"feedbackShowRealName\":true}"));
    }

    @Test
    void anEmptyChangeChangesNothing() {
        var before = account.row();

        account.patch("{}")
                .then()
                .statusCode(200)
                .body(equalTo("{\"name\":\"Test\",\"image\":null,\"feedbackShowRealName\":false}"));

        assertThat(account.row()).isEqualTo(before);
    }

    @Test
    void membersThatNobodyKnowsAreIgnored() {
        var before = account.row();

        account.patch(
                        "{\"email\":\"x@x.test\",\"role\":\"admin\",\"accessTier\":\"founder\",\"id\":\"x\",\"deletedAt\":1}")
                .then()
                .statusCode(200);

        assertThat(account.row()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {" Ada\\t", "\\u00a0Ada\\ufeff", "\\u2028\\u3000Ada\\r\\n"})
    void aNameLosesTheWhiteSpaceAtItsEnds(String name) {
        account.patch("{\"name\":\"" + name + "\"}").then().statusCode(200).body("name", equalTo("Ada"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"  \"",
                "\"\\u00a0\"",
                "null",
                "5",
                "true",
                "[\"Ada\"]",
                "{}",
                "\"A\\u0000a\"",
                "\"A\\ud800\""
            })
    void whatIsNoNameIsRefused(String name) {
        var before = account.row();

        account.patch("{\"name\":" + name + ",\"image\":\"a.png\"}")
                .then()
                .statusCode(400)
                .header("Content-Type", equalTo("application/json"))
                .body(equalTo(NOT_A_NAME));

        assertThat(account.row()).isEqualTo(before);
    }

    @Test
    void aNameHasAtMostEightyCodeUnits() {
        var emoji = "\uD83D\uDE00";

        account.patch("{\"name\":\" " + "n".repeat(80) + " \"}").then().statusCode(200);
        account.patch("{\"name\":\"" + emoji.repeat(40) + "\"}").then().statusCode(200);
        account.patch("{\"name\":\"" + "n".repeat(81) + "\"}")
                .then()
                .statusCode(400)
                .body(equalTo(NOT_A_NAME));
        account.patch("{\"name\":\"" + emoji.repeat(40) + "n\"}").then().statusCode(400);

        assertThat(account.row()).containsEntry("name", emoji.repeat(40));
    }

    @Test
    void anImageIsAnyTextAndNullRemovesIt() {
        account.patch("{\"image\":\"\"}").then().statusCode(200).body("image", equalTo(""));
        account.patch("{\"image\":\" data:image/png;base64,AAAA \"}")
                .then()
                .body("image", equalTo(" data:image/png;base64,AAAA "));

        account.patch("{\"image\":null}").then().statusCode(200).body("image", equalTo(null));

        assertThat(account.row()).containsEntry("image", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "false", "[]", "{}", "\"a\\u0000\"", "\"\\udc00a\""})
    void whatIsNoImageIsRefused(String image) {
        account.patch("{\"image\":" + image + "}")
                .then()
                .statusCode(400)
                .body(equalTo("{\"error\":\"Wanted: image, text, or null to remove it\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"true\"", "[]"})
    void whatIsNoFlagIsRefused(String flag) {
        account.patch("{\"feedbackShowRealName\":" + flag + "}")
                .then()
                .statusCode(400)
                .body(equalTo("{\"error\":\"Wanted: feedbackShowRealName, true or false\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"name\"",
                "{\"name\":\"a\"} x",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "name=a"
            })
    void whatIsNoObjectIsRefused(String body) {
        var before = account.row();

        account.patch(body).then().statusCode(400).body(equalTo("{\"error\":\"Wanted: a JSON object\"}"));

        assertThat(account.row()).isEqualTo(before);
    }

    @Test
    void aBodyOverTheCapIsRefused() {
        var before = account.row();

        account.patch("{\"image\":\"" + "a".repeat(65_536) + "\"}")
                .then()
                .statusCode(413)
                .body(equalTo("{\"error\":\"Payload too large\",\"code\":\"PAYLOAD_TOO_LARGE\"}"));

        assertThat(account.row()).isEqualTo(before);
        account.patch("{\"image\":\"" + "a".repeat(65_536 - 12) + "\"}").then().statusCode(200);
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        account.request()
                .contentType("text/plain")
                .body("{\"name\":\"Ada\"}")
                .patch(Accounts.PROFILE)
                .then()
                .statusCode(415)
                .body(equalTo(
                        "{\"error\":\"Content-Type must be application/json\",\"code\":\"UNSUPPORTED_MEDIA_TYPE\"}"));
    }

    @Test
    void nothingOfAnotherUserChanges() {
        var other = Accounts.ofNewUser();
        var before = other.row();

        account.patch("{\"name\":\"Ada\",\"image\":\"a.png\",\"feedbackShowRealName\":true,\"id\":\"" + other.id()
                        + "\"}")
                .then()
                .statusCode(200);

        assertThat(other.row()).isEqualTo(before);
    }

    @Test
    void textThatLooksLikeAQueryIsText() {
        var name = "', role = 'admin' where id = :id --";

        account.patch("{\"name\":\"" + name + "\"}").then().statusCode(200).body("name", equalTo(name));

        assertThat(account.row()).containsEntry("name", name).containsEntry("role", "user");
    }

    @Test
    void onlyPatchIsThere() {
        for (var method : new String[] {"GET", "PUT", "POST", "DELETE"}) {
            account.request()
                    .contentType("application/json")
                    .request(method, Accounts.PROFILE)
                    .then()
                    .statusCode(404)
                    .body(equalTo("404 Not Found"));
        }
    }

    @Test
    void withoutATokenNobodyIsAnswered() {
        given().contentType("application/json")
                .body("{\"name\":\"Ada\"}")
                .patch(Accounts.PROFILE)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", equalTo("Bearer"))
                .body(equalTo("{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}"));
        Accounts.of("x", "a.b.c").patch("{}").then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));
    }

    @Test
    void aUserWhoIsGoneChangesNothing() {
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", account.id());
        var before = account.row();

        account.patch("{\"name\":\"Ada\"}").then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));
        account.patch("{}").then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));

        assertThat(account.row()).isEqualTo(before);
    }

    private static Set<String> changed(Map<String, Object> before, Map<String, Object> after) {
        var changed = new HashMap<>(after);
        changed.entrySet().removeAll(before.entrySet());
        return changed.keySet();
    }
}
