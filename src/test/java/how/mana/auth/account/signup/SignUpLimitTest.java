package how.mana.auth.account.signup;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.account.SignUps.NATIVE;
import static how.mana.auth.account.SignUps.REGISTER;
import static how.mana.auth.account.SignUps.body;
import static how.mana.auth.account.SignUps.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.RealLimits;
import how.mana.auth.account.SignUps;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How often one client may sign up or have mail sent, and how much mail one address gets (contract A5, D-30). */
@QuarkusTest
@TestProfile(RealLimits.class)
class SignUpLimitTest {
    @Test
    void aClientSignsUpThreeTimesInTenSeconds() {
        var client = newClient();
        send(REGISTER, body(newEmail()), client).then().statusCode(200);
        asked("sign-up", client, 2);
        send(NATIVE, body(newEmail()), client).then().statusCode(200);
        var email = newEmail();

        var refused = send(REGISTER, body(email), client);

        refused.then().statusCode(429).body("error", equalTo("RATE_LIMITED"));
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 10);
        send(NATIVE, body(email), client)
                .then()
                .statusCode(429)
                .body("message", equalTo("Too many requests. Please try again later."));
        assertThat(SignUps.users(email)).isEmpty();
        send(REGISTER, body(email), newClient()).then().statusCode(200);
    }

    @Test
    void whatIsNotReadIsNotCounted() {
        var client = newClient();
        for (var i = 0; i < 5; i++) {
            send(REGISTER, Map.of(), client).then().statusCode(400);
        }

        send(REGISTER, body(newEmail()), client).then().statusCode(200);
    }

    @Test
    void aClientHasThreeMailsSentInAMinute() {
        var client = newClient();
        resend(newEmail(), client).then().statusCode(200);
        asked("mail", client, 3);

        var refused = resend(newEmail(), client);

        refused.then().statusCode(429).body("error", equalTo("RATE_LIMITED"));
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(30, 60);
        resend(newEmail(), newClient()).then().statusCode(200);
    }

    /** The mail of the sign-up is one of them. */
    @Test
    void anAddressGetsFiveMailsInAnHourWhoeverAsks() {
        var email = newEmail();
        send(REGISTER, body(email), newClient()).then().statusCode(200);

        for (var i = 0; i < 7; i++) {
            resend(email, newClient()).then().statusCode(200).body(equalTo("{\"success\":true}"));
        }

        assertThat(SignUps.mails(email)).hasSize(5);
    }

    /** Whoever asked for mail to an address before it had an account does not keep its owner from signing up. */
    @Test
    void theMailOfTheSignUpIsSentInAnyCase() {
        var email = newEmail();
        for (var i = 0; i < 6; i++) {
            resend(email, newClient()).then().statusCode(200);
        }

        send(REGISTER, body(email), newClient()).then().statusCode(200);

        assertThat(SignUps.mails(email)).hasSize(1);
    }

    private static void asked(String scope, String client, int times) {
        assertThat(AdminDatabase.execute(
                        "UPDATE auth.rate_limits SET hits = ?, window_start = now() WHERE client = ? AND scope = ?",
                        times,
                        client,
                        scope))
                .isEqualTo(1);
    }

    private static Response resend(String email, String client) {
        return send(AUTH + "/resend-verification", Map.of("email", email), client);
    }

    private static Response send(String path, Map<String, ?> body, String client) {
        return json(body).header("X-Forwarded-For", client).post(path);
    }

    private static String newClient() {
        var bits = UUID.randomUUID().getMostSignificantBits();
        return "10.%d.%d.%d".formatted(bits & 255, bits >> 8 & 255, bits >> 16 & 255);
    }
}
