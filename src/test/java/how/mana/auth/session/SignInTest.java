package how.mana.auth.session;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.Eventually;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in with a password (contract A4 and A5). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class SignInTest {
    private static final String LOGIN = AUTH + "/login";

    @Test
    void theOwnerOfThePasswordIsIn() {
        var account = Accounts.create();

        var answer = account.login().then().statusCode(200).extract().response();

        assertThat(answer.asString()).startsWith("{\"redirect\":false,\"token\":\"");
        assertThat(answer.<String>path("token")).matches("[A-Za-z0-9]{32}").isEqualTo(answer.path("refreshToken"));
        assertThat(answer.<Map<String, Object>>path("user").keySet())
                .containsExactly(
                        "name",
                        "email",
                        "emailVerified",
                        "image",
                        "createdAt",
                        "updatedAt",
                        "twoFactorEnabled",
                        "accessTier",
                        "kind",
                        "id");
        assertThat(answer.<String>path("user.id")).isEqualTo(account.id());
        assertThat(answer.<String>path("user.createdAt"))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(account.events()).containsExactly("LOGIN_SUCCESS");
    }

    @Test
    void theAccessTokenOpensTheVault() {
        var in = Accounts.create().signedIn();

        in.byAccessToken().post("/api/v1/me/encryption-vault/init").then().statusCode(200);
    }

    @Test
    void theTokenSaysTheRoleAndTheTierOfTheDatabase() {
        var account = Accounts.create();
        account.set("role = 'admin', access_tier = 'founder'");

        var validity =
                post(AUTH + "/validate", Map.of("token", account.signedIn().accessToken()));

        validity.then().body("payload.role", equalTo("admin")).body("payload.tier", equalTo("founder"));
    }

    @Test
    void theSessionIsStoredWithoutItsToken() {
        var account = Accounts.create();

        given().contentType(ContentType.JSON)
                .header("User-Agent", "Test/1.0")
                .body(Map.of("email", account.email(), "password", PASSWORD, "deviceName", "Phone", "deviceId", "d-1"))
                .post(LOGIN)
                .then()
                .statusCode(200);

        var rows = AdminDatabase.rows("SELECT * FROM auth.sessions WHERE user_id = ?", account.id());
        assertThat(rows).hasSize(1);
        assertThat((String) rows.get(0).get("token")).matches("[0-9a-f]{64}");
        assertThat(rows.get(0))
                .containsEntry("user_agent", "Test/1.0")
                .containsEntry("ip_address", "127.0.0.1")
                .containsEntry("device_name", "Phone")
                .containsEntry("device_id", "d-1");
    }

    @Test
    void theCookieOfTheOtherAppsComesWithIt() {
        var answer = Accounts.create().login();

        assertThat(answer.header("Set-Cookie"))
                .startsWith("mana.session_token=" + answer.path("token") + ".")
                .endsWith("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax");
    }

    @Test
    void aHashOfTheOldServiceVerifiesAndBecomesOneOfToday() {
        var account = Accounts.ofTheOldService();

        account.login("something else").then().statusCode(401);
        assertThat(account.storedHash()).isEqualTo(Accounts.SCRYPT_HASH);
        account.login().then().statusCode(200);

        assertThat(account.storedHash()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        account.login().then().statusCode(200);
        account.login("something else").then().statusCode(401);
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressAreOneAnswer() {
        var account = Accounts.create();

        var wrong = account.login("something else");
        var unknown = Accounts.login("nobody-" + account.email(), PASSWORD);

        assertThat(wrong.statusCode()).isEqualTo(unknown.statusCode()).isEqualTo(401);
        assertThat(wrong.asString())
                .isEqualTo(unknown.asString())
                .isEqualTo(
                        "{\"error\":\"INVALID_CREDENTIALS\",\"message\":\"Invalid email or password\",\"status\":401}");
        assertThat(account.events()).containsExactly("LOGIN_FAILURE");
    }

    @Test
    void aFailureSaysInItsEventWhoTriedAndFromWhere() {
        var account = Accounts.create();

        given().contentType(ContentType.JSON)
                .header("User-Agent", "Test/1.0")
                .body(Map.of("email", account.email(), "password", "wrong"))
                .post(LOGIN)
                .then()
                .statusCode(401);

        var event = AdminDatabase.rows(
                        "SELECT ip_address, user_agent, metadata::text FROM auth.security_events WHERE user_id = ?",
                        account.id())
                .get(0);
        assertThat(event).containsEntry("ip_address", "127.0.0.1").containsEntry("user_agent", "Test/1.0");
        assertThat((String) event.get("metadata"))
                .isEqualTo("{\"code\": \"INVALID_CREDENTIALS\", \"email\": \"%s\", \"endpoint\": \"/login\"}"
                        .formatted(account.email()));
    }

    @Test
    void anAddressIsTheSameInAnyCase() {
        var account = Accounts.create();

        Accounts.login(account.email().toUpperCase(Locale.ROOT), PASSWORD)
                .then()
                .statusCode(200);
    }

    @Test
    void anUnconfirmedAddressIsToldOnlyToWhoKnowsThePassword() {
        var account = Accounts.create();
        account.set("email_verified = false");

        account.login("something else").then().statusCode(401).body("error", equalTo("INVALID_CREDENTIALS"));
        account.login()
                .then()
                .statusCode(403)
                .body(equalTo("{\"error\":\"EMAIL_NOT_VERIFIED\",\"message\":\"Email not verified\",\"status\":403}"));
        assertThat(account.events()).containsExactly("LOGIN_FAILURE", "LOGIN_FAILURE");
        assertThat(account.failures()).isZero();
        assertThat(account.inFlight()).isZero();
    }

    @Test
    void aSecondFactorIsWantedBeforeThereIsASession() {
        var account = Accounts.create();
        account.set("two_factor_enabled = true");

        account.login().then().statusCode(200).body(equalTo("{\"twoFactorRedirect\":true}"));

        assertThat(AdminDatabase.rows("SELECT 1 FROM auth.sessions WHERE user_id = ?", account.id()))
                .isEmpty();
    }

    @Test
    void aDeletedUserIsUnknown() {
        var account = Accounts.create();
        account.set("deleted_at = now()");

        account.login().then().statusCode(401).body("error", equalTo("INVALID_CREDENTIALS"));
    }

    /** The row goes while the sign-in is about to refer to it; its password stays, so that nothing else tells. */
    @Test
    void aUserWhoGoesBetweenPasswordAndSessionIsUnknown() throws Exception {
        var account = Accounts.create();
        var threads = Executors.newSingleThreadExecutor();
        try (var admin = AdminDatabase.connect();
                var statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("SET LOCAL session_replication_role = replica");
            statement.execute("DELETE FROM auth.users WHERE id = '" + account.id() + "'");
            var login = threads.submit(() -> account.login());
            awaitWaiting();
            admin.commit();

            login.get().then().statusCode(401).body("error", equalTo("INVALID_CREDENTIALS"));
        } finally {
            AdminDatabase.execute("DELETE FROM auth.accounts WHERE user_id = ?", account.id());
            threads.shutdownNow();
        }
    }

    private static void awaitWaiting() {
        Eventually.holds(() ->
                !AdminDatabase.rows("SELECT 1 FROM pg_locks WHERE NOT granted").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "\"x\"",
                "1",
                "{",
                "",
                "{\"email\":\"a@b.de\"}x",
                "{\"email\":\"a@b.de\",\"email\":\"c@d.de\"}"
            })
    void whatIsNoObjectIsRefused(String body) {
        post(LOGIN, body)
                .then()
                .statusCode(400)
                .body(equalTo("{\"error\":\"VALIDATION\",\"message\":\"Invalid JSON body\",\"status\":400}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"password\":\"x\"}|[body.email] Invalid input: expected string, received undefined",
                "{\"email\":\"a@example.org\"}|[body.password] Invalid input: expected string, received undefined",
                "{\"email\":1,\"password\":\"x\"}|[body.email] Invalid input: expected string, received number",
                "{\"email\":\"a@example.org\",\"password\":null}|[body.password] Invalid input: expected string, received null",
                "{\"email\":\"nobody\",\"password\":\"x\"}|Invalid email",
                "{\"email\":\"a b@example.org\",\"password\":\"x\"}|Invalid email",
                "{\"email\":\"a@example.org\\u0000\",\"password\":\"x\"}|[body.email] Invalid input",
                "{\"email\":\"a@example.org\",\"password\":\"\\ud800\"}|[body.password] Invalid input"
            })
    void aBodyWithoutWhatIsWantedIsRefused(String body, String message) {
        post(LOGIN, body)
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"))
                .body("message", equalTo(message));
    }

    @Test
    void onlyJsonIsRead() {
        given().contentType(ContentType.TEXT)
                .body("{}")
                .post(LOGIN)
                .then()
                .statusCode(415)
                .body("error", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void aBodyThatIsTooLongIsNotRead() {
        post(LOGIN, Map.of("email", "a@example.org", "password", "x".repeat(70_000)))
                .then()
                .statusCode(413)
                .body("error", equalTo("PAYLOAD_TOO_LARGE"));
    }

    @Test
    void theNativeRouteAnswersAsItsLibraryDid() {
        var account = Accounts.create();

        var answer = nativeSignIn(Map.of("email", account.email(), "password", PASSWORD));

        answer.then().statusCode(200).body("redirect", equalTo(false)).body("url", nullValue());
        assertThat(answer.<Map<String, Object>>path("").keySet()).containsExactly("redirect", "token", "user");
        assertThat(answer.header("Set-Cookie"))
                .startsWith("mana.session_token=")
                .contains("Max-Age=604800");
        account.login("x").then().statusCode(401);
        nativeSignIn(Map.of("email", account.email(), "password", "x"))
                .then()
                .statusCode(401)
                .body(equalTo("{\"message\":\"Invalid email or password\",\"code\":\"INVALID_EMAIL_OR_PASSWORD\"}"));
        assertThat(account.failures()).isEqualTo(2);
    }

    @Test
    void theNativeRouteRefusesInItsWords() {
        var account = Accounts.create();
        account.set("email_verified = false");

        nativeSignIn(Map.of("email", account.email(), "password", PASSWORD))
                .then()
                .statusCode(403)
                .body("code", equalTo("EMAIL_NOT_VERIFIED"));
        nativeSignIn(Map.of("email", "nobody", "password", PASSWORD))
                .then()
                .statusCode(400)
                .body("code", equalTo("INVALID_EMAIL"));
        nativeSignIn(Map.of("email", account.email())).then().statusCode(400).body("code", equalTo("VALIDATION_ERROR"));
    }

    @Test
    void aFormWillDo() {
        var account = Accounts.create();

        given().contentType("application/x-www-form-urlencoded")
                .formParam("email", account.email())
                .formParam("password", PASSWORD)
                .formParam("rememberMe", "false")
                .post(NATIVE + "/sign-in/email")
                .then()
                .statusCode(200)
                .header("Set-Cookie", org.hamcrest.Matchers.not(org.hamcrest.Matchers.containsString("Max-Age")));
    }

    @Test
    void whoIsNotToBeRememberedIsForgottenWithTheBrowser() {
        var account = Accounts.create();

        var answer = nativeSignIn(Map.of("email", account.email(), "password", PASSWORD, "rememberMe", false));

        assertThat(answer.headers().getValues("Set-Cookie"))
                .hasSize(2)
                .noneMatch(cookie -> cookie.contains("Max-Age"))
                .anyMatch(cookie -> cookie.startsWith("mana.dont_remember=true."));
        assertThat(AdminDatabase.rows(
                        "SELECT expires_at < now() + interval '25 hours' AS short, slides FROM auth.sessions WHERE user_id = ?",
                        account.id()))
                .containsExactly(Map.of("short", true, "slides", false));
    }

    @ParameterizedTest
    @CsvSource({"/welcome,200", "https://mana.how/x,200", "http://localhost:3001/,200"})
    void aCallbackOfOursIsFollowed(String url, int status) {
        var account = Accounts.create();

        nativeSignIn(Map.of("email", account.email(), "password", PASSWORD, "callbackURL", url))
                .then()
                .statusCode(status)
                .body("redirect", equalTo(true))
                .body("url", equalTo(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "//evil.example",
                "/\\evil.example",
                "https://mana.how.evil.example/",
                "https://mana.how@evil.example/",
                "javascript:alert(1)",
                "http://mana.how/",
                "/\t/evil.example",
                ""
            })
    void noOtherCallbackIs(String url) {
        var account = Accounts.create();

        nativeSignIn(Map.of("email", account.email(), "password", PASSWORD, "callbackURL", url))
                .then()
                .statusCode(403)
                .body(equalTo("{\"message\":\"Invalid callbackURL\",\"code\":\"INVALID_CALLBACK_URL\"}"));
    }

    private static Response nativeSignIn(Map<String, ?> body) {
        return post(NATIVE + "/sign-in/email", body);
    }
}
