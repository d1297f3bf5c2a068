package how.mana.auth.vault;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestIssuer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in at all. Both answers are read by today's clients byte for byte (contract A1). */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class CallerTest {
    private static final String NO_TOKEN =
            "{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}";
    private static final String BAD_TOKEN = "{\"statusCode\":401,\"message\":\"Invalid or expired token\"}";
    private static final List<String> READS =
            List.of("GET /status", "GET /key", "GET /key?generation=1", "GET /recovery-wrap/replaced", "GET /audit");
    private static final List<String> WRITES = List.of(
            "POST /init",
            "POST /rotate",
            "POST /rotate/commit",
            "POST /rotate/abort",
            "POST /recovery-wrap",
            "DELETE /recovery-wrap",
            "POST /zero-knowledge",
            "POST /recovery-wrap/restore",
            "POST /recovery-wrap/purge");

    @Test
    void noRouteAnswersWithoutAToken() {
        for (var route : routes()) {
            given().contentType("application/json")
                    .request(method(route), path(route))
                    .then()
                    .statusCode(401)
                    .contentType("application/json")
                    .body(equalTo(NO_TOKEN));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer x", "BEARER x", "Basic dTpw", "Bearer", "Token x", ""})
    void anotherSchemeIsNoToken(String header) {
        given().header("Authorization", header)
                .get(Vaults.PATH + "/key")
                .then()
                .statusCode(401)
                .body(equalTo(NO_TOKEN));
    }

    @Test
    void aCookieIsNoToken() {
        given().cookie("mana.session_token", "x")
                .get(Vaults.PATH + "/key")
                .then()
                .body(equalTo(NO_TOKEN));
    }

    @Test
    void anExpiredTokenIsRefusedWithoutTolerance() {
        var vault = Vaults.initialised();
        var token = TestIssuer.instance().tokenFor(vault.userId(), Instant.now());

        given().header("Authorization", "Bearer " + token)
                .get(Vaults.PATH + "/key")
                .then()
                .statusCode(401)
                .body(equalTo(BAD_TOKEN));
    }

    @Test
    void aUserThatTheDatabaseDoesNotKnowIsRefusedEverywhereAndLeavesNoRow() {
        var token = TestIssuer.instance().tokenFor("nobody-at-all");

        for (var route : routes()) {
            given().header("Authorization", "Bearer " + token)
                    .contentType("application/json")
                    .body(method(route).equals("GET") ? "" : "{}")
                    .request(method(route), path(route))
                    .then()
                    .statusCode(401)
                    .body(equalTo(BAD_TOKEN));
        }

        assertThat(AdminDatabase.rows("SELECT id FROM auth.encryption_vault_audit WHERE user_id = 'nobody-at-all'"))
                .isEmpty();
        assertThat(AdminDatabase.rows("SELECT id FROM auth.users WHERE id = 'nobody-at-all'"))
                .as("AUTH_PROVISION_USERS is not set")
                .isEmpty();
    }

    @Test
    void aDeletedUserIsRefusedAtOnceAlthoughTheTokenIsStillGood() {
        var vault = Vaults.initialised();
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", vault.userId());

        vault.key().then().statusCode(401).body(equalTo(BAD_TOKEN));
        vault.status().then().statusCode(401).body(equalTo(BAD_TOKEN));
        vault.rotate().then().statusCode(401).body(equalTo(BAD_TOKEN));
    }

    private static List<String> routes() {
        return java.util.stream.Stream.concat(READS.stream(), WRITES.stream()).toList();
    }

    private static String method(String route) {
        return route.substring(0, route.indexOf(' '));
    }

    private static String path(String route) {
        return Vaults.PATH + route.substring(route.indexOf(' ') + 1);
    }
}
