package how.mana.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestWorker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ledger tells a worker about a grant that it holds. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class GrantCheckTest {
    @Test
    void aLiveGrantIsKnownByItsIdAndByMissionAndTime() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");

        assertThat(byId(grant)).isEqualTo("ok");
        assertThat(byTime(grant, grant.path("issuedAt"))).isEqualTo("ok");
        assertThat(Missions.state(Map.of(
                        "grantId", grant.path("grantId"),
                        "missionId", "m-1",
                        "issuedAt", grant.path("issuedAt"),
                        "scope", scopeOf(missions),
                        "userId", missions.userId())))
                .isEqualTo("ok");
    }

    private static String scopeOf(Missions missions) {
        return HexFormat.of().formatHex((byte[]) missions.ledger().get(0).get("scope_digest"));
    }

    private static String byId(Response grant) {
        return Missions.state(Map.of("grantId", grant.path("grantId")));
    }

    private static String byTime(Response grant, String issuedAt) {
        return Missions.state(Map.of("missionId", grant.path("derivation.missionId"), "issuedAt", issuedAt));
    }

    @Test
    void aGrantThatWasTakenBackIsRevoked() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");

        missions.revoke("m-1").then().statusCode(200);

        assertThat(byId(grant)).isEqualTo("revoked");
        assertThat(byTime(grant, grant.path("issuedAt"))).isEqualTo("revoked");
    }

    /** The end date that counts is the ledger's: the one in the grant's JSON may have been changed. */
    @Test
    void aGrantWhoseTimeIsOverIsExpired() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        AdminDatabase.execute(
                "UPDATE auth.mission_grants SET expires_at = issued_at + interval '1 us' WHERE id = ?",
                grant.<String>path("grantId"));

        assertThat(byId(grant)).isEqualTo("expired");
    }

    @Test
    void theGrantsOfAUserWhoIsGoneAreRevoked() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", missions.userId());

        assertThat(byId(grant)).isEqualTo("revoked");
    }

    @Test
    void whatTheLedgerDoesNotKnowIsMalformed() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        var id = grant.<String>path("grantId");

        assertThat(Missions.state(Map.of("grantId", "nothing-like-it"))).isEqualTo("malformed");
        assertThat(Missions.state(Map.of("grantId", "\0"))).isEqualTo("malformed");
        assertThat(byTime(grant, "2026-01-01T00:00:00.000Z")).isEqualTo("malformed");
        assertThat(byTime(grant, "yesterday")).isEqualTo("malformed");
        assertThat(byTime(grant, "+1000000000-12-31T23:59:59.999Z")).isEqualTo("malformed");
        assertThat(Missions.state(Map.of("grantId", id, "missionId", "m-2"))).isEqualTo("malformed");
        assertThat(Missions.state(Map.of("grantId", id, "userId", "somebody-else")))
                .isEqualTo("malformed");
        assertThat(Missions.state(Map.of("grantId", id, "scope", "0".repeat(64))))
                .isEqualTo("malformed");
        assertThat(Missions.state(Map.of("grantId", id, "scope", "x"))).isEqualTo("malformed");
        assertThat(Missions.state(Map.of("grantId", id, "issuedAt", "2026-01-01T00:00:00.000Z")))
                .isEqualTo("malformed");
    }

    /** Two users may name their missions alike; of two grants with one name the worst counts. */
    @Test
    void aNameThatFitsTwoGrantsIsAsGoodAsTheWorseOfThem() {
        var one = Missions.withVault();
        var other = Missions.withVault();
        var grant = one.granted("same");
        var others = other.granted("same");
        AdminDatabase.execute(
                "UPDATE auth.mission_grants SET issued_at = (SELECT issued_at FROM auth.mission_grants WHERE id = ?)"
                        + " WHERE id = ?",
                grant.<String>path("grantId"),
                others.<String>path("grantId"));
        other.revoke("same").then().statusCode(200);

        assertThat(byTime(grant, grant.path("issuedAt"))).isEqualTo("revoked");
        assertThat(Missions.state(
                        Map.of("missionId", "same", "issuedAt", grant.path("issuedAt"), "userId", one.userId())))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "dev-service-key", "a service key of a good lengtH", "a service key of a good length "})
    void withoutTheServiceKeyItTellsNothing(String key) {
        Missions.check(
                        key == null ? null : key.isEmpty() ? "x" : key.replace("length ", "lengths"),
                        Map.of("grantId", "x"))
                .then()
                .statusCode(401)
                .body(equalTo("{\"statusCode\":401,\"message\":\"Invalid or missing service key\"}"));
    }

    @Test
    void twoServiceKeysAreNone() {
        RestAssured.given()
                .header("X-Service-Key", TestWorker.SERVICE_KEY, "another")
                .contentType(ContentType.JSON)
                .body(Map.of("grantId", "x"))
                .post(Missions.CHECK)
                .then()
                .statusCode(401);
    }

    /** Whoever binds the key to a path has to know all its spellings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/internal;x/mission-grants/check",
                "/api/v1/internal/mission-grants/check;x=1",
                "/api/v1/%69nternal/mission-grants/check"
            })
    void noSpellingOfThePathGoesPastTheKey(String path) {
        var status = RestAssured.given()
                .urlEncodingEnabled(false)
                .contentType(ContentType.JSON)
                .body(Map.of("grantId", "x"))
                .post(path)
                .statusCode();

        assertThat(status).isIn(401, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"missionId\":\"m\"}",
                "{\"issuedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"grantId\":7}"
            })
    void whoDoesNotSayWhichGrantIsRefused(String body) {
        Missions.check(TestWorker.SERVICE_KEY, body).then().statusCode(400).body("statusCode", equalTo(400));
    }
}
