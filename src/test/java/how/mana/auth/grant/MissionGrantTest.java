package how.mana.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestWorker;
import how.mana.auth.crypto.KeyMaterial;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Granting a mission, seeing what is granted, and taking it back (contract A9). */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class MissionGrantTest {
    private static final long WEEK = Duration.ofDays(7).toMillis();

    @Test
    void theWorkerOpensTheKeyThatTheClientWouldDerive() {
        var missions = Missions.withVault();

        var answer = missions.granted("m-1");

        assertThat(TestWorker.open(answer.path("wrappedKey"))).isEqualTo(missionKey(missions.masterKey()));
        assertThat(answer.<String>path("derivation.version")).isEqualTo("v1");
        assertThat(answer.<String>path("derivation.missionId")).isEqualTo("m-1");
        assertThat(answer.<List<String>>path("derivation.tables")).containsExactly("Tasks", "notes");
        assertThat(answer.<List<String>>path("derivation.recordIds")).containsExactly("Tasks:1", "notes:10", "notes:2");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.<String>path("issuedAt")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(lifetime(answer.path("issuedAt"), answer.path("expiresAt"))).isEqualTo(WEEK);
    }

    private static String missionKey(String masterKey) {
        var scope = MissionScope.of("m-1", List.of("notes", "Tasks"), List.of("notes:2", "notes:10", "Tasks:1"));
        try (var key = KeyMaterial.takeOwnershipOf(Base64.getDecoder().decode(masterKey));
                var missionKey = scope.keyFrom(key)) {
            return missionKey.toBase64();
        }
    }

    private static long lifetime(String issuedAt, String expiresAt) {
        return Duration.between(Instant.parse(issuedAt), Instant.parse(expiresAt))
                .toMillis();
    }

    @Test
    void aGrantIsInTheTrailAndInTheLedger() throws Exception {
        var missions = Missions.withVault();

        var answer = missions.granted("m-1");

        assertThat(missions.trail()).hasSize(1);
        assertThat(missions.trail().get(0)).startsWith("grant 200 {");
        var said = new ObjectMapper().readTree(missions.trail().get(0).substring("grant 200 ".length()));
        assertThat(said.path("grantId").asText()).isEqualTo(answer.path("grantId"));
        assertThat(said.path("missionId").asText()).isEqualTo("m-1");
        assertThat(said.path("tables").asInt()).isEqualTo(2);
        assertThat(said.path("records").asInt()).isEqualTo(3);
        assertThat(said.path("scope").asText()).hasSize(64);
        assertThat(Instant.parse(said.path("expiresAt").asText())).isEqualTo(answer.<String>path("expiresAt"));
        assertThat(said.path("workerKey").asText()).isEqualTo(answer.path("workerKeyFingerprint"));
        assertThat(missions.ledger()).hasSize(1);
        assertThat(missions.ledger().get(0))
                .containsEntry("id", answer.path("grantId"))
                .containsEntry("mission_id", "m-1")
                .containsEntry("record_count", 3)
                .containsEntry("key_generation", 1L)
                .containsEntry("revoked_at", null);
    }

    /** A mission's id is text of the client's: it must not be able to say more in the trail than its own name. */
    @Test
    void aMissionCannotWriteIntoTheTrail() throws Exception {
        var missions = Missions.withVault();

        missions.granted("m\",\"records\":0,\"x\":\"");

        var said = new ObjectMapper().readTree(missions.trail().get(0).substring("grant 200 ".length()));
        assertThat(said.path("missionId").asText()).isEqualTo("m\",\"records\":0,\"x\":\"");
        assertThat(said.path("records").asInt()).isEqualTo(3);
    }

    @Test
    void grantingAgainDerivesTheSameKeyUnderAnotherGrant() {
        var missions = Missions.withVault();

        var first = missions.granted("m-1");
        var second = missions.granted("m-1");

        assertThat(TestWorker.open(first.path("wrappedKey"))).isEqualTo(TestWorker.open(second.path("wrappedKey")));
        assertThat(first.<String>path("grantId")).isNotEqualTo(second.path("grantId"));
    }

    @ParameterizedTest
    @CsvSource({
        "0,3600000",
        "-1,3600000",
        "3599999,3600000",
        "3600001,3600001",
        "3600000.9,3600000",
        "2592000000,2592000000",
        "2592000001,2592000000",
        "1e300,2592000000",
        "99999999999999999999999,2592000000",
        "'\"3600000\"',604800000",
        "true,604800000",
        "null,604800000",
        "[1],604800000",
        "{},604800000"
    })
    void theLifetimeIsClampedAndAnythingButANumberIgnored(String ttlMs, long wanted) {
        var missions = Missions.withVault();

        var answer = missions.grant(
                "{\"missionId\":\"m\",\"tables\":[\"t\"],\"recordIds\":[\"t:1\"],\"ttlMs\":" + ttlMs + "}");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(lifetime(answer.path("issuedAt"), answer.path("expiresAt"))).isEqualTo(wanted);
    }

    @Test
    void aThousandRecordsAreGranted() {
        var missions = Missions.withVault();
        var order = Missions.order("m-1");
        order.put("tables", List.of("notes"));
        order.put(
                "recordIds",
                IntStream.range(0, 1000)
                        .mapToObj(i -> "notes:" + new UUID(7, i))
                        .toList());

        missions.grant(order).then().statusCode(200).body("derivation.recordIds.size()", equalTo(1000));
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("", "bad-request"),
                Arguments.of("{", "bad-request"),
                Arguments.of("[]", "bad-request"),
                Arguments.of("{}", "bad-request"),
                Arguments.of(body("\"\"", "[\"t\"]", "[\"t:1\"]"), "bad-request"),
                Arguments.of(body("7", "[\"t\"]", "[\"t:1\"]"), "bad-request"),
                Arguments.of(body("\"m\"", "\"t\"", "[\"t:1\"]"), "bad-request"),
                Arguments.of(body("\"m\"", "[\"t\"]", "null"), "bad-request"),
                Arguments.of(body("\"m\"", "[7]", "[\"t:1\"]"), "bad-request"),
                Arguments.of(body("\"m\"", "[\"t\"]", "[\"t:1\",null]"), "bad-request"),
                Arguments.of(body("\"m\"", "[\"t\"]", "[[\"t:1\"]]"), "bad-request"),
                Arguments.of(
                        "{\"missionId\":\"m\","
                                + body("\"n\"", "[\"t\"]", "[\"t:1\"]").substring(1),
                        "bad-request"),
                Arguments.of(body("\"m\"", "[]", "[\"t:1\"]"), "bad-scope"),
                Arguments.of(body("\"m\"", "[\"t\"]", "[]"), "bad-scope"),
                Arguments.of(body("\"m\"", "[\"t\"]", "[\"t:a,t:b\"]"), "bad-scope"),
                Arguments.of(body("\"m\"", "[\"t:ids=\"]", "[\"t:ids=:1\"]"), "bad-scope"),
                Arguments.of(body("\"m\"", "[\"t\"]", "[\"u:1\"]"), "bad-scope"),
                Arguments.of(body("\"\\u0000\"", "[\"t\"]", "[\"t:1\"]"), "bad-scope"),
                Arguments.of(body("\"\\ud800\"", "[\"t\"]", "[\"t:1\"]"), "bad-scope"));
    }

    private static String body(String missionId, String tables, String recordIds) {
        return "{\"missionId\":" + missionId + ",\"tables\":" + tables + ",\"recordIds\":" + recordIds + "}";
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void aBadOrderIsRefusedOnTheRecord(String body, String context) {
        var missions = Missions.withVault();

        missions.grant(body)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_REQUEST"))
                .body("error", notNullValue());

        assertThat(missions.trail()).containsExactly("grant 400 " + context);
        assertThat(missions.ledger()).isEmpty();
    }

    @Test
    void moreThanAThousandRecordsAreRefused() {
        var missions = Missions.withVault();
        var order = Missions.order("m-1");
        order.put("recordIds", Collections.nCopies(1001, "notes:1"));

        missions.grant(order).then().statusCode(400).body("code", equalTo("BAD_REQUEST"));
    }

    @Test
    void aBodyOver256KibibytesIsRefused() {
        var missions = Missions.withVault();

        missions.grant("{\"x\":\"" + "x".repeat(256 * 1024) + "\"}")
                .then()
                .statusCode(413)
                .body("code", equalTo("PAYLOAD_TOO_LARGE"));
        missions.request()
                .contentType(ContentType.TEXT)
                .body("x")
                .post(Missions.PATH)
                .then()
                .statusCode(415);
        assertThat(missions.trail()).isEmpty();
    }

    @Test
    void withoutAVaultThereIsNothingToGrant() {
        var missions = Missions.ofNewUser();

        missions.grant(Missions.order("m-1")).then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));

        assertThat(missions.trail()).containsExactly("grant 404 not-initialised");
        assertThat(missions.ledger()).isEmpty();
    }

    @Test
    void inZeroKnowledgeModeThereIsNothingToGrant() {
        var missions = Missions.withVault();
        missions.enableZeroKnowledge();

        missions.grant(Missions.order("m-1")).then().statusCode(409).body("code", equalTo("ZK_ACTIVE"));

        assertThat(missions.trail()).containsExactly("grant 409 zk-active");
        assertThat(missions.ledger()).isEmpty();
    }

    @Test
    void switchingZeroKnowledgeOnTakesEveryGrantBack() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        missions.granted("m-2");

        missions.enableZeroKnowledge();

        assertThat(missions.live().<List<?>>path("grants")).isEmpty();
        assertThat(Missions.state(Map.of("grantId", grant.path("grantId")))).isEqualTo("revoked");
        assertThat(missions.trail()).last().isEqualTo("grant_revoke 200 zero-knowledge: 2");
    }

    @Test
    void aVaultThatDoesNotOpenGrantsNothing() {
        var missions = Missions.withVault();
        AdminDatabase.tamper(
                "UPDATE auth.encryption_vaults SET wrapped_mk = ? WHERE user_id = ?",
                Base64.getEncoder().encodeToString(new byte[48]),
                missions.userId());

        missions.grant(Missions.order("m-1")).then().statusCode(500);

        assertThat(missions.trail()).hasSize(2);
        assertThat(missions.trail().get(1)).startsWith("grant 500 unwrap-failed: nothing was released; corrects ");
        assertThat(missions.live().<List<?>>path("grants")).isEmpty();
    }

    @Test
    void ownersSeeTheirLiveGrants() {
        var missions = Missions.withVault();
        var other = Missions.withVault();
        other.granted("theirs");
        var first = missions.granted("m-1");
        var second = missions.granted("m-2");
        missions.granted("ended");
        AdminDatabase.execute(
                "UPDATE auth.mission_grants SET issued_at = now() - interval '8 days', expires_at = now() - interval '1 s'"
                        + " WHERE user_id = ? AND mission_id = 'ended'",
                missions.userId());

        missions.live()
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("grants.grantId", equalTo(List.of(second.path("grantId"), first.path("grantId"))))
                .body("grants[0].missionId", equalTo("m-2"))
                .body("grants[0].tables", equalTo(List.of("Tasks", "notes")))
                .body("grants[0].recordCount", equalTo(3))
                .body("grants[0].issuedAt", equalTo(second.path("issuedAt")))
                .body("grants[0].expiresAt", equalTo(second.path("expiresAt")))
                .body("grants[0].workerKeyFingerprint", equalTo(second.path("workerKeyFingerprint")));
        assertThat(missions.live().asString()).doesNotContain("wrappedKey");
    }

    @Test
    void revokingAMissionTakesAllItsGrantsBack() {
        var missions = Missions.withVault();
        missions.granted("m-1");
        missions.granted("m-1");
        var other = missions.granted("m-2");

        missions.revoke("m-1").then().statusCode(200).body("ok", equalTo(true)).body("revoked", equalTo(2));
        missions.revoke("m-1").then().statusCode(200).body("revoked", equalTo(0));

        assertThat(missions.live().<List<String>>path("grants.grantId")).containsExactly(other.<String>path("grantId"));
        assertThat(missions.trail())
                .endsWith(
                        "grant_revoke 200 {\"missionId\":\"m-1\",\"revoked\":2}",
                        "grant_revoke 200 {\"missionId\":\"m-1\",\"revoked\":0}");
    }

    @Test
    void nobodyRevokesAnothersMission() {
        var missions = Missions.withVault();
        missions.granted("m-1");
        var other = Missions.withVault();

        other.revoke("m-1").then().statusCode(404).body("code", equalTo("GRANT_NOT_FOUND"));

        assertThat(missions.live().<List<?>>path("grants")).hasSize(1);
        assertThat(other.trail()).containsExactly("grant_revoke 404 no-grant");
    }

    @ParameterizedTest
    @CsvSource({"a/b", "a b", "a?b#c", "ä😀", "100%", "a;b=c", "a+b", "a%2Fb"})
    void aMissionOfAnyNameCanBeRevoked(String missionId) {
        var missions = Missions.withVault();
        missions.granted(missionId);

        missions.revoke(missionId).then().statusCode(200).body("revoked", equalTo(1));
    }

    @Test
    void noRouteAnswersWithoutAToken() {
        for (var answer : List.of(
                io.restassured.RestAssured.given()
                        .contentType(ContentType.JSON)
                        .body("{}")
                        .post(Missions.PATH),
                io.restassured.RestAssured.get(Missions.PATH),
                io.restassured.RestAssured.delete(Missions.PATH + "/m"))) {
            answer.then()
                    .statusCode(401)
                    .body(equalTo("{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}"));
        }
    }

    /** Cut off, decoded twice or folded, another spelling would take back a grant that nobody named. */
    @ParameterizedTest
    @ValueSource(strings = {"a;b", "a;b=c", "a%3Bb", "a%2F", "a%00", "./a", "A", "a%20"})
    void anotherSpellingIsAnotherMission(String spelling) {
        var missions = Missions.withVault();
        missions.granted("a");

        missions.revokeAsSpelt(spelling).then().statusCode(404);

        assertThat(missions.ledger().get(0)).containsEntry("revoked_at", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a?x=1;y", "%61"})
    void aSpellingOfTheMissionIsTheMission(String spelling) {
        var missions = Missions.withVault();
        missions.granted("a");

        missions.revokeAsSpelt(spelling).then().statusCode(200).body("revoked", equalTo(1));
    }
}
