package how.mana.auth.account;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.RealLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often one client may ask for mail, or for a change (contract A5, D-30). */
@QuarkusTest
@TestProfile(RealLimits.class)
class AccountLimitsTest {
    @Test
    void aClientAsksForThreeMailsInAMinute() {
        var account = Accounts.create();
        var client = newClient();
        for (var i = 0; i < 3; i++) {
            forgot(client, account.email()).then().statusCode(200);
        }

        forgot(client, account.email()).then().statusCode(429).body("error", equalTo("RATE_LIMITED"));
        forgot(client, UUID.randomUUID() + "@example.org").then().statusCode(429);
        forgot(newClient(), account.email()).then().statusCode(200);

        assertThat(new Mailbox(account.email()).kinds()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/change-password", "/change-email"})
    void aClientAsksForThreeChangesInTenSeconds(String route) {
        var client = newClient();
        for (var i = 0; i < 3; i++) {
            post(client, route, Map.of()).then().statusCode(401);
        }

        post(client, route, Map.of()).then().statusCode(429).body("error", equalTo("RATE_LIMITED"));
        post(newClient(), route, Map.of()).then().statusCode(401);
    }

    private static Response forgot(String client, String email) {
        return post(client, "/forgot-password", Map.of("email", email));
    }

    private static Response post(String client, String route, Map<String, String> body) {
        return json(body).header("X-Forwarded-For", client).post(AUTH + route);
    }

    private static String newClient() {
        var bits = UUID.randomUUID().getMostSignificantBits();
        return "10.%d.%d.%d".formatted(bits & 255, bits >> 8 & 255, bits >> 16 & 255);
    }
}
