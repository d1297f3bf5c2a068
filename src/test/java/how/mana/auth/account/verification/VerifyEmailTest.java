package how.mana.auth.account.verification;

import static how.mana.auth.Accounts.COOKIE;
import static how.mana.auth.Accounts.login;
import static how.mana.auth.account.SignUps.open;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.account.SignUps;
import how.mana.auth.session.SessionToken;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The link in the mail that confirms an address (contract A5). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class VerifyEmailTest {
    private static final String PATH = "/api/auth/verify-email";

    @Test
    void whoOpensItFirstIsSignedIn() {
        var email = SignUps.registered();

        var answer = open(SignUps.link(email));

        assertLeadsTo(answer, "/");
        assertThat(answer.header("Set-Cookie")).endsWith("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax");
        given().header("Cookie", COOKIE + "=" + answer.getCookie(COOKIE))
                .get("/api/auth/get-session")
                .then()
                .statusCode(200)
                .body("user.email", equalTo(email))
                .body("user.emailVerified", equalTo(true));
        assertThat(SignUps.events(email)).containsExactly("REGISTER", "EMAIL_VERIFIED");
    }

    @Test
    void openedAgainItLeadsOnAndDoesNothing() {
        var email = SignUps.registered();
        open(SignUps.link(email));

        var again = open(SignUps.link(email));

        assertLeadsTo(again, "/");
        assertThat(again.header("Set-Cookie")).isNull();
        assertThat(sessions(email)).isEqualTo(1);
        assertThat(SignUps.events(email)).containsExactly("REGISTER", "EMAIL_VERIFIED");
    }

    @Test
    void thenThePasswordSignsIn() {
        var email = SignUps.registered();
        login(email, SignUps.PASSWORD).then().statusCode(403).body("error", equalTo("EMAIL_NOT_VERIFIED"));

        open(SignUps.link(email));

        login(email, SignUps.PASSWORD).then().statusCode(200).body("user.emailVerified", equalTo(true));
    }

    @Test
    void itLeadsWhereItWasAskedTo() {
        var email = SignUps.newEmail();
        Accounts.post(SignUps.REGISTER, SignUps.body(email, "sourceAppUrl", "https://mana.how/todo"))
                .then()
                .statusCode(200);
        var link = SignUps.link(email);

        assertLeadsTo(open(link), "https://mana.how/todo");
        assertLeadsTo(open(link.replaceFirst("&callbackURL=.*", "")), "https://mana.how/todo");
        assertLeadsTo(
                open(link.replaceFirst("&callbackURL=.*", "&callbackURL=%2Fgr%C3%BC%C3%9Fe")), "/gr%C3%BC%C3%9Fe");
    }

    @ParameterizedTest
    @CsvSource({
        "%2F,                                   /?error=INVALID_TOKEN",
        "%2Fwelcome%3Fa%3D1,                    /welcome?a=1&error=INVALID_TOKEN",
        "%2Fwelcome%23top,                      /welcome?error=INVALID_TOKEN#top",
        "https%3A%2F%2Fmana.how%2Ftodo,         https://mana.how/todo?error=INVALID_TOKEN",
    })
    void aLinkThatIsNoneIsSaidThere(String callback, String location) {
        assertLeadsTo(open(PATH + "?token=nonsense&callbackURL=" + callback), location);
        assertLeadsTo(open(PATH + "?callbackURL=" + callback), location);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?token=nonsense", "", "?token=", "?token=nonsense&callbackURL="})
    void aLinkThatIsNoneAndLeadsNowhereIsRefused(String query) {
        var answer = open(PATH + query);

        answer.then().statusCode(401).body(equalTo("{\"message\":\"Invalid token\",\"code\":\"INVALID_TOKEN\"}"));
        assertKeptToYourself(answer);
    }

    @Test
    void aLinkThatIsTooLateIsSaidToBe() {
        var email = SignUps.registered();
        var link = SignUps.link(email);
        AdminDatabase.execute(
                "UPDATE auth.verification SET expires_at = now() WHERE value LIKE '%' || ? || '%'", email);

        assertLeadsTo(open(link), "/?error=TOKEN_EXPIRED");
        open(link.replaceFirst("&callbackURL=.*", ""))
                .then()
                .statusCode(401)
                .body(equalTo("{\"message\":\"Token expired\",\"code\":\"TOKEN_EXPIRED\"}"));
        assertNotVerified(email);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https%3A%2F%2Fevil.example%2F",
                "%2F%2Fevil.example",
                "%2F%5Cevil.example",
                "javascript%3Aalert(1)",
                "%2F%0D%0ASet-Cookie%3A%20a%3Db"
            })
    void itLeadsNobodyElsewhere(String callback) {
        var email = SignUps.registered();

        var answer = open(SignUps.link(email).replaceFirst("&callbackURL=.*", "&callbackURL=" + callback));

        answer.then()
                .statusCode(403)
                .body(equalTo("{\"message\":\"Invalid callbackURL\",\"code\":\"INVALID_CALLBACK_URL\"}"));
        assertKeptToYourself(answer);
        assertNotVerified(email);
    }

    @Test
    void whereASecondFactorIsWantedNobodyIsSignedIn() {
        var email = SignUps.registered();
        AdminDatabase.execute("UPDATE auth.users SET two_factor_enabled = true WHERE email = ?", email);

        var answer = open(SignUps.link(email));

        assertLeadsTo(answer, "/");
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(SignUps.users(email).get(0)).containsEntry("email_verified", true);
        assertThat(sessions(email)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted_at = now()", "email = 'x' || email"})
    void whoIsGoneOrHasAnotherAddressIsNotConfirmed(String change) {
        var email = SignUps.registered();
        var id = SignUps.idOf(email);
        var link = SignUps.link(email);
        AdminDatabase.execute("UPDATE auth.users SET " + change + " WHERE id = ?", id);

        var answer = open(link);

        assertLeadsTo(answer, "/?error=INVALID_TOKEN");
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(AdminDatabase.rows("SELECT 1 FROM auth.users WHERE id = ? AND email_verified", id))
                .isEmpty();
    }

    /** Nobody is made to work in the account of whoever sent them a link. */
    @Test
    void whoIsSignedInStaysWhoTheyAre() {
        var email = SignUps.registered();
        var other = Accounts.create().signedIn();

        var answer = given().urlEncodingEnabled(false)
                .redirects()
                .follow(false)
                .header("Cookie", COOKIE + "=" + other.cookie())
                .get(SignUps.link(email));

        assertLeadsTo(answer, "/");
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(SignUps.users(email).get(0)).containsEntry("email_verified", true);
    }

    @Test
    void whoOnlyAsksWhereItLeadsConfirmsNothing() {
        var email = SignUps.registered();

        var answer = given().urlEncodingEnabled(false).redirects().follow(false).head(SignUps.link(email));

        assertLeadsTo(answer, "/");
        assertThat(answer.header("Set-Cookie")).isNull();
        assertNotVerified(email);
    }

    @Test
    void aTokenMadeForSomethingElseIsNoGood() {
        var email = SignUps.registered();
        var token = UUID.randomUUID().toString();
        AdminDatabase.execute(
                "INSERT INTO auth.verification (id, identifier, value, expires_at)"
                        + " SELECT ?, 'reset-password:' || ?, value, expires_at FROM auth.verification"
                        + " WHERE value LIKE '%' || ? || '%'",
                token, SessionToken.hash(token), email);

        assertLeadsTo(open(PATH + "?token=" + token + "&callbackURL=%2F"), "/?error=INVALID_TOKEN");
        assertNotVerified(email);
    }

    @Test
    void openedManyTimesAtOnceItSignsInOnce() throws Exception {
        var email = SignUps.registered();
        var link = SignUps.link(email);
        Callable<Response> opening = () -> open(link);

        var answers = SignUps.allAtOnce(Collections.nCopies(8, opening));

        assertThat(answers).allSatisfy(answer -> assertLeadsTo(answer, "/"));
        assertThat(answers.stream().filter(answer -> answer.header("Set-Cookie") != null))
                .hasSize(1);
        assertThat(sessions(email)).isEqualTo(1);
        assertThat(SignUps.events(email)).containsExactly("REGISTER", "EMAIL_VERIFIED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verification", "security_events", "sessions"})
    void whatFailsConfirmsNothing(String table) throws Exception {
        var email = SignUps.registered();
        var link = SignUps.link(email);

        var answer = SignUps.without(table, () -> open(link));

        answer.then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
        assertKeptToYourself(answer);
        assertNotVerified(email);
        assertThat(open(link).getCookie(COOKIE)).isNotNull();
    }

    private static void assertLeadsTo(Response answer, String location) {
        answer.then().statusCode(302);
        assertThat(answer.header("Location")).isEqualTo(location);
        assertThat(answer.asString()).isEmpty();
        assertKeptToYourself(answer);
    }

    private static void assertKeptToYourself(Response answer) {
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    private static void assertNotVerified(String email) {
        assertThat(SignUps.users(email).get(0)).containsEntry("email_verified", false);
        assertThat(SignUps.events(email)).containsExactly("REGISTER");
    }

    private static int sessions(String email) {
        return AdminDatabase.rows(
                        "SELECT 1 FROM auth.sessions s JOIN auth.users u ON u.id = s.user_id WHERE u.email = ?", email)
                .size();
    }
}
