package how.mana.auth.session;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.RealLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often one client may ask, whatever it says about itself (contract A5, D-28). */
@QuarkusTest
@TestProfile(RealLimits.class)
class RateLimitTest {
    @ParameterizedTest
    @ValueSource(strings = {AUTH + "/login", NATIVE + "/sign-in/email"})
    void aClientSignsInAHundredTimesInTenSeconds(String path) {
        var client = newClient();
        signIn(path, client).then().statusCode(401);
        asked(client, 99);

        signIn(path, client).then().statusCode(401);
        var refused = signIn(path, client);

        refused.then().statusCode(429);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 10);
        assertThat(refused.header("X-Retry-After")).isEqualTo(refused.header("Retry-After"));
        signIn(path, newClient()).then().statusCode(401);
    }

    @Test
    void theRefusalSaysHowLongToWait() {
        var client = newClient();
        signIn(AUTH + "/login", client);
        asked(client, 100);

        signIn(AUTH + "/login", client)
                .then()
                .statusCode(429)
                .body("error", equalTo("RATE_LIMITED"))
                .body("message", equalTo("Too many requests"))
                .body("status", equalTo(429));
    }

    /** To the byte what the library said, which put the time to wait in this header only. */
    @Test
    void theNativeRoutesRefuseInTheirWords() {
        var client = newClient();
        signIn(NATIVE + "/sign-in/email", client);
        asked(client, 100);

        var refused = signIn(NATIVE + "/sign-in/email", client);

        refused.then().statusCode(429).body(equalTo("{\"message\":\"Too many requests. Please try again later.\"}"));
        assertThat(Integer.parseInt(refused.header("X-Retry-After"))).isBetween(1, 10);
    }

    /** People behind one address do not use up one another's sign-out with their refreshes. */
    @Test
    void theOtherRoutesAreCountedEachByItself() {
        var client = newClient();
        post(AUTH + "/refresh", client).then().statusCode(401);
        AdminDatabase.execute("UPDATE auth.rate_limits SET hits = 100 WHERE client = ?", client);

        post(AUTH + "/refresh", client).then().statusCode(429);
        post(AUTH + "/session-to-token", client).then().statusCode(401);
        post(AUTH + "/logout", client).then().statusCode(200);
        post(NATIVE + "/sign-out", client).then().statusCode(200);
    }

    private static Response post(String path, String forwardedFor) {
        return json(Map.of()).header("X-Forwarded-For", forwardedFor).post(path);
    }

    /** What a client writes before our proxy's entry is its own claim. */
    @Test
    void aClaimedAddressChangesNothing() {
        var client = newClient();
        signIn(AUTH + "/login", client);
        asked(client, 100);

        signIn(AUTH + "/login", newClient() + ", " + client).then().statusCode(429);
    }

    @Test
    void allAddressesOfANetworkAreOneClient() {
        var network = "2001:db8:" + Integer.toHexString(UUID.randomUUID().hashCode() & 0xffff) + ":1";
        signIn(AUTH + "/login", network + "::1");
        asked(network + "::/64", 100);

        signIn(AUTH + "/login", network + ":dead:beef:0:1").then().statusCode(429);
    }

    @Test
    void theWindowEnds() {
        var client = newClient();
        signIn(AUTH + "/login", client);
        asked(client, 100);
        AdminDatabase.execute(
                "UPDATE auth.rate_limits SET window_start = window_start - interval '10 seconds' WHERE client = ?",
                client);

        signIn(AUTH + "/login", client).then().statusCode(401);
    }

    private static void asked(String client, int times) {
        assertThat(AdminDatabase.execute(
                        "UPDATE auth.rate_limits SET hits = ? WHERE client = ? AND scope = 'sign-in'", times, client))
                .isEqualTo(1);
    }

    /** Another address each, so that the account's lock stays out of it. */
    private static Response signIn(String path, String forwardedFor) {
        return json(Map.of("email", UUID.randomUUID() + "@example.org", "password", "wrong"))
                .header("X-Forwarded-For", forwardedFor)
                .post(path);
    }

    private static String newClient() {
        var bits = UUID.randomUUID().getMostSignificantBits();
        return "10.%d.%d.%d".formatted(bits & 255, bits >> 8 & 255, bits >> 16 & 255);
    }
}
