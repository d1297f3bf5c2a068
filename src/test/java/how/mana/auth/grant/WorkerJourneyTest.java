package how.mana.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestWorker;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.grant.worker.FieldOpener;
import how.mana.auth.grant.worker.FieldResult;
import how.mana.auth.grant.worker.GrantUnwrapper;
import how.mana.auth.grant.worker.HttpGrantLedger;
import how.mana.auth.grant.worker.JdbcDecryptAudit;
import how.mana.auth.grant.worker.MissionKey;
import how.mana.auth.grant.worker.OpenMission;
import how.mana.auth.grant.worker.RecordRef;
import how.mana.auth.grant.worker.UnwrapResult;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole way: granted over HTTP, opened by the worker's library, read back by the owner. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class WorkerJourneyTest {
    private static final JsonNode SECRET = JsonNodeFactory.instance.objectNode().put("title", "nobody's business");
    private static final RecordRef NOTE = new RecordRef("notes", "2");
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void aGrantedRecordIsReadOnTheRecord() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        var sealed = sealedForTheMission(missions);

        try (var mission = opened(missions, grant)) {
            assertThat(read(mission, NOTE, sealed)).isEqualTo(new FieldResult.Opened(SECRET));
        }

        assertThat(rowsOf(missions)).containsExactly("m-1 run-7 notes 2 ok null");
        // No worker is here: what the row says is what the owner sees.
        missions.request()
                .get("/api/v1/me/ai-audit")
                .then()
                .statusCode(200)
                .body("rows.missionId", org.hamcrest.Matchers.equalTo(List.of("m-1")));
    }

    @Test
    void aRecordOutsideTheGrantIsNotRead() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");

        try (var mission = opened(missions, grant)) {
            assertThat(read(mission, new RecordRef("notes", "3"), sealedForTheMission(missions)))
                    .isEqualTo(new FieldResult.Refused(FieldResult.Reason.RECORD_NOT_IN_GRANT_ALLOWLIST));
        }

        assertThat(rowsOf(missions)).containsExactly("m-1 run-7 notes 3 scope-violation record-not-in-grant-allowlist");
    }

    /** What today's web client leaves behind: the record under the master key, which no mission key opens. */
    @Test
    void aRecordUnderTheMasterKeyIsNotRead() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");

        try (var mission = opened(missions, grant);
                var masterKey = MissionKey.takeOwnershipOf(Base64.getDecoder().decode(missions.masterKey()))) {
            assertThat(read(mission, NOTE, masterKey.seal(SECRET, RANDOM)))
                    .isEqualTo(new FieldResult.Refused(FieldResult.Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY));
        }

        assertThat(rowsOf(missions)).containsExactly("m-1 run-7 notes 2 failed ciphertext-tampered-or-wrong-key");
    }

    @Test
    void aRevokedGrantIsNotOpened() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        missions.revoke("m-1").then().statusCode(200);

        assertRefused(missions, worker(), grant, UnwrapResult.Reason.REVOKED);
    }

    /** Whoever changes the end date in the grant's JSON changes nothing in the ledger. */
    @Test
    void anExpiredGrantIsNotOpenedWhateverItsJsonSays() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        AdminDatabase.execute(
                "UPDATE auth.mission_grants SET expires_at = issued_at + interval '1 us' WHERE id = ?",
                grant.<String>path("grantId"));

        assertRefused(missions, worker(), grant, UnwrapResult.Reason.EXPIRED);
    }

    @Test
    void aGrantThatSaysItIsExpiredIsNotOpened() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        var later = Clock.fixed(Instant.parse(grant.<String>path("expiresAt")).plusMillis(1), ZoneOffset.UTC);
        var worker = new GrantUnwrapper(Optional.of(TestWorker.privatePem()), later, ledger());

        assertRefused(missions, worker, grant, UnwrapResult.Reason.EXPIRED);
    }

    @Test
    void aGrantOfAnotherUsersIsNotOpened() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");

        assertRefused(Missions.withVault(), worker(), grant, UnwrapResult.Reason.MALFORMED);
    }

    /** Whoever stores the grant cannot let the worker read more: the ledger knows the scope. */
    @Test
    void aGrantWhoseListWasChangedIsNotOpened() {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1").asString().replace("notes:10", "notes:11");

        assertThat(worker().unwrap(grant, missions.userId()))
                .isEqualTo(new UnwrapResult.Refused(UnwrapResult.Reason.MALFORMED));
    }

    @Test
    void anotherWorkerDoesNotOpenIt() throws NoSuchAlgorithmException {
        var missions = Missions.withVault();
        var grant = missions.granted("m-1");
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var other = Base64.getEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        var worker = new GrantUnwrapper(Optional.of(TestWorker.pem("PRIVATE KEY", other)), Clock.systemUTC(), ledger());

        assertRefused(missions, worker, grant, UnwrapResult.Reason.WRAP_REJECTED);
    }

    /** The client's step: the record, once more, under the key that it derives as the service did. */
    private static JsonNode sealedForTheMission(Missions missions) {
        var scope = MissionScope.of("m-1", List.of("notes", "Tasks"), List.of("notes:2", "notes:10", "Tasks:1"));
        try (var masterKey = KeyMaterial.takeOwnershipOf(Base64.getDecoder().decode(missions.masterKey()));
                var derived = scope.keyFrom(masterKey);
                var missionKey = MissionKey.takeOwnershipOf(derived.copy())) {
            return missionKey.seal(SECRET, RANDOM);
        }
    }

    /** The grant is refused, and what was to be read leaves its row all the same. */
    private static void assertRefused(
            Missions missions, GrantUnwrapper worker, Response grant, UnwrapResult.Reason reason) {
        assertThat(worker.unwrap(grant.asString(), missions.userId())).isEqualTo(new UnwrapResult.Refused(reason));

        var audit = new JdbcDecryptAudit(AdminDatabase.syncAsApp());
        var opener = FieldOpener.refusing(reason, missions.userId(), "m-1", Optional.of("run-7"), audit);
        var result = (FieldResult.Refused) opener.open(NOTE, sealedForTheMission(missions));
        assertThat(result.reason().word()).isEqualTo(reason.word());
        assertThat(rowsOf(missions)).containsExactly("m-1 run-7 notes 2 failed " + reason.word());
    }

    private static GrantUnwrapper worker() {
        return new GrantUnwrapper(Optional.of(TestWorker.privatePem()), Clock.systemUTC(), ledger());
    }

    private static UnwrapResult unwrap(Missions missions, Response grant) {
        return worker().unwrap(grant.asString(), missions.userId());
    }

    private static OpenMission opened(Missions missions, Response grant) {
        return ((UnwrapResult.Opened) unwrap(missions, grant)).mission();
    }

    private static HttpGrantLedger ledger() {
        return new HttpGrantLedger(
                URI.create(RestAssured.baseURI + ":" + RestAssured.port),
                TestWorker.SERVICE_KEY,
                Duration.ofSeconds(10));
    }

    private static FieldResult read(OpenMission mission, RecordRef record, JsonNode value) {
        return FieldOpener.of(mission, Optional.of("run-7"), new JdbcDecryptAudit(AdminDatabase.syncAsApp()))
                .open(record, value);
    }

    private static List<String> rowsOf(Missions missions) {
        return AdminDatabase.rowsInSync(
                        "SELECT * FROM mana_ai.decrypt_audit WHERE user_id = ? ORDER BY id", missions.userId())
                .stream()
                .map(WorkerJourneyTest::line)
                .toList();
    }

    private static String line(Map<String, Object> row) {
        return "%s %s %s %s %s %s"
                .formatted(
                        row.get("mission_id"),
                        row.get("iteration_id"),
                        row.get("table_name"),
                        row.get("record_id"),
                        row.get("status"),
                        row.get("reason"));
    }
}
