package how.mana.auth.account.password;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static how.mana.auth.account.password.Resets.NEW_PASSWORD;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.account.Mailbox;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new password for who knows the present one (contract A4, D-12, D-26, D-27). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class ChangePasswordTest {
    @Test
    void theNewPasswordIsGoodAndTheOldIsNot() {
        var account = Accounts.create();

        change(account.signedIn().byCookie(), PASSWORD, NEW_PASSWORD)
                .then()
                .statusCode(200)
                .body(equalTo("{\"success\":true}"));

        account.login(PASSWORD).then().statusCode(401);
        account.login(NEW_PASSWORD).then().statusCode(200);
        assertThat(new Mailbox(account.email()).kinds()).containsExactly("password-changed");
        assertThat(AdminDatabase.rows(
                        "SELECT 1 FROM auth.security_events WHERE user_id = ? AND event_type = 'PASSWORD_CHANGED'",
                        account.id()))
                .hasSize(1);
    }

    @Test
    void aSessionIsShownByCookieByAccessTokenOrByItsOwn() {
        var account = Accounts.create();
        var signedIn = account.signedIn();

        change(signedIn.byAccessToken(), PASSWORD, "second password").then().statusCode(200);
        change(signedIn.bySessionToken(), "second password", "third password")
                .then()
                .statusCode(200);
        change(signedIn.byCookie(), "third password", NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void everyOtherSessionEnds() {
        var account = Accounts.create();
        var other = account.signedIn();
        var own = account.signedIn();
        var stranger = Accounts.create().signedIn();

        change(own.byAccessToken(), PASSWORD, NEW_PASSWORD).then().statusCode(200);

        assertThat(other.isLive()).isFalse();
        other.byAccessToken().get(AUTH + "/sessions").then().statusCode(401);
        assertThat(own.isLive()).isTrue();
        assertThat(stranger.isLive()).isTrue();
    }

    @Test
    void linksThatWereMailedBeforeCountNoMore() {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);

        change(account.signedIn().byAccessToken(), PASSWORD, NEW_PASSWORD)
                .then()
                .statusCode(200);

        Resets.reset(token).then().statusCode(400).body("error", equalTo("TOKEN_INVALID"));
    }

    @Test
    void aWrongPasswordChangesNothingAndCounts() {
        var account = Accounts.create();
        var signedIn = account.signedIn();

        change(signedIn.byAccessToken(), "wrong", NEW_PASSWORD)
                .then()
                .statusCode(401)
                .body(equalTo("{\"error\":\"INVALID_CREDENTIALS\",\"message\":\"Invalid password\",\"status\":401}"));

        assertThat(account.failures()).isEqualTo(1);
        assertThat(account.events()).containsExactly("LOGIN_SUCCESS", "LOGIN_FAILURE");
        account.login().then().statusCode(200);
    }

    @Test
    void fiveWrongOnesLockAndTheLockIsThatOfSigningIn() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        IntStream.range(0, 5).forEach(i -> change(signedIn.byAccessToken(), "wrong", NEW_PASSWORD)
                .then()
                .statusCode(401));

        change(signedIn.byAccessToken(), PASSWORD, NEW_PASSWORD)
                .then()
                .statusCode(429)
                .body("error", equalTo("ACCOUNT_LOCKED"));
        account.login().then().statusCode(429);

        assertThat(AdminDatabase.rows(
                        "SELECT 1 FROM auth.security_events WHERE user_id = ? AND event_type = 'ACCOUNT_LOCKED'",
                        account.id()))
                .as("the owner sees both")
                .hasSize(2);
    }

    @Test
    void theRightOneForgives() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        change(signedIn.byAccessToken(), "wrong", NEW_PASSWORD).then().statusCode(401);

        change(signedIn.byAccessToken(), PASSWORD, NEW_PASSWORD).then().statusCode(200);

        assertThat(account.failures()).isZero();
    }

    @Test
    void aWeakOneIsRefusedAndTheCurrentOneNotTried() {
        var account = Accounts.create();
        var signedIn = account.signedIn();

        change(signedIn.byAccessToken(), "wrong", "x".repeat(7))
                .then()
                .statusCode(400)
                .body("error", equalTo("WEAK_PASSWORD"))
                .body("message", equalTo("Password too short"));
        change(signedIn.byAccessToken(), "wrong", "x".repeat(129))
                .then()
                .statusCode(400)
                .body("message", equalTo("Password too long"));

        assertThat(account.failures()).isZero();
    }

    @Test
    void nobodyChangesNothing() {
        post(AUTH + "/change-password", Map.of("currentPassword", PASSWORD, "newPassword", NEW_PASSWORD))
                .then()
                .statusCode(401)
                .body(equalTo("{\"error\":\"UNAUTHORIZED\",\"message\":\"Unauthorized\",\"status\":401}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{", "\"text\""})
    void whatIsNoObjectIsRefused(String body) {
        json(body).post(AUTH + "/change-password").then().statusCode(400).body("message", equalTo("Invalid JSON body"));
    }

    @Test
    void bothPasswordsHaveToBeThere() {
        var signedIn = Accounts.create().signedIn();
        for (var body : List.of(Map.of("currentPassword", PASSWORD), Map.of("newPassword", NEW_PASSWORD))) {
            signedIn.byAccessToken()
                    .contentType(ContentType.JSON)
                    .body(body)
                    .post(AUTH + "/change-password")
                    .then()
                    .statusCode(400)
                    .body("error", equalTo("VALIDATION"));
        }
    }

    @Test
    void aStrangePageChangesNothing() {
        var account = Accounts.create();

        var page = given().header(
                        "Cookie", Accounts.COOKIE + "=" + account.signedIn().cookie())
                .header("Origin", "https://evil.example");
        change(page, PASSWORD, NEW_PASSWORD).then().statusCode(403);

        account.login(PASSWORD).then().statusCode(200);
    }

    @Test
    void aSignInWithTheOldPasswordDoesNotOutliveTheChange() throws Exception {
        for (var round = 0; round < 3; round++) {
            var account = Accounts.create();
            var own = account.signedIn();

            var answers = ResetPasswordTest.atOnce(List.<Callable<Response>>of(
                    () -> account.login(),
                    () -> account.login(),
                    () -> change(own.byAccessToken(), PASSWORD, NEW_PASSWORD),
                    () -> account.login()));

            assertThat(answers.get(2).statusCode()).isEqualTo(200);
            assertThat(AdminDatabase.rows("SELECT 1 FROM auth.sessions WHERE user_id = ?", account.id()))
                    .as("its own is left")
                    .hasSize(1);
            assertThat(own.isLive()).isTrue();
        }
    }

    @Test
    void ofTwoChangesAtOnceOneWins() throws Exception {
        var account = Accounts.create();
        var own = account.signedIn();

        var answers = ResetPasswordTest.atOnce(IntStream.range(0, 3)
                .<Callable<Response>>mapToObj(i -> () -> change(own.byAccessToken(), PASSWORD, "password number " + i))
                .toList());

        assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(200, 401, 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"outbox", "security_events"})
    void aFaultOfTheDatabaseChangesNothing(String table) {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        var other = account.signedIn();
        AdminDatabase.execute("ALTER TABLE auth." + table + " RENAME TO away");
        try {
            change(signedIn.byAccessToken(), PASSWORD, NEW_PASSWORD)
                    .then()
                    .statusCode(503)
                    .body("error", equalTo("SERVICE_UNAVAILABLE"));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO " + table);
        }
        assertThat(account.failures()).isZero();
        assertThat(other.isLive()).isTrue();
        account.login(PASSWORD).then().statusCode(200);
    }

    private static Response change(RequestSpecification shown, String current, String next) {
        return shown.contentType(ContentType.JSON)
                .body(Map.of("currentPassword", current, "newPassword", next))
                .post(AUTH + "/change-password");
    }
}
