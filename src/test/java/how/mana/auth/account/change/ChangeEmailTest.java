package how.mana.auth.account.change;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.Accounts.SignedIn;
import how.mana.auth.AdminDatabase;
import how.mana.auth.account.Mailbox;
import how.mana.auth.account.password.Resets;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another address, once its mail was read (contract A4, D-23, D-35). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class ChangeEmailTest {
    @Test
    void theAddressIsTheirsOnceTheLinkIsOpened() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        var wanted = newAddress();

        request(signedIn, Map.of("newEmail", wanted, "callbackURL", "https://mana.how/settings?tab=mail"))
                .then()
                .statusCode(200)
                .body("success", equalTo(true));

        assertThat(account.column("email")).as("nothing yet").isEqualTo(account.email());
        assertThat(new Mailbox(wanted).kinds()).containsExactly("change-email");
        assertThat(new Mailbox(wanted).link())
                .matches("http://localhost:3001/api/auth/change-email/verify\\?token=[A-Za-z0-9]{24}"
                        + "&callbackURL=https%3A%2F%2Fmana\\.how%2Fsettings%3Ftab%3Dmail");

        account.set("email_verified = false");
        new Mailbox(wanted)
                .open()
                .then()
                .statusCode(302)
                .header("Location", equalTo("https://mana.how/settings?tab=mail"));

        assertThat(account.column("email")).isEqualTo(wanted);
        assertThat(account.column("email_verified")).isEqualTo(true);
        assertThat(new Mailbox(account.email()).kinds()).containsExactly("email-changed");
        assertThat(new Mailbox(account.email()).newest()).doesNotContain(wanted);
        Accounts.login(wanted, PASSWORD).then().statusCode(200);
        account.login().then().statusCode(401);
        assertThat(signedIn.isLive()).isTrue();
        assertThat(AdminDatabase.rows(
                        "SELECT event_type, metadata ->> 'newEmail' AS wanted FROM auth.security_events"
                                + " WHERE user_id = ? AND event_type LIKE 'EMAIL%' ORDER BY created_at",
                        account.id()))
                .extracting(row -> row.get("event_type") + " " + row.get("wanted"))
                .containsExactly("EMAIL_CHANGE_REQUESTED " + wanted, "EMAIL_CHANGED null");
    }

    @Test
    void aLinkCountsOnce() {
        var account = Accounts.create();
        var wanted = newAddress();
        request(account.signedIn(), Map.of("newEmail", wanted)).then().statusCode(200);
        new Mailbox(wanted).open().then().statusCode(302).header("Location", equalTo("/"));

        new Mailbox(wanted).open().then().statusCode(302).header("Location", equalTo("/?error=INVALID_TOKEN"));
    }

    @Test
    void aLinkIsGoodForAnHour() {
        var account = Accounts.create();
        var wanted = newAddress();
        request(account.signedIn(), Map.of("newEmail", wanted)).then().statusCode(200);
        AdminDatabase.execute(
                "UPDATE auth.verification SET expires_at = now() WHERE value = ?", wanted + " " + account.id());

        new Mailbox(wanted).open().then().statusCode(302).header("Location", equalTo("/?error=TOKEN_EXPIRED"));

        assertThat(account.column("email")).isEqualTo(account.email());
    }

    @Test
    void aLinkToResetAPasswordIsNone() {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);

        Mailbox.open(NATIVE + "/change-email/verify?token=" + token)
                .then()
                .statusCode(302)
                .header("Location", equalTo("/?error=INVALID_TOKEN"));
        Mailbox.open(NATIVE + "/change-email/verify")
                .then()
                .statusCode(302)
                .header("Location", equalTo("/?error=INVALID_TOKEN"));
    }

    @Test
    void somebodyElsesAddressHasTheSameAnswerAndStaysTheirs() {
        var account = Accounts.create();
        var other = Accounts.create();
        var signedIn = account.signedIn();
        var said = request(signedIn, Map.of("newEmail", newAddress())).asString();

        request(signedIn, Map.of("newEmail", other.email()))
                .then()
                .statusCode(200)
                .body(equalTo(said));
        new Mailbox(other.email())
                .open()
                .then()
                .statusCode(302)
                .header("Location", equalTo("/?error=EMAIL_ALREADY_REGISTERED"));

        assertThat(account.column("email")).isEqualTo(account.email());
        assertThat(other.column("email")).isEqualTo(other.email());
        other.login().then().statusCode(200);
    }

    @Test
    void linksToTheOldAddressCountNoMore() {
        var account = Accounts.create();
        var wanted = newAddress();
        var token = Resets.tokenFor(account);
        request(account.signedIn(), Map.of("newEmail", wanted)).then().statusCode(200);

        new Mailbox(wanted).open().then().statusCode(302);

        Resets.reset(token).then().statusCode(400).body("error", equalTo("TOKEN_INVALID"));
    }

    @Test
    void aSessionOlderThanADayWantsThePassword() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        var wanted = newAddress();
        AdminDatabase.execute(
                "UPDATE auth.sessions SET created_at = now() - interval '25 hours' WHERE user_id = ?", account.id());

        request(signedIn, Map.of("newEmail", wanted)).then().statusCode(400).body("error", equalTo("VALIDATION"));
        assertThat(new Mailbox(wanted).kinds()).isEmpty();

        request(signedIn, Map.of("newEmail", wanted, "password", PASSWORD))
                .then()
                .statusCode(200);
        assertThat(new Mailbox(wanted).kinds()).containsExactly("change-email");
    }

    @Test
    void aPasswordThatIsGivenIsLookedAtAndCounts() {
        var account = Accounts.create();
        var wanted = newAddress();

        request(account.signedIn(), Map.of("newEmail", wanted, "password", "wrong"))
                .then()
                .statusCode(401)
                .body("error", equalTo("INVALID_CREDENTIALS"))
                .body("message", equalTo("Invalid password"));

        assertThat(account.failures()).isEqualTo(1);
        assertThat(new Mailbox(wanted).kinds()).isEmpty();
    }

    @Test
    void anAddressIsMailedFiveTimesAnHour() {
        var signedIn = Accounts.create().signedIn();
        var wanted = newAddress();

        IntStream.range(0, 7)
                .forEach(i ->
                        request(signedIn, Map.of("newEmail", wanted)).then().statusCode(200));

        assertThat(new Mailbox(wanted).kinds()).hasSize(5);
    }

    @Test
    void whatIsNoAddressIsRefused() {
        var account = Accounts.create();
        var signedIn = account.signedIn();

        assertValidation(request(signedIn, Map.of()), "newEmail is required");
        assertValidation(request(signedIn, Map.of("newEmail", "")), "newEmail is required");
        assertValidation(request(signedIn, Map.of("newEmail", "nobody")), "Invalid email");
        assertValidation(request(signedIn, Map.of("newEmail", account.email())), "Email is the same");
    }

    @Test
    void theLinkLeadsNowhereElse() {
        var signedIn = Accounts.create().signedIn();

        request(signedIn, Map.of("newEmail", newAddress(), "callbackURL", "https://evil.example"))
                .then()
                .statusCode(403)
                .body("error", equalTo("INVALID_CALLBACK_URL"));
        Mailbox.open(NATIVE + "/change-email/verify?token=x&callbackURL=https%3A%2F%2Fevil.example")
                .then()
                .statusCode(403)
                .body("code", equalTo("INVALID_CALLBACK_URL"));
    }

    @Test
    void nobodyAsksForNothing() {
        post(AUTH + "/change-email", Map.of("newEmail", newAddress()))
                .then()
                .statusCode(401)
                .body(equalTo("{\"error\":\"UNAUTHORIZED\",\"message\":\"Unauthorized\",\"status\":401}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{"})
    void whatIsNoObjectIsRefused(String body) {
        assertValidation(json(body).post(AUTH + "/change-email"), "Invalid JSON body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"outbox", "security_events"})
    void aFaultOfTheDatabaseChangesNothing(String table) {
        var account = Accounts.create();
        var wanted = newAddress();
        request(account.signedIn(), Map.of("newEmail", wanted)).then().statusCode(200);
        var link = new Mailbox(wanted).link();
        AdminDatabase.execute("ALTER TABLE auth." + table + " RENAME TO away");
        try {
            Mailbox.open(link).then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO " + table);
        }
        assertThat(account.column("email")).isEqualTo(account.email());
        Mailbox.open(link).then().statusCode(302).header("Location", equalTo("/"));
    }

    private static void assertValidation(Response answer, String message) {
        answer.then().statusCode(400).body("error", equalTo("VALIDATION")).body("message", equalTo(message));
    }

    private static Response request(SignedIn signedIn, Map<String, String> body) {
        return signedIn.byAccessToken().contentType(ContentType.JSON).body(body).post(AUTH + "/change-email");
    }

    private static String newAddress() {
        return "new-" + UUID.randomUUID() + "@example.org";
    }
}
