package how.mana.auth.account.verification;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.COOKIE;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.account.SignUps;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mail with the link, once more (contract A4, D-30). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class ResendVerificationTest {
    private static final String PATH = AUTH + "/resend-verification";

    @Test
    void whoWaitsForItGetsIt() {
        var email = SignUps.registered();
        var first = SignUps.link(email);

        assertSame(resend(email.toUpperCase(Locale.ROOT)));

        assertThat(SignUps.mails(email)).hasSize(2);
        assertThat(SignUps.link(email)).isNotEqualTo(first);
        assertThat(SignUps.open(first).getCookie(COOKIE)).isNotNull();
        assertThat(SignUps.open(SignUps.link(email)).statusCode()).isEqualTo(302);
    }

    @Test
    void nobodyElseGetsAny() {
        var verified = Accounts.create().email();
        var unknown = SignUps.newEmail();
        var deleted = SignUps.registered();
        how.mana.auth.AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE email = ?", deleted);
        var before = SignUps.rowCounts();

        assertSame(resend(verified));
        assertSame(resend(unknown));
        assertSame(resend(deleted));

        assertThat(SignUps.rowCounts()).isEqualTo(before);
    }

    @Test
    void everyAnswerTakesLongerThanItNeeds() {
        var begun = System.nanoTime();

        resend(SignUps.newEmail());

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example/", "//evil.example"})
    void theLinkLeadsOnlyWhereItMay(String wished) {
        var email = SignUps.registered();

        assertSame(post(PATH, Map.of("email", email, "sourceAppUrl", wished)));
        assertThat(SignUps.link(email)).endsWith("&callbackURL=%2F");
        assertSame(post(PATH, Map.of("email", email, "sourceAppUrl", "https://mana.how/x")));
        assertThat(SignUps.link(email)).endsWith("&callbackURL=https%3A%2F%2Fmana.how%2Fx");
    }

    @Test
    void whatIsNoAddressIsRefused() {
        refused("{}", "[body.email] Invalid input: expected string, received undefined");
        refused("{\"email\":7}", "[body.email] Invalid input: expected string, received number");
        refused("{\"email\":\"nobody\"}", "[body.email] Invalid email address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "3", "{", ""})
    void aBodyThatIsNoObjectIsRefused(String body) {
        refused(body, "Invalid JSON body");
    }

    private static void refused(String body, String sentence) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post(PATH)
                .then()
                .statusCode(400)
                .body(equalTo("{\"error\":\"VALIDATION\",\"message\":\"" + sentence + "\",\"status\":400}"));
    }

    @Test
    void aBodyThatIsTooLongOrNoJsonIsNotRead() {
        given().contentType(ContentType.JSON)
                .body("{\"email\":\"" + "a".repeat(70_000) + "\"}")
                .post(PATH)
                .then()
                .statusCode(413);
        given().contentType("text/plain").body("{}").post(PATH).then().statusCode(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "rate_limits"})
    void aFaultIsSaidToBeOne(String table) throws Exception {
        SignUps.without(table, () -> resend(SignUps.newEmail()))
                .then()
                .statusCode(503)
                .body("error", equalTo("SERVICE_UNAVAILABLE"));
    }

    /** For somebody who waits for the mail nothing is left half done. */
    @ParameterizedTest
    @ValueSource(strings = {"verification", "outbox"})
    void whatFailsSendsNothing(String table) throws Exception {
        var email = SignUps.registered();
        var before = SignUps.rowCounts();

        SignUps.without(table, () -> resend(email)).then().statusCode(503);

        assertThat(SignUps.rowCounts()).isEqualTo(before);
    }

    private static Response resend(String email) {
        return post(PATH, Map.of("email", email));
    }

    private static void assertSame(Response answer) {
        answer.then().statusCode(200).body(equalTo("{\"success\":true}"));
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }
}
