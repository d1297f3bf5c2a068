package how.mana.auth.grant;

import static io.restassured.RestAssured.given;

import how.mana.auth.AdminDatabase;
import how.mana.auth.TestWorker;
import how.mana.auth.Users;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One user's mission grants as clients and the worker see them, and as they are stored. */
final class Missions {
    static final String PATH = "/api/v1/me/ai-mission-grant";
    static final String CHECK = "/api/v1/internal/mission-grants/check";
    private static final String VAULT = "/api/v1/me/encryption-vault";

    private final Users.User user;

    private Missions(Users.User user) {
        this.user = user;
    }

    static Missions ofNewUser() {
        return new Missions(Users.create());
    }

    static Missions withVault() {
        var missions = ofNewUser();
        missions.request().post(VAULT + "/init").then().statusCode(200);
        return missions;
    }

    String userId() {
        return user.id();
    }

    RequestSpecification request() {
        return given().header("Authorization", "Bearer " + user.token());
    }

    String masterKey() {
        return request().get(VAULT + "/key").then().statusCode(200).extract().path("masterKey");
    }

    void enableZeroKnowledge() {
        var wrap = Base64.getEncoder().encodeToString(new byte[48]);
        var nonce = Base64.getEncoder().encodeToString(new byte[12]);
        post(VAULT + "/recovery-wrap", Map.of("recoveryWrappedMk", wrap, "recoveryIv", nonce))
                .then()
                .statusCode(200);
        post(VAULT + "/zero-knowledge", Map.of("enable", true)).then().statusCode(200);
    }

    static Map<String, Object> order(String missionId) {
        return new HashMap<>(Map.of(
                "missionId", missionId,
                "tables", List.of("notes", "Tasks"),
                "recordIds", List.of("notes:2", "notes:10", "Tasks:1")));
    }

    Response grant(Object body) {
        return post(PATH, body);
    }

    Response granted(String missionId) {
        return grant(order(missionId)).then().statusCode(200).extract().response();
    }

    Response live() {
        return request().get(PATH);
    }

    Response revoke(String missionId) {
        return request().delete(PATH + "/{mission}", missionId);
    }

    /** @param spelling of the mission's id in the path, sent as it stands */
    Response revokeAsSpelt(String spelling) {
        return request().urlEncodingEnabled(false).delete(PATH + "/" + spelling);
    }

    private Response post(String path, Object body) {
        return request().contentType(ContentType.JSON).body(body).post(path);
    }

    /** What the ledger says to the worker. */
    static String state(Map<String, ?> grant) {
        return check(TestWorker.SERVICE_KEY, grant)
                .then()
                .statusCode(200)
                .extract()
                .path("status");
    }

    static Response check(@Nullable String serviceKey, Object body) {
        var request = given().contentType(ContentType.JSON).body(body);
        return (serviceKey == null ? request : request.header("X-Service-Key", serviceKey)).post(CHECK);
    }

    List<Map<String, Object>> ledger() {
        return AdminDatabase.rows("SELECT * FROM auth.mission_grants WHERE user_id = ? ORDER BY issued_at", user.id());
    }

    /** The trail as {@code action status context}, oldest first, without what other tests are about. */
    List<String> trail() {
        return AdminDatabase.rows(
                        "SELECT action, status, context FROM auth.encryption_vault_audit"
                                + " WHERE user_id = ? AND action IN ('grant', 'grant_revoke') ORDER BY created_at",
                        user.id())
                .stream()
                .map(row -> row.get("action") + " " + row.get("status") + " " + row.get("context"))
                .toList();
    }
}
