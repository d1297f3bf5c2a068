package how.mana.auth.account.signup;

import static how.mana.auth.Accounts.post;
import static how.mana.auth.account.SignUps.NATIVE;
import static how.mana.auth.account.SignUps.REGISTER;
import static how.mana.auth.account.SignUps.body;
import static how.mana.auth.account.SignUps.newEmail;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.NotifyServer;
import how.mana.auth.account.SignUps;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing up (contract A4, A5, A12; D-22, D-30, D-33, D-36, D-39): both routes, what they write, and what they do not. */
@QuarkusTest
@TestProfile(OwnTokens.class)
class SignUpTest {
    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void theAnswerIsThatOfToday(String path) {
        var email = newEmail();

        var answer = post(path, body(email.toUpperCase(Locale.ROOT), "name", "Ada"));

        answer.then().statusCode(200);
        var at = answer.<String>path("user.createdAt");
        assertThat(answer.asString())
                .isEqualTo("{\"token\":null,\"user\":{\"name\":\"Ada\",\"email\":\"" + email
                        + "\",\"emailVerified\":false,\"image\":null,\"createdAt\":\"" + at + "\",\"updatedAt\":\"" + at
                        + "\",\"twoFactorEnabled\":false,\"accessTier\":\"public\",\"kind\":\"human\",\"id\":\""
                        + SignUps.idOf(email) + "\"}}");
        assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void aUserHasEverythingFromTheBeginning(String path) {
        var email = newEmail();

        given().contentType(ContentType.JSON)
                .header("User-Agent", "Test/1.0")
                .body(body(email, "image", "https://example.org/a.png"))
                .post(path)
                .then()
                .statusCode(200);

        var user = SignUps.users(email).get(0);
        var id = SignUps.text(user, "id");
        assertThat(id).matches("[A-Za-z0-9]{32}");
        assertThat(user)
                .containsEntry("name", email.substring(0, email.indexOf('@')))
                .containsEntry("email_verified", false)
                .containsEntry("image", "https://example.org/a.png");
        var account = rows("SELECT * FROM auth.accounts WHERE user_id = ?", id).get(0);
        assertThat(account).containsEntry("provider_id", "credential").containsEntry("account_id", id);
        assertThat((String) account.get("id")).matches("[A-Za-z0-9]{32}");
        assertThat((String) account.get("password")).startsWith("$argon2id$");
        assertThat(rows("SELECT identifier FROM auth.verification WHERE value LIKE '%' || ? || '%'", id))
                .singleElement()
                .satisfies(row -> assertThat((String) row.get("identifier")).matches("verify-email:[0-9a-f]{64}"));
        var event = rows("SELECT * FROM auth.security_events WHERE user_id = ?", id);
        assertThat(event).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("event_type", "REGISTER")
                .containsEntry("ip_address", "127.0.0.1")
                .containsEntry("user_agent", "Test/1.0"));
        assertThat(rows("SELECT 1 FROM auth.sessions WHERE user_id = ?", id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void thePersonalSpaceIsTheirs(String path) {
        var email = newEmail();

        post(path, body(email, "name", "Ada Lovelace")).then().statusCode(200);

        var space = spaceOf(email);
        assertThat(space)
                .containsEntry("name", "Ada Lovelace")
                .containsEntry("slug", email.substring(0, 30))
                .containsEntry("logo", null)
                .containsEntry("type", "personal")
                .containsEntry("tier", "public")
                .containsEntry("role", "owner");
        assertThat((String) space.get("id")).matches("[A-Za-z0-9_-]{21}");
        assertThat((String) space.get("member_id")).matches("[A-Za-z0-9_-]{21}");
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void theOtherServicesAreTold(String path) {
        var email = newEmail();
        var typed = "U" + email.substring(1);

        post(path, body(typed, "name", "Ada")).then().statusCode(200);

        var id = SignUps.idOf(email);
        assertThat(NotifyServer.calls(id, 3))
                .extracting(
                        NotifyServer.Request::path,
                        call -> call.json().path("email").textValue())
                .containsExactlyInAnyOrder(
                        tuple("/api/v1/internal/credits/init", null),
                        tuple("/api/v1/internal/gifts/redeem-pending", typed),
                        tuple("/api/v1/internal/mail/on-user-created", typed));
        assertThat(rows("SELECT kind FROM auth.outbox WHERE user_id = ? AND kind = 'bootstrap'", id))
                .hasSize(1);
        assertThat(SignUps.mails(email)).hasSize(1);
        assertThat(SignUps.mails(typed)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void anAddressThatHasAnAccountIsAnsweredTheSameAndNothingIsWritten(String path) {
        var email = SignUps.registered();
        var before = SignUps.rowCounts();
        var user = SignUps.users(email);

        var answer = post(path, body(email.toUpperCase(Locale.ROOT), "name", "Eve"));

        answer.then().statusCode(200).body("user.name", equalTo("Eve")).body("user.email", equalTo(email));
        var id = answer.<String>path("user.id");
        assertThat(id).matches("[A-Za-z0-9]{32}").isNotEqualTo(SignUps.idOf(email));
        assertThat(Duration.between(Instant.parse(answer.path("user.createdAt")), Instant.now())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
        assertThat(answer.asString().replace(id, ""))
                .isEqualTo(withTimes(post(path, body(newEmail(), "name", "Eve")), email, answer));
        assertThat(SignUps.users(email)).isEqualTo(user);
        assertThat(SignUps.mails(email)).hasSize(1);
        assertThat(grown(before))
                .isSubsetOf(
                        "users", "accounts", "organizations", "members", "verification", "outbox", "security_events");
    }

    /** What somebody new was answered, with the address and the times of another answer. */
    private static String withTimes(Response fresh, String email, Response other) {
        return fresh.asString()
                .replace(fresh.<String>path("user.id"), "")
                .replace(fresh.<String>path("user.email"), email)
                .replace(fresh.<String>path("user.createdAt"), other.path("user.createdAt"));
    }

    private static List<String> grown(Map<String, Long> before) {
        var after = SignUps.rowCounts();
        return after.keySet().stream()
                .filter(table -> !Objects.equals(after.get(table), before.get(table)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void noTableGetsARowForAnAddressThatHasAnAccount(String path) {
        var email = SignUps.registered();
        var before = SignUps.rowCounts();

        post(path, body(email)).then().statusCode(200);

        assertThat(SignUps.rowCounts()).isEqualTo(before);
    }

    @Test
    void bothTakeLongerThanEitherNeeds() {
        var email = SignUps.registered();
        var begun = System.nanoTime();
        SignUps.register(email).then().statusCode(200);
        var known = Duration.ofNanos(System.nanoTime() - begun);

        begun = System.nanoTime();
        SignUps.register(newEmail()).then().statusCode(200);
        var fresh = Duration.ofNanos(System.nanoTime() - begun);

        assertThat(List.of(known, fresh)).allSatisfy(time -> assertThat(time).isGreaterThan(Duration.ofMillis(200)));
    }

    @Test
    void parallelSignUpsOfOneAddressMakeOneUser() throws Exception {
        var email = newEmail();
        Callable<Response> signUp = () -> SignUps.register(email);

        var answers = SignUps.allAtOnce(Collections.nCopies(12, signUp));

        assertThat(answers).allSatisfy(answer -> answer.then().statusCode(200));
        assertThat(SignUps.users(email)).hasSize(1);
        assertThat(SignUps.mails(email)).hasSize(1);
        assertThat(SignUps.events(email)).containsExactly("REGISTER");
        assertThat(answers.stream().filter(answer -> SignUps.idOf(email).equals(answer.path("user.id"))))
                .hasSize(1);
    }

    @Test
    void thirtyPeopleOfOneNameAllGetASpace() throws Exception {
        var name = newEmail().substring(0, 20);
        List<Callable<Response>> signUps = IntStream.range(0, 30)
                .mapToObj(i -> (Callable<Response>) () -> SignUps.register(name + "@d" + i + ".example.org"))
                .toList();

        var answers = SignUps.allAtOnce(signUps);

        assertThat(answers).allSatisfy(answer -> answer.then().statusCode(200));
        var slugs = rows("SELECT slug FROM auth.organizations WHERE slug LIKE ? || '%'", name).stream()
                .map(row -> (String) row.get("slug"))
                .toList();
        assertThat(slugs).hasSize(30).contains(name, name + "-2", name + "-30").doesNotHaveDuplicates();
    }

    @Test
    void pastTheLastNumberComesARandomOne() {
        var name = newEmail().substring(0, 20);
        AdminDatabase.execute(
                "INSERT INTO auth.organizations (id, name, slug)"
                        + " SELECT gen_random_uuid()::text, 'Test', ? || CASE n WHEN 1 THEN '' ELSE '-' || n END"
                        + " FROM generate_series(1, 999) n",
                name);

        SignUps.register(name + "@example.org").then().statusCode(200);

        assertThat((String) spaceOf(name + "@example.org").get("slug")).matches(name + "-[a-z0-9]{6}");
    }

    @ParameterizedTest
    @CsvSource({
        "admin,                admin-\\d+",
        "ada.lovelace+x_y,     ada-lovelace-x-y-?\\d*",
        "--a--b--,             a-b-?\\d*",
        "___,                  user-[a-z0-9]{6}",
        "a234567890123456789012345678_z, a234567890123456789012345678-z-?\\d*",
        "b2345678901234567890123456789_z, b2345678901234567890123456789-?\\d*",
    })
    void theSlugIsMadeOfTheAddress(String local, String slug) {
        var email = local + "@" + newEmail().replace("@", ".");

        SignUps.register(email).then().statusCode(200);

        assertThat((String) spaceOf(email).get("slug")).matches(slug);
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void allThatIsWrongIsSaidAtOnce(String path) {
        refused(
                path,
                "{}",
                "[body.email] Invalid input: expected string, received undefined; "
                        + "[body.password] Invalid input: expected string, received undefined");
        refused(
                path,
                "{\"email\":\"nobody\",\"password\":\"" + SignUps.PASSWORD + "\"}",
                "[body.email] Invalid email address");
        refused(
                path,
                "{\"email\":\"nobody\",\"password\":1}",
                "[body.email] Invalid email address; [body.password] Invalid input: expected string, received number");
        refused(
                path,
                "{\"email\":\"\\u212aarl@example.org\",\"password\":\"" + SignUps.PASSWORD + "\"}",
                "[body.email] Invalid email address");
        refused(
                path,
                "{\"email\":\"a@example.org\",\"password\":\"" + SignUps.PASSWORD + "\",\"name\":{}}",
                "[body.name] Invalid input: expected string, received object");
        refused(
                path,
                "{\"email\":\"a@example.org\",\"password\":\"" + SignUps.PASSWORD + "\",\"name\":\"" + "n".repeat(256)
                        + "\"}",
                "[body.name] Too big: expected string to have <=255 characters");
        refused(
                path,
                "{\"email\":\"a@example.org\",\"password\":\"" + SignUps.PASSWORD + "\",\"image\":\"" + "i".repeat(2049)
                        + "\"}",
                "[body.image] Too big: expected string to have <=2048 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "3", "\"text\"", "{", "", "{\"email\":\"a@b.de\",\"email\":\"c@d.de\"}"})
    void aBodyThatIsNoObjectIsRefused(String body) {
        refused(REGISTER, body, "Invalid JSON body");
        refused(NATIVE, body, "Invalid JSON body");
    }

    private static void refused(String path, String body, String sentence) {
        var answer = given().contentType(ContentType.JSON)
                .body(body)
                .post(path)
                .then()
                .statusCode(400);
        answer.body("message", equalTo(sentence));
        if (path.equals(REGISTER)) {
            answer.body("error", equalTo("VALIDATION")).body("status", equalTo(400));
        } else {
            answer.body("code", equalTo("VALIDATION_ERROR"));
        }
    }

    @ParameterizedTest
    @CsvSource({"7, Password too short, PASSWORD_TOO_SHORT", "129, Password too long, PASSWORD_TOO_LONG"})
    void aPasswordHasEightToAHundredAndTwentyEightCharacters(int length, String sentence, String nativeCode) {
        var body = body(newEmail(), "password", "p".repeat(length));

        post(REGISTER, body)
                .then()
                .statusCode(400)
                .body(equalTo("{\"error\":\"WEAK_PASSWORD\",\"message\":\"" + sentence + "\",\"status\":400}"));
        post(NATIVE, body)
                .then()
                .statusCode(400)
                .body(equalTo("{\"message\":\"" + sentence + "\",\"code\":\"" + nativeCode + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678", "😀😀😀😀"})
    void whatClientsCountAsEightIsEnough(String password) {
        post(REGISTER, body(newEmail(), "password", password)).then().statusCode(200);
        post(REGISTER, body(newEmail(), "password", "p".repeat(128))).then().statusCode(200);
    }

    @Test
    void anEmptyNameIsNone() {
        post(REGISTER, body("ada." + newEmail(), "name", " "))
                .then()
                .statusCode(200)
                .body("user.name", org.hamcrest.Matchers.startsWith("ada."));
    }

    @Test
    void aBodyThatIsTooLongOrNoJsonIsNotRead() {
        given().contentType(ContentType.JSON)
                .body("{\"email\":\"" + "a".repeat(70_000) + "\"}")
                .post(REGISTER)
                .then()
                .statusCode(413)
                .body("error", equalTo("PAYLOAD_TOO_LARGE"));
        given().contentType("text/plain").body("{}").post(REGISTER).then().statusCode(415);
        given().contentType("text/plain")
                .body("{}")
                .post(NATIVE)
                .then()
                .statusCode(415)
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void aNameCannotWriteTheMail() {
        var email = newEmail();

        post(REGISTER, body(email, "name", "<img src=x onerror=alert(1)>\"'&"))
                .then()
                .statusCode(200);

        assertThat(SignUps.mails(email)).singleElement().satisfies(mail -> assertThat(mail)
                .contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;")
                .doesNotContain("<img"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://mana.how/todo?x=1,           https%3A%2F%2Fmana.how%2Ftodo%3Fx%3D1",
        "/welcome,                            %2Fwelcome",
        "https://evil.example/,               %2F",
        "//evil.example,                      %2F",
        "/\\evil.example,                     %2F",
        "javascript:alert(1),                 %2F",
        "https://mana.how@evil.example/,      %2F",
        "https://mana.how.evil.example/,      %2F",
    })
    void theLinkLeadsOnlyWhereItMay(String wished, String parameter) {
        var email = newEmail();

        post(REGISTER, body(email, "sourceAppUrl", wished)).then().statusCode(200);

        assertThat(SignUps.link(email))
                .matches("/api/auth/verify-email\\?token=[A-Za-z0-9]{24}&callbackURL=" + parameter);
    }

    @Test
    void byTheNativeRouteItIsSaidWhereItMayNotLead() {
        var email = newEmail();
        post(NATIVE, body(email, "callbackURL", "https://evil.example/"))
                .then()
                .statusCode(403)
                .body("code", equalTo("INVALID_CALLBACK_URL"));
        assertThat(SignUps.users(email)).isEmpty();

        post(NATIVE, body(email, "callbackURL", "https://mana.how/")).then().statusCode(200);
        assertThat(SignUps.link(email)).endsWith("callbackURL=https%3A%2F%2Fmana.how%2F");
    }

    @ParameterizedTest
    @ValueSource(strings = {"accounts", "organizations", "members", "verification", "outbox", "security_events"})
    void whatFailsLateLeavesNothingBehind(String table) throws Exception {
        var email = newEmail();
        var before = SignUps.rowCounts();

        var answer = SignUps.without(table, () -> SignUps.register(email));

        answer.then().statusCode(503).body("error", equalTo("SERVICE_UNAVAILABLE"));
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(SignUps.users(email)).isEmpty();
        assertThat(SignUps.rowCounts()).isEqualTo(before);
        SignUps.register(email).then().statusCode(200);
        assertThat(SignUps.users(email)).hasSize(1);
    }

    @Test
    void withoutALimitEveryDayIsOpen() {
        given().get("/api/v1/auth/signup-status")
                .then()
                .statusCode(200)
                .body(
                        equalTo(
                                "{\"registrationOpen\":true,\"spotsRemaining\":null,\"totalToday\":0,\"limit\":0,\"resetsAt\":\"\"}"));
    }

    @Test
    void thePageOfTheOldServiceIsGone() {
        given().get("/login?callbackURL=%22%3E%3Cscript%3E")
                .then()
                .statusCode(404)
                .body(equalTo("404 Not Found"));
    }

    private static Map<String, Object> spaceOf(String email) {
        return rows(
                        "SELECT o.id, o.name, o.slug, o.logo, o.metadata ->> 'type' AS type, o.metadata ->> 'tier' AS tier,"
                                + " m.role, m.id AS member_id"
                                + " FROM auth.users u JOIN auth.members m ON m.user_id = u.id"
                                + " JOIN auth.organizations o ON o.id = m.organization_id WHERE u.email = ?",
                        email)
                .get(0);
    }

    private static List<Map<String, Object>> rows(String sql, Object... arguments) {
        return AdminDatabase.rows(sql, arguments);
    }
}
