package how.mana.auth.account.password;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.account.Mailbox;
import how.mana.auth.session.SessionToken;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A new password by a mailed link (contract A4, A5, D-26, D-35). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class ResetPasswordTest {
    @Test
    void theNewPasswordIsGoodAndTheOldIsNot() {
        var account = Accounts.create();

        Resets.reset(Resets.tokenFor(account)).then().statusCode(200).body(equalTo("{\"success\":true}"));

        account.login(Accounts.PASSWORD).then().statusCode(401);
        account.login(Resets.NEW_PASSWORD).then().statusCode(200);
        assertThat(new Mailbox(account.email()).kinds())
                .containsExactlyInAnyOrder("reset-password", "password-changed");
        assertThat(AdminDatabase.rows(
                        "SELECT event_type FROM auth.security_events WHERE user_id = ? ORDER BY created_at LIMIT 2",
                        account.id()))
                .extracting(row -> row.get("event_type"))
                .containsExactly("PASSWORD_RESET_REQUESTED", "PASSWORD_RESET_COMPLETED");
    }

    @Test
    void everySessionEnds() {
        var account = Accounts.create();
        var one = account.signedIn();
        var other = account.signedIn();

        Resets.reset(Resets.tokenFor(account)).then().statusCode(200);

        assertThat(one.isLive()).isFalse();
        assertThat(other.isLive()).isFalse();
        one.byAccessToken().get(AUTH + "/sessions").then().statusCode(401);
        one.byCookie().get(AUTH + "/session").then().statusCode(200).body(equalTo("null"));
    }

    @Test
    void aTokenCountsOnce() {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);
        Resets.reset(token).then().statusCode(200);

        assertInvalid(Resets.reset(token, "yet another password"));

        account.login(Resets.NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void theOtherLinksOfTheUserAreUsedUpToo() {
        var account = Accounts.create();
        var first = Resets.tokenFor(account);
        Resets.reset(Resets.tokenFor(account)).then().statusCode(200);

        assertInvalid(Resets.reset(first));
    }

    @Test
    void ofTwoAtOnceWithOneTokenOneWins() throws Exception {
        for (var round = 0; round < 3; round++) {
            var account = Accounts.create();
            var token = Resets.tokenFor(account);

            var answers = atOnce(IntStream.range(0, 8)
                    .<Callable<Response>>mapToObj(i -> () -> Resets.reset(token, "password number " + i))
                    .toList());

            var winner = IntStream.range(0, 8)
                    .filter(i -> answers.get(i).statusCode() == 200)
                    .boxed()
                    .toList();
            assertThat(winner).hasSize(1);
            answers.stream().filter(answer -> answer.statusCode() != 200).forEach(ResetPasswordTest::assertInvalid);
            account.login("password number " + winner.get(0)).then().statusCode(200);
            assertThat(new Mailbox(account.email()).kinds())
                    .containsExactlyInAnyOrder("reset-password", "password-changed");
        }
    }

    @Test
    void twoLinksAtOnceDoNotWaitForEachOther() throws Exception {
        var account = Accounts.create();
        var tokens = List.of(Resets.tokenFor(account), Resets.tokenFor(account), Resets.tokenFor(account));

        var answers = atOnce(tokens.stream()
                .<Callable<Response>>map(token -> () -> Resets.reset(token))
                .toList());

        assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(200, 400, 400);
    }

    @Test
    void aSignInThatKnewTheOldPasswordDoesNotOutliveTheReset() throws Exception {
        for (var round = 0; round < 3; round++) {
            var account = Accounts.create();
            var token = Resets.tokenFor(account);

            var answers = atOnce(List.of(
                    () -> account.login(), () -> account.login(), () -> Resets.reset(token), () -> account.login()));

            assertThat(answers.get(2).statusCode()).isEqualTo(200);
            assertThat(AdminDatabase.rows("SELECT 1 FROM auth.sessions WHERE user_id = ?", account.id()))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"7,Password too short", "0,Password too short", "129,Password too long"})
    void aWeakPasswordLeavesTheTokenAsItIs(int length, String message) {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);

        Resets.reset(token, "x".repeat(length))
                .then()
                .statusCode(400)
                .body("error", equalTo("WEAK_PASSWORD"))
                .body("message", equalTo(message))
                .body("status", equalTo(400));

        Resets.reset(token, "x".repeat(8)).then().statusCode(200);
    }

    @Test
    void aLongPasswordIsOne() {
        var account = Accounts.create();

        Resets.reset(Resets.tokenFor(account), "y".repeat(128)).then().statusCode(200);

        account.login("y".repeat(128)).then().statusCode(200);
    }

    @Test
    void aTokenThatWasNeverGivenIsInvalid() {
        assertInvalid(Resets.reset("abcdefghijklmnopqrstuvwx"));
        assertInvalid(Resets.reset(""));
        assertInvalid(post(AUTH + "/reset-password", Map.of("newPassword", Resets.NEW_PASSWORD)));
    }

    @Test
    void aTokenIsInvalidAfterAnHour() {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);
        AdminDatabase.execute("UPDATE auth.verification SET expires_at = now() WHERE value = ?", account.id());

        assertInvalid(Resets.reset(token));
        account.login().then().statusCode(200);
    }

    @Test
    void theTokenOfAnotherLinkIsInvalid() {
        var account = Accounts.create();
        AdminDatabase.execute(
                "INSERT INTO auth.verification (id, identifier, value, expires_at)"
                        + " VALUES (?, 'verify-email:' || encode(sha256('tokenOfAnotherLink'), 'hex'), ?, now() + interval '1 hour')",
                account.id(),
                account.id());

        assertInvalid(Resets.reset("tokenOfAnotherLink"));
    }

    /** As 0009-identity.sql leaves them. */
    @Test
    void aLinkOfTheOldServiceIsGood() {
        var account = Accounts.ofTheOldService();
        AdminDatabase.execute(
                "INSERT INTO auth.verification (id, identifier, value, expires_at)"
                        + " VALUES (?, ?, ?, now() + interval '1 hour')",
                account.id(),
                "reset-password:" + SessionToken.hash("old-token-" + account.id()),
                account.id());

        Resets.reset("old-token-" + account.id()).then().statusCode(200);

        account.login(Resets.NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void aUserWhoIsGoneGetsNoPassword() {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);
        account.set("deleted_at = now()");
        var before = account.storedHash();

        assertInvalid(Resets.reset(token));
        assertThat(account.storedHash()).isEqualTo(before);
    }

    @Test
    void theLockIsForgiven() {
        var account = Accounts.create();
        IntStream.range(0, 5).forEach(i -> account.login("wrong").then().statusCode(401));
        account.login().then().statusCode(429);

        Resets.reset(Resets.tokenFor(account)).then().statusCode(200);

        account.login(Resets.NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void whoeverReadTheMailHasVerifiedTheAddress() {
        var account = Accounts.create();
        account.set("email_verified = false");
        account.login().then().statusCode(403);

        Resets.reset(Resets.tokenFor(account)).then().statusCode(200);

        account.login(Resets.NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void aUserWithoutAPasswordGetsOne() {
        var account = Accounts.create();
        AdminDatabase.execute("DELETE FROM auth.accounts WHERE user_id = ?", account.id());

        Resets.reset(Resets.tokenFor(account)).then().statusCode(200);

        account.login(Resets.NEW_PASSWORD).then().statusCode(200);
    }

    /** What is done with the token and what is done with the password are one. */
    @ParameterizedTest
    @ValueSource(strings = {"outbox", "security_events", "sessions"})
    void aFaultOfTheDatabaseUsesNothingUp(String table) {
        var account = Accounts.create();
        var token = Resets.tokenFor(account);
        var before = account.storedHash();
        AdminDatabase.execute("ALTER TABLE auth." + table + " RENAME TO away");
        try {
            Resets.reset(token).then().statusCode(503).body("error", equalTo("SERVICE_UNAVAILABLE"));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO " + table);
        }
        assertThat(account.storedHash()).isEqualTo(before);
        Resets.reset(token).then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{", "\"text\""})
    void whatIsNoObjectIsRefused(String body) {
        json(body)
                .post(AUTH + "/reset-password")
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"))
                .body("message", equalTo("Invalid JSON body"));
    }

    @Test
    void aPasswordHasToBeThere() {
        post(AUTH + "/reset-password", Map.of("token", "x"))
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"));
    }

    @Test
    void theLinkLeadsToThePageWithTheTokenAndDoesNotUseItUp() {
        var account = Accounts.create();
        post(
                AUTH + "/forgot-password",
                Map.of("email", account.email(), "redirectTo", "https://mana.how/reset?a=1#there"));
        var mailbox = new Mailbox(account.email());
        var link = mailbox.link();
        var token = link.substring(link.indexOf("reset-password/") + 15, link.indexOf('?'));

        for (var time = 0; time < 2; time++) {
            var answer = mailbox.open();
            answer.then()
                    .statusCode(302)
                    .header("Location", equalTo("https://mana.how/reset?a=1&token=" + token + "#there"))
                    .header("Cache-Control", equalTo("no-store"));
        }
        Resets.reset(token).then().statusCode(200);
        Mailbox.open(link)
                .then()
                .statusCode(302)
                .header("Location", equalTo("https://mana.how/reset?a=1&error=INVALID_TOKEN#there"));
    }

    @Test
    void theLinkLeadsHomeIfItDoesNotSay() {
        Mailbox.open(NATIVE + "/reset-password/abcdefghijklmnopqrstuvwx")
                .then()
                .statusCode(302)
                .header("Location", equalTo("/?error=INVALID_TOKEN"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%0d%0aSet-Cookie%3Aa", "javascript%3A1"})
    void theLinkLeadsNowhereElse(String callback) {
        Mailbox.open(NATIVE + "/reset-password/abcdefghijklmnopqrstuvwx?callbackURL=" + callback)
                .then()
                .statusCode(403)
                .body("code", equalTo("INVALID_CALLBACK_URL"));
    }

    private static void assertInvalid(Response answer) {
        answer.then()
                .statusCode(400)
                .body(equalTo("{\"error\":\"TOKEN_INVALID\",\"message\":\"Invalid token\",\"status\":400}"));
    }

    static List<Response> atOnce(List<Callable<Response>> calls) throws Exception {
        var threads = Executors.newFixedThreadPool(calls.size());
        try {
            return threads.invokeAll(calls).stream()
                    .map(one -> {
                        try {
                            return one.get();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }
}
