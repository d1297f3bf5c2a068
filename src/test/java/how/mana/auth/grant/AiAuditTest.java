package how.mana.auth.grant;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestIssuer;
import how.mana.auth.Users;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What AI workers decrypted, read by the user whose data it was. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class AiAuditTest {
    private static final String PATH = "/api/v1/me/ai-audit";
    private static final String NOT_A_LIMIT =
            "{\"error\":\"Wanted: limit, a whole number from 1 to 1000\",\"code\":\"BAD_REQUEST\"}";

    private final Users.User user = Users.create();

    @Test
    void withoutARowTheAnswerIsAnEmptyList() {
        read(user.token()).then().statusCode(200).body(equalTo("{\"rows\":[],\"count\":0}"));
    }

    @Test
    void everyMemberIsThereAndWhatIsUnknownIsNull() {
        var id = record(user.id(), "r1", "ok", null, "2026-01-02T03:04:05.6789Z");

        read(user.token())
                .then()
                .statusCode(200)
                .header("Content-Type", equalTo("application/json"))
                .header("Cache-Control", equalTo("no-store"))
                .body(equalTo("{\"rows\":[{\"id\":\"" + id
                        + "\",\"missionId\":\"m1\",\"iterationId\":null,\"tableName\":\"notes\",\"recordId\":\"r1\","
                        + "\"status\":\"ok\",\"reason\":null,\"ts\":\"2026-01-02T03:04:05.678Z\"}],\"count\":1}"));
    }

    @Test
    void aFailureSaysWhy() {
        record(user.id(), "r1", "scope-violation", "record-not-in-grant-allowlist", "2026-01-02T03:04:05Z");

        read(user.token())
                .then()
                .body("rows[0].status", equalTo("scope-violation"))
                .body("rows[0].reason", equalTo("record-not-in-grant-allowlist"));
    }

    @Test
    void theNewestComesFirstAndOfOneMomentTheLastWritten() {
        record(user.id(), "second", "ok", null, "2026-01-02T03:04:05Z");
        record(user.id(), "third", "ok", null, "2026-01-02T03:04:05Z");
        record(user.id(), "oldest", "ok", null, "2026-01-01T00:00:00Z");
        record(user.id(), "newest", "ok", null, "2026-01-03T00:00:00Z");

        read(user.token()).then().body("rows.recordId", contains("newest", "third", "second", "oldest"));
        read(user.token(), "2")
                .then()
                .body("rows.recordId", contains("newest", "third"))
                .body("count", equalTo(2));
    }

    @Test
    void oneMissionCanBeAskedFor() {
        record(user.id(), "mine", "ok", null, "2026-01-02T03:04:05Z");
        AdminDatabase.executeInSync(
                "INSERT INTO mana_ai.decrypt_audit (user_id, mission_id, table_name, record_id, status)"
                        + " VALUES (?, 'm2', 'notes', 'of the other', 'ok')",
                user.id());

        ofMission("m1").then().body("rows.recordId", contains("mine"));
        ofMission("m2").then().body("rows.recordId", contains("of the other"));
        ofMission("m3").then().statusCode(200).body("count", equalTo(0));
        ofMission("").then().body("count", equalTo(2));
        ofMission("\0").then().statusCode(400).body("code", equalTo("BAD_REQUEST"));
    }

    private Response ofMission(String missionId) {
        return given().header("Authorization", "Bearer " + user.token())
                .queryParam("missionId", missionId)
                .get(PATH);
    }

    @Test
    void nobodyReadsAnothersRows() {
        var other = Users.create();
        record(user.id(), "mine", "ok", null, "2026-01-02T03:04:05Z");
        record(other.id(), "theirs", "ok", null, "2026-01-02T03:04:05Z");

        read(user.token()).then().body("rows.recordId", contains("mine"));
        read(other.token()).then().body("rows.recordId", contains("theirs"));
    }

    @Test
    void withoutALimitThereAreTwoHundred() {
        AdminDatabase.executeInSync(
                "INSERT INTO mana_ai.decrypt_audit (user_id, mission_id, table_name, record_id, status)"
                        + " SELECT ?, 'm1', 'notes', n, 'ok' FROM generate_series(1, 1001) n",
                user.id());

        read(user.token()).then().body("rows", hasSize(200)).body("count", equalTo(200));
        read(user.token(), "1").then().body("rows", hasSize(1));
        read(user.token(), "1000").then().body("rows", hasSize(1000)).body("count", equalTo(1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "1.5", "1e2", "all", " ", "99999999999999999999", "+5", "\u0665"})
    void whatIsNoLimitIsRefused(String limit) {
        read(user.token(), limit)
                .then()
                .statusCode(400)
                .header("Content-Type", equalTo("application/json"))
                .body(equalTo(NOT_A_LIMIT));
    }

    @Test
    void withoutATokenNobodyIsAnswered() {
        given().get(PATH)
                .then()
                .statusCode(401)
                .body(equalTo("{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}"));
    }

    @Test
    void aUserWhoIsGoneReadsNothingAlthoughTheTokenIsStillGood() {
        record("nobody-at-all", "r1", "ok", null, "2026-01-02T03:04:05Z");
        record(user.id(), "r1", "ok", null, "2026-01-02T03:04:05Z");
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", user.id());

        for (var token : new String[] {TestIssuer.instance().tokenFor("nobody-at-all"), user.token()}) {
            read(token)
                    .then()
                    .statusCode(401)
                    .body(equalTo("{\"statusCode\":401,\"message\":\"Invalid or expired token\"}"));
        }
    }

    @Test
    void aSyncDatabaseThatIsAwayIsOurFault() {
        var database = AdminDatabase.rowsInSync("SELECT current_database() AS name")
                .get(0)
                .get("name");
        AdminDatabase.execute("ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS false");
        AdminDatabase.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", database);
        try {
            read(user.token())
                    .then()
                    .statusCode(503)
                    .body(equalTo("{\"error\":\"Service temporarily unavailable\",\"code\":\"SERVICE_UNAVAILABLE\"}"));
        } finally {
            AdminDatabase.execute("ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS true");
        }

        read(user.token()).then().statusCode(200);
    }

    private static Response read(String token) {
        return given().header("Authorization", "Bearer " + token).get(PATH);
    }

    private static Response read(String token, String limit) {
        return given().header("Authorization", "Bearer " + token)
                .queryParam("limit", limit)
                .get(PATH);
    }

    private static String record(String owner, String recordId, String status, @Nullable String reason, String moment) {
        var written = AdminDatabase.rowsInSync(
                "INSERT INTO mana_ai.decrypt_audit (user_id, mission_id, table_name, record_id, status, reason, ts)"
                        + " VALUES (?, 'm1', 'notes', ?, ?, ?, ?::timestamptz) RETURNING id",
                owner,
                recordId,
                status,
                reason,
                moment);
        return String.valueOf(written.get(0).get("id"));
    }
}
