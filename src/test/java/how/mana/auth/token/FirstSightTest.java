package how.mana.auth.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.AtOnce;
import how.mana.auth.TestIssuer;
import how.mana.auth.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user whom an external issuer's token names and nobody here knows ({@code AUTH_PROVISION_USERS}). */
@QuarkusTest
@TestProfile(Provisioning.class)
class FirstSightTest {
    private static final String VAULT = "/api/v1/me/encryption-vault";
    private static final String BAD_TOKEN = "{\"statusCode\":401,\"message\":\"Invalid or expired token\"}";

    private final String user = "sub|" + UUID.randomUUID();

    private String email() {
        return user.substring(4) + "@example.com";
    }

    private static String token(String user, String more) {
        return TestIssuer.instance().tokenFor(user, Instant.now(), more);
    }

    private static RequestSpecification bearing(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private static Response init(String token) {
        return bearing(token).post(VAULT + "/init");
    }

    @Test
    void theVaultOfAUserWhomNobodyKnewWorksFromTheFirstRequestOn() {
        var token = token(user, "");

        var key = init(token).then().statusCode(200).extract().<String>path("masterKey");

        bearing(token).get(VAULT + "/key").then().statusCode(200).body("masterKey", equalTo(key));
        bearing(token(user, ""))
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "recoveryWrappedMk", Base64.getEncoder().encodeToString(new byte[48]),
                        "recoveryIv", Base64.getEncoder().encodeToString(new byte[12])))
                .post(VAULT + "/recovery-wrap")
                .then()
                .statusCode(200);
        bearing(token).get(VAULT + "/status").then().body("hasRecoveryWrap", equalTo(true));
        bearing(token).post(VAULT + "/rotate").then().statusCode(200).body("keyGeneration", equalTo(2));
    }

    @Test
    void theFirstRequestMayBeAReadOfAVaultThatIsNotThereYet() {
        bearing(token(user, ""))
                .get(VAULT + "/key")
                .then()
                .statusCode(404)
                .body("code", equalTo("VAULT_NOT_INITIALISED"));
    }

    @Test
    void theRowSaysWhatTheTokenSaysOfEmailAndNameAndNothingOfRoleAndTier() {
        var claims = ",\"email\":\"%s\",\"name\":\" Ann Example \",\"email_verified\":true,\"role\":\"admin\","
                + "\"tier\":\"founder\",\"access_tier\":\"founder\",\"kind\":\"system\"";

        init(token(user, claims.formatted(email().toUpperCase(java.util.Locale.ROOT))))
                .then()
                .statusCode(200);

        assertThat(Users.rows(user)).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("email", email())
                .containsEntry("name", "Ann Example")
                .containsEntry("email_verified", true)
                .containsEntry("role", "user")
                .containsEntry("access_tier", "public")
                .containsEntry("kind", "human")
                .containsEntry("deleted_at", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                ",\"email_verified\":false",
                ",\"email_verified\":\"true\"",
                ",\"email_verified\":1",
                ",\"email_verified\":null"
            })
    void onlyTheWordTrueVerifiesAnEmail(String claim) {
        init(token(user, ",\"email\":\"" + email() + "\"" + claim)).then().statusCode(200);

        assertThat(Users.rows(user)).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("email_verified", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                ",\"name\":\"\"",
                ",\"name\":\"  \"",
                ",\"name\":7",
                ",\"name\":null",
                ",\"name\":\"a\\u0000b\""
            })
    void withoutANameTheLocalPartOfTheEmailIsOne(String claim) {
        init(token(user, ",\"email\":\"" + email() + "\"" + claim)).then().statusCode(200);

        assertThat(Users.rows(user)).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("name", user.substring(4)));
    }

    /** Nobody could ever prove to own such an address, and a mail to it goes nowhere. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                ",\"email\":\"\"",
                ",\"email\":null",
                ",\"email\":\"no address\"",
                ",\"email\":\"a@b@c\"",
                ",\"email\":\"a@example.com\\r\\nBcc: b@example.com\"",
                ",\"email\":\"a@example.com,b@example.com\"",
                ",\"email\":\"somebody@users.invalid\""
            })
    void withoutAnAddressTheUserGetsOneThatIsNobodys(String claim) {
        init(token(user, claim + ",\"email_verified\":true")).then().statusCode(200);

        assertThat(Users.rows(user)).singleElement().satisfies(row -> {
            assertThat(row).containsEntry("email_verified", false).containsEntry("name", user);
            assertThat((String) row.get("email")).matches("[0-9a-f]{32}@users\\.invalid");
        });
    }

    @Test
    void whoHasTheEmailOfAnotherIsNobodyAndIsLinkedToNobody() {
        var other = Users.create();
        var before = Users.rows(other.id());
        var claims = ",\"email\":\"%s@TEST.local\",\"email_verified\":true,\"name\":\"x\""
                .formatted(other.id().toUpperCase(java.util.Locale.ROOT));
        init(other.token()).then().statusCode(200);

        for (var again = 0; again < 2; again++) {
            init(token(user, claims))
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", "Bearer")
                    .body(equalTo(BAD_TOKEN));
        }

        assertThat(Users.rows(user)).isEmpty();
        assertThat(Users.rows(other.id())).isEqualTo(before);
        assertThat(AdminDatabase.rows("SELECT user_id FROM auth.accounts WHERE user_id IN (?, ?)", user, other.id()))
                .isEmpty();
    }

    @Test
    void aRefusalEndsAsSoonAsAnOperatorMendsIt() {
        var other = Users.create();
        var token = token(user, ",\"email\":\"" + other.id() + "@test.local\"");
        init(token).then().statusCode(401);

        AdminDatabase.execute("UPDATE auth.users SET email = ? WHERE id = ?", email(), other.id());

        init(token).then().statusCode(200);
    }

    @Test
    void aUserWhoIsThereStaysAsTheyAre() {
        var known = Users.create();
        var before = Users.rows(known.id());

        init(token(known.id(), ",\"email\":\"" + email() + "\",\"name\":\"Else\",\"email_verified\":true"))
                .then()
                .statusCode(200);

        assertThat(Users.rows(known.id())).isEqualTo(before);
    }

    @Test
    void aClosedAccountStaysClosed() {
        var known = Users.create();
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", known.id());

        init(token(known.id(), "")).then().statusCode(401).body(equalTo(BAD_TOKEN));

        assertThat(Users.rows(known.id()).get(0).get("deleted_at")).isNotNull();
    }

    @Test
    void aTokenThatDoesNotHoldMakesNobody() {
        var expired = TestIssuer.instance().tokenFor(user, Instant.now());
        var strangers = new Forge()
                .sign(
                        Forge.header().put("kid", "test-key-1"),
                        Forge.claims().put("sub", user).put("iss", TestIssuer.ISSUER));

        init(expired).then().statusCode(401);
        init(strangers).then().statusCode(401);

        assertThat(Users.rows(user)).isEmpty();
    }

    @Test
    void anErasedUserIsNotBroughtBackByATokenOfBefore() {
        var seen = token(user, "");
        init(seen).then().statusCode(200);
        Users.erase(user);

        for (var before : new String[] {
            seen,
            TestIssuer.instance().tokenFor(user, Instant.now().minusSeconds(600), ""),
            TestIssuer.instance().undatedTokenFor(user)
        }) {
            init(before).then().statusCode(401).body(equalTo(BAD_TOKEN));
        }

        assertThat(Users.rows(user)).isEmpty();
    }

    @Test
    void anErasedUserWhoComesWithATokenOfAfterwardsBeginsAnewAtOnce() {
        var key = init(token(user, "")).<String>path("masterKey");
        Users.erase(user);

        var later = TestIssuer.instance().tokenFor(user, Instant.now().plusSeconds(2), "");
        var anew = init(later).then().statusCode(200).extract().<String>path("masterKey");

        assertThat(anew).isNotEqualTo(key);
        assertThat(Users.rows(user)).hasSize(1);
    }

    @Test
    void thirtyFirstRequestsAtOnceMakeOneUser() throws Exception {
        var now = Instant.now();

        var answers = Users.whileMadeSlowly(
                user,
                () -> AtOnce.times(
                        30,
                        i -> init(TestIssuer.instance()
                                .tokenFor(user, now.minusSeconds(i % 3), ",\"email\":\"" + email() + "\""))));

        assertThat(answers).extracting(Response::statusCode).containsOnly(200);
        assertThat(answers)
                .extracting(answer -> answer.<String>path("masterKey"))
                .containsOnly(answers.get(0).<String>path("masterKey"));
        assertThat(Users.rows(user)).hasSize(1);
    }

    @Test
    void ofThirtyUsersWithOneEmailOneGetsIt() throws Exception {
        var answers = AtOnce.times(30, i -> init(token(user + i, ",\"email\":\"" + email() + "\"")));

        assertThat(answers).extracting(Response::statusCode).containsOnly(200, 401);
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
        assertThat(AdminDatabase.rows("SELECT id FROM auth.users WHERE email = ?", email()))
                .hasSize(1);
    }

    @Test
    void aFaultOfTheDatabaseIsOursAndNotTheTokens() {
        var token = token(user, "");
        AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN email_verified TO mislaid");
        try {
            assertUnavailable(init(token));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN mislaid TO email_verified");
        }

        init(token).then().statusCode(200);
    }

    @Test
    void aDatabaseThatKeepsUsWaitingIsOursAndNothingIsMadeLater() throws SQLException {
        var token = token(user, "");
        try (var admin = AdminDatabase.connect();
                var lock = admin.createStatement()) {
            admin.setAutoCommit(false);
            lock.execute("LOCK TABLE auth.users IN SHARE ROW EXCLUSIVE MODE");
            var asked = Instant.now();
            assertUnavailable(init(token));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
            admin.rollback();
        }

        assertThat(Users.rows(user)).isEmpty();
        init(token).then().statusCode(200);
    }

    /** An insert that is swallowed is no user. */
    @Test
    void aRowThatIsNotStoredIsAFault() {
        AdminDatabase.execute(
                "CREATE FUNCTION auth.swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$");
        AdminDatabase.execute("CREATE TRIGGER swallow BEFORE INSERT ON auth.users FOR EACH ROW WHEN (NEW.id = '" + user
                + "') EXECUTE FUNCTION auth.swallow()");
        try {
            assertUnavailable(init(token(user, "")));
        } finally {
            AdminDatabase.execute("DROP FUNCTION auth.swallow() CASCADE");
        }
    }

    private static void assertUnavailable(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.header("WWW-Authenticate")).isNull();
        assertThat(answer.asString())
                .isEqualTo("{\"error\":\"Service temporarily unavailable\",\"code\":\"SERVICE_UNAVAILABLE\"}");
    }
}
