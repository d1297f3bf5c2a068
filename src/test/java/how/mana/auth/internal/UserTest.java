package how.mana.auth.internal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.AtOnce;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestIssuer;
import how.mana.auth.TestWorker;
import how.mana.auth.Users;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users made because a service of ours says so. Tokens make none here: AUTH_PROVISION_USERS is not set. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class UserTest {
    private static final String USERS = "/api/v1/internal/users/";
    private static final String BAD_REQUEST = "{\"statusCode\":400,\"message\":\"Invalid request\"}";
    private static final String UNAVAILABLE = "{\"statusCode\":503,\"message\":\"Service temporarily unavailable\","
            + "\"details\":{\"code\":\"SERVICE_UNAVAILABLE\"}}";

    private final String id = "u-" + UUID.randomUUID();

    private String email() {
        return id + "@example.com";
    }

    private Map<String, Object> body() {
        return new HashMap<>(Map.of("email", email()));
    }

    private static Response put(String spelling, Object body) {
        return given().header("X-Service-Key", TestWorker.SERVICE_KEY)
                .urlEncodingEnabled(false)
                .contentType(ContentType.JSON)
                .body(body)
                .put(USERS + spelling);
    }

    private static Response vault(String user) {
        return given().header("Authorization", "Bearer " + TestIssuer.instance().tokenFor(user))
                .post("/api/v1/me/encryption-vault/init");
    }

    @Test
    void aUserIsMadeOnceAndTheirVaultWorks() {
        vault(id).then().statusCode(401);

        put(id, body()).then().statusCode(201).contentType("application/json").body(equalTo(made(true)));
        put(id, body()).then().statusCode(200).body(equalTo(made(false)));

        vault(id).then().statusCode(200);
    }

    private String made(boolean created) {
        return "{\"id\":\"" + id + "\",\"created\":" + created + "}";
    }

    @Test
    void theRowSaysWhatTheBodySaysAndNoMore() {
        put(id, """
                {"email":"%s","name":" Ann ","emailVerified":true,"role":"admin","tier":"founder","accessTier":"founder"}
                """.formatted(email().toUpperCase(Locale.ROOT))).then().statusCode(201);

        assertThat(Users.rows(id)).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("email", email())
                .containsEntry("name", "Ann")
                .containsEntry("email_verified", true)
                .containsEntry("role", "user")
                .containsEntry("access_tier", "public")
                .containsEntry("kind", "human"));
    }

    @Test
    void whatIsLeftOutIsTheLeast() {
        put(id, "{\"email\":\"" + email() + "\",\"name\":null,\"emailVerified\":null}")
                .then()
                .statusCode(201);

        assertThat(Users.rows(id))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("name", id).containsEntry("email_verified", false));
    }

    @Test
    void aUserWhoIsThereStaysAsTheyAre() {
        var known = Users.create();
        var before = Users.rows(known.id());

        put(known.id(), Map.of("email", email(), "name", "Else", "emailVerified", true))
                .then()
                .statusCode(200);

        assertThat(Users.rows(known.id())).isEqualTo(before);
    }

    @Test
    void theEmailOfAnotherIsAConflictAndLinksNobody() {
        var other = Users.create();
        var before = Users.rows(other.id());

        put(id, Map.of("email", other.id().toUpperCase(Locale.ROOT) + "@test.local", "emailVerified", true))
                .then()
                .statusCode(409)
                .body(equalTo("{\"statusCode\":409,\"message\":\"Email already registered\","
                        + "\"details\":{\"code\":\"EMAIL_ALREADY_REGISTERED\"}}"));

        assertThat(Users.rows(id)).isEmpty();
        assertThat(Users.rows(other.id())).isEqualTo(before);
    }

    @Test
    void anOperatorMayMakeAUserAgainWhoWasErased() {
        put(id, body()).then().statusCode(201);
        Users.erase(id);

        put(id, body()).then().statusCode(201);

        vault(id).then().statusCode(200);
    }

    @Test
    void thirtyCallsAtOnceMakeOneUser() throws Exception {
        var answers = Users.whileMadeSlowly(id, () -> AtOnce.times(30, i -> put(id, body())));

        assertThat(answers).extracting(Response::statusCode).containsOnly(200, 201);
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
        assertThat(Users.rows(id)).hasSize(1);
    }

    @Test
    void ofThirtyUsersWithOneEmailOneGetsIt() throws Exception {
        var answers = AtOnce.times(30, i -> put(id + i, body()));

        assertThat(answers).extracting(Response::statusCode).containsOnly(201, 409);
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"email\":null}",
                "{\"email\":7}",
                "{\"email\":\"\"}",
                "{\"email\":\"nobody\"}",
                "{\"email\":\"a b@example.com\"}",
                "{\"email\":\"a@example.com,b@example.com\"}",
                "{\"email\":\"a@example.com\\r\\nBcc: b@example.com\"}",
                "{\"email\":\"a\\u0000@example.com\"}",
                "{\"email\":\"a@users.invalid\"}",
                "{\"email\":\"a@example.com\",\"email\":\"b@example.com\"}",
                "{\"email\":\"a@example.com\",\"name\":7}",
                "{\"email\":\"a@example.com\",\"name\":\" \"}",
                "{\"email\":\"a@example.com\",\"name\":\"a\\u0000\"}",
                "{\"email\":\"a@example.com\",\"emailVerified\":\"true\"}"
            })
    void aBodyOfAnotherShapeIsRefused(String body) {
        put(id, body).then().statusCode(400).body(equalTo(BAD_REQUEST));

        assertThat(Users.rows(id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%00b", "%ED%A0%80%00"})
    void anIdThatCannotBeOneIsRefused(String spelling) {
        put(spelling, body()).then().statusCode(400).body(equalTo(BAD_REQUEST));
    }

    @Test
    void anIdThatIsTooLongIsRefused() {
        put("x".repeat(256), body()).then().statusCode(400).body(equalTo(BAD_REQUEST));
    }

    @Test
    void anIdMayHoldWhatAPathMustSpellOtherwise() {
        var spelling = "auth0%7C" + id + "%2F%20%2B%C3%A9";

        put(spelling, body()).then().statusCode(201);

        assertThat(Users.rows("auth0|" + id + "/ +é")).hasSize(1);
    }

    @Test
    void whatFollowsTheIdIsAnotherRoute() {
        put(id + "/memberships", body()).then().statusCode(404);
    }

    @Test
    void withoutTheServiceKeyNothingIsMade() {
        for (var key : new String[] {null, "", "x", "a service key of a good lengtH"}) {
            var request = given().contentType(ContentType.JSON).body(body());
            (key == null ? request : request.header("X-Service-Key", key))
                    .put(USERS + id)
                    .then()
                    .statusCode(401)
                    .body(equalTo("{\"statusCode\":401,\"message\":\"Invalid or missing service key\"}"));
        }
        given().header("Authorization", "Bearer " + Users.create().token())
                .contentType(ContentType.JSON)
                .body(body())
                .put(USERS + id)
                .then()
                .statusCode(401);

        assertThat(Users.rows(id)).isEmpty();
    }

    @Test
    void aBodyThatIsTooLongIsNotRead() {
        put(id, Map.of("email", email(), "name", "x".repeat(64 * 1024)))
                .then()
                .statusCode(413)
                .body("details.code", equalTo("PAYLOAD_TOO_LARGE"));
    }

    @Test
    void anotherTypeThanJsonIsNotRead() {
        given().header("X-Service-Key", TestWorker.SERVICE_KEY)
                .contentType(ContentType.TEXT)
                .body("{\"email\":\"" + email() + "\"}")
                .put(USERS + id)
                .then()
                .statusCode(415)
                .body("details.code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void aFaultOfTheDatabaseIsOurs() {
        AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN email_verified TO mislaid");
        try {
            put(id, body()).then().statusCode(503).body(equalTo(UNAVAILABLE));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN mislaid TO email_verified");
        }
        put(id, body()).then().statusCode(201);
    }

    @Test
    void whatWaitedTooLongIsNotMadeLater() throws SQLException {
        try (var admin = AdminDatabase.connect();
                var lock = admin.createStatement()) {
            admin.setAutoCommit(false);
            lock.execute("LOCK TABLE auth.users IN SHARE ROW EXCLUSIVE MODE");
            put(id, body()).then().statusCode(503).body(equalTo(UNAVAILABLE));
            admin.rollback();
        }

        assertThat(Users.rows(id)).isEmpty();
    }
}
