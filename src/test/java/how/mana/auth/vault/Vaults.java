package how.mana.auth.vault;

import static io.restassured.RestAssured.given;

import how.mana.auth.AdminDatabase;
import how.mana.auth.Users;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One user's vault as a client sees it, and as it is stored. */
final class Vaults {
    static final String PATH = "/api/v1/me/encryption-vault";

    /** Reproducible bytes: what is in them does not matter, only that they differ. */
    private static final Random BYTES = new Random(42);

    private final Users.User user;

    private Vaults(Users.User user) {
        this.user = user;
    }

    static Vaults ofNewUser() {
        return new Vaults(Users.create());
    }

    static Vaults initialised() {
        var vault = ofNewUser();
        vault.init().then().statusCode(200);
        return vault;
    }

    /** At its second key, asked for as {@code rotated}; the first is retained. */
    static Vaults rotated() {
        var vault = initialised();
        vault.rotate("rotated").then().statusCode(200);
        return vault;
    }

    static Vaults withRecoveryWrap() {
        var vault = initialised();
        vault.setRecovery(Recovery.random()).then().statusCode(200);
        return vault;
    }

    static Vaults zeroKnowledge() {
        var vault = withRecoveryWrap();
        vault.enableZeroKnowledge().then().statusCode(200);
        return vault;
    }

    String userId() {
        return user.id();
    }

    RequestSpecification request() {
        return given().header("Authorization", "Bearer " + user.token());
    }

    Response status() {
        return request().get(PATH + "/status");
    }

    Response init() {
        return request().post(PATH + "/init");
    }

    Response key() {
        return request().get(PATH + "/key");
    }

    /** The same for a plain client: what many calls are made with. */
    HttpRequest keyRequest() {
        return HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + PATH + "/key"))
                .header("Authorization", "Bearer " + user.token())
                .build();
    }

    Response rotate(String... idempotencyKeys) {
        return named(idempotencyKeys).post(PATH + "/rotate");
    }

    Response abort(String... idempotencyKeys) {
        return named(idempotencyKeys).post(PATH + "/rotate/abort");
    }

    Response commit() {
        return request().post(PATH + "/rotate/commit");
    }

    Response key(Object generation) {
        return request().queryParam("generation", generation).get(PATH + "/key");
    }

    private RequestSpecification named(String... idempotencyKeys) {
        var request = request();
        for (var key : idempotencyKeys) {
            request = request.header("Idempotency-Key", key);
        }
        return request;
    }

    Response setRecovery(Recovery wrap) {
        return post("/recovery-wrap", Map.of("recoveryWrappedMk", wrap.wrapped(), "recoveryIv", wrap.iv()));
    }

    Response clearRecovery() {
        return request().delete(PATH + "/recovery-wrap");
    }

    Response enableZeroKnowledge() {
        return post("/zero-knowledge", Map.of("enable", true));
    }

    Response disableZeroKnowledge(String masterKey) {
        return post("/zero-knowledge", Map.of("enable", false, "masterKey", masterKey));
    }

    Response post(String route, Object body) {
        return request().contentType(ContentType.JSON).body(body).post(PATH + route);
    }

    String masterKey() {
        return key().then().statusCode(200).extract().path("masterKey");
    }

    /** The row as it is stored, or an empty map. */
    Map<String, Object> row() {
        return AdminDatabase.rows("SELECT * FROM auth.encryption_vaults WHERE user_id = ?", user.id()).stream()
                .findFirst()
                .orElse(Map.of());
    }

    /** The superseded keys that are kept, newest first. */
    List<Map<String, Object>> retained() {
        return AdminDatabase.rows(
                "SELECT * FROM auth.retained_keys WHERE user_id = ? ORDER BY key_generation DESC", user.id());
    }

    /** As if the retention of everything kept so far had ended this moment. */
    void expireRetained() {
        AdminDatabase.execute(
                "UPDATE auth.retained_keys SET superseded_at = superseded_at - interval '7 days', expires_at = now()"
                        + " WHERE user_id = ?",
                user.id());
    }

    /** The trail as {@code action status context}, oldest first. */
    List<String> trail() {
        return AdminDatabase.rows(
                        "SELECT action, status, context FROM auth.encryption_vault_audit WHERE user_id = ?"
                                + " ORDER BY created_at",
                        user.id())
                .stream()
                .map(row -> row.get("action") + " " + row.get("status") + " " + row.get("context"))
                .toList();
    }

    static String base64(int length) {
        var bytes = new byte[length];
        BYTES.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A well-formed recovery wrap. */
    record Recovery(String wrapped, String iv) {
        static Recovery random() {
            return new Recovery(base64(48), base64(12));
        }
    }
}
