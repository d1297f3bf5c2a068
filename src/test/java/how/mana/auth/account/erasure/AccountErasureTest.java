package how.mana.auth.account.erasure;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.json;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.account.Mailbox;
import how.mana.auth.account.password.Resets;
import how.mana.auth.session.SessionToken;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of an account (contract A4, D-23, D-24, D-25). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class AccountErasureTest {
    private static final String VAULT = "/api/v1/me/encryption-vault";

    @Test
    void theAccountIsGone() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        var other = account.signedIn();

        var answer = delete(signedIn.byCookie(), PASSWORD);

        answer.then().statusCode(200).body(equalTo("{\"success\":true}"));
        assertThat(answer.headers().getValues("Set-Cookie")).hasSize(3).allSatisfy(cookie -> assertThat(cookie)
                .contains("Max-Age=0"));
        assertThat(other.isLive()).isFalse();
        other.byAccessToken().get(AUTH + "/sessions").then().statusCode(401);
        other.byAccessToken().post(VAULT + "/init").then().statusCode(401);
        delete(other.byAccessToken(), PASSWORD).then().statusCode(401).body("error", equalTo("UNAUTHORIZED"));
        account.login().then().statusCode(401);
        assertThat(new Mailbox(account.email()).kinds()).containsExactly("account-deleted");
    }

    /** Searched everywhere, so that a table that comes later cannot be forgotten. */
    @Test
    void nothingIsLeftButTheReceiptTheSealedEventAndTheMail() throws Exception {
        var account = Accounts.create();
        account.login("wrong").then().statusCode(401);
        var signedIn = account.signedIn();
        livesA(account, signedIn.byAccessToken());
        assertThat(placesNaming(account)).hasSizeGreaterThan(12);

        delete(signedIn.byAccessToken(), PASSWORD).then().statusCode(200);

        assertThat(placesNaming(account)).as("until the mail is sent").isSubsetOf("auth.outbox");
        assertThat(new Mailbox(account.email()).kinds()).contains("account-deleted");
        var subject = SessionToken.hash("mana-erasure-v1:" + account.id());
        assertThat(AdminDatabase.rows("SELECT reason FROM auth.erasure_receipts WHERE subject = ?", subject))
                .containsExactly(Map.of("reason", "account-deletion"));
        assertThat(AdminDatabase.rows(
                        "SELECT event_type, user_id, ip_address, user_agent, metadata::text FROM auth.security_events"
                                + " WHERE metadata ->> 'subject' = ?",
                        subject))
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event_type", "ACCOUNT_DELETED")
                        .containsEntry("user_id", null)
                        .containsEntry("ip_address", null)
                        .containsEntry("user_agent", null)
                        .containsEntry("metadata", "{\"subject\": \"" + subject + "\"}"));
    }

    /** Leaves something of the account everywhere it can. */
    private static void livesA(Accounts account, RequestSpecification signedIn) {
        var id = account.id();
        signedIn.post(VAULT + "/init").then().statusCode(200);
        Resets.tokenFor(account);
        isToConfirmTheirAddress(account);
        signedIn.contentType(ContentType.JSON)
                .body(Map.of("newEmail", "new-" + UUID.randomUUID() + "@example.org"))
                .post(AUTH + "/change-email")
                .then()
                .statusCode(200);
        AdminDatabase.execute(
                "INSERT INTO auth.organizations (id, name, metadata) VALUES (?, 'Mine', '{\"type\":\"personal\"}')",
                "own-" + id);
        AdminDatabase.execute(
                "INSERT INTO auth.organizations (id, name) VALUES (?, 'Ours')", "shared-" + id.substring(5, 12));
        AdminDatabase.execute(
                "INSERT INTO auth.members (id, organization_id, user_id, role) VALUES (?, ?, ?, 'owner')",
                UUID.randomUUID().toString(),
                "own-" + id,
                id);
        AdminDatabase.execute(
                "INSERT INTO auth.members (id, organization_id, user_id, role) VALUES (?, ?, ?, 'member')",
                UUID.randomUUID().toString(),
                "shared-" + id.substring(5, 12),
                id);
        AdminDatabase.execute(
                "INSERT INTO auth.members (id, organization_id, user_id, role) VALUES (?, ?, ?, 'owner')",
                UUID.randomUUID().toString(),
                "shared-" + id.substring(5, 12),
                Accounts.create().id());
        AdminDatabase.execute(
                "INSERT INTO auth.invitations (id, organization_id, email, role, status, expires_at) VALUES (?, ?, upper(?), 'member', 'pending', now())",
                UUID.randomUUID().toString(),
                "shared-" + id.substring(5, 12),
                account.email());
        AdminDatabase.execute(
                "INSERT INTO auth.invitations (id, organization_id, email, role, status, expires_at, inviter_id) VALUES (?, ?, 'guest@example.org', 'member', 'pending', now(), ?)",
                UUID.randomUUID().toString(),
                "shared-" + id.substring(5, 12),
                id);
        AdminDatabase.execute(
                "INSERT INTO auth.api_keys (id, user_id, name, key_prefix, key_hash) VALUES (?, ?, 'k', 'p', 'h')",
                UUID.randomUUID().toString(),
                id);
        AdminDatabase.execute("INSERT INTO auth.user_settings (user_id) VALUES (?)", id);
        AdminDatabase.execute(
                "INSERT INTO auth.two_factor_auth (user_id, secret, backup_codes) VALUES (?, 's', 'b')", id);
        AdminDatabase.execute(
                "INSERT INTO auth.passkeys (id, user_id, credential_id, public_key, device_type) VALUES (?, ?, ?, 'k', 'singleDevice')",
                UUID.randomUUID().toString(),
                id,
                UUID.randomUUID().toString());
        AdminDatabase.execute(
                "INSERT INTO auth.outbox (kind, user_id, payload, expires_at) VALUES ('mailbox', ?, '{}', now() + interval '1 day')",
                id);
        AdminDatabase.execute(
                "INSERT INTO auth.security_events (event_type, metadata) VALUES ('LOGIN_FAILURE', jsonb_build_object('email', ?::text, 'code', 'x'))",
                account.email());
        AdminDatabase.execute("INSERT INTO auth.login_attempts (email) VALUES (?)", account.email());
    }

    /** As {@code account.verification} keeps it. */
    private static void isToConfirmTheirAddress(Accounts account) {
        AdminDatabase.execute(
                "INSERT INTO auth.verification (id, identifier, value, expires_at)"
                        + " VALUES (?, 'verify-email:' || encode(sha256(convert_to(?, 'UTF8')), 'hex'), ?,"
                        + " now() + interval '1 hour')",
                "link-" + account.id(),
                account.id(),
                "{\"user\":\"" + account.id() + "\",\"email\":\"" + account.email() + "\",\"callbackURL\":\"/\"}");
    }

    /** Every table with a row that holds the id or the address. */
    private static List<String> placesNaming(Accounts account) {
        var places = new ArrayList<String>();
        for (var table : AdminDatabase.rows(
                "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname IN ('auth', 'spaces') AND c.relkind = 'r' ORDER BY 1")) {
            var found = AdminDatabase.rows(
                    "SELECT 1 FROM " + table.get("name") + " t WHERE lower(t::text) LIKE '%' || ? || '%' LIMIT 1",
                    account.id()); // the address holds it too
            if (!found.isEmpty()) {
                places.add(String.valueOf(table.get("name")));
            }
        }
        return places;
    }

    @Test
    void whatBelongsToOthersStays() {
        var account = Accounts.create();
        var other = Accounts.create();
        var otherSession = other.signedIn();
        var space = "space-" + other.id();
        AdminDatabase.execute("INSERT INTO auth.organizations (id, name) VALUES (?, 'Ours')", space);
        for (var member : List.of(account, other)) {
            AdminDatabase.execute(
                    "INSERT INTO auth.members (id, organization_id, user_id, role) VALUES (?, ?, ?, 'owner')",
                    "member-" + member.id(),
                    space,
                    member.id());
        }
        var token = Resets.tokenFor(other);

        delete(account.signedIn().byAccessToken(), PASSWORD).then().statusCode(200);

        assertThat(AdminDatabase.rows("SELECT user_id FROM auth.members WHERE organization_id = ?", space))
                .containsExactly(Map.of("user_id", other.id()));
        assertThat(otherSession.isLive()).isTrue();
        Resets.reset(token).then().statusCode(200);
    }

    @Test
    void aSpaceThatNobodyIsLeftInGoesToo() {
        var account = Accounts.create();
        var space = "space-" + account.id();
        AdminDatabase.execute("INSERT INTO auth.organizations (id, name) VALUES (?, 'Mine')", space);
        for (var member : List.of(account.id(), "somebody-who-is-gone")) {
            AdminDatabase.execute(
                    "INSERT INTO auth.members (id, organization_id, user_id, role) VALUES (?, ?, ?, 'owner')",
                    member + space,
                    space,
                    member);
        }

        delete(account.signedIn().byAccessToken(), PASSWORD).then().statusCode(200);

        assertThat(AdminDatabase.rows("SELECT 1 FROM auth.organizations WHERE id = ?", space))
                .isEmpty();
    }

    @Test
    void aWrongPasswordErasesNothingAndCounts() {
        var account = Accounts.create();
        var signedIn = account.signedIn();

        delete(signedIn.byAccessToken(), "wrong")
                .then()
                .statusCode(401)
                .body(equalTo("{\"error\":\"INVALID_CREDENTIALS\",\"message\":\"Invalid password\",\"status\":401}"));

        assertThat(account.failures()).isEqualTo(1);
        assertThat(signedIn.isLive()).isTrue();
    }

    @Test
    void whoIsLockedOutErasesNothing() {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        IntStream.range(0, 5)
                .forEach(i -> delete(signedIn.byAccessToken(), "wrong").then().statusCode(401));

        delete(signedIn.byAccessToken(), PASSWORD).then().statusCode(429).body("error", equalTo("ACCOUNT_LOCKED"));

        assertThat(account.column("email")).isEqualTo(account.email());
    }

    @Test
    void nobodyErasesNothing() {
        delete(given(), PASSWORD)
                .then()
                .statusCode(401)
                .body(equalTo("{\"error\":\"UNAUTHORIZED\",\"message\":\"Unauthorized\",\"status\":401}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{", "\"text\""})
    void whatIsNoObjectIsRefused(String body) {
        json(body)
                .delete(AUTH + "/account")
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"))
                .body("message", equalTo("Invalid JSON body"));
    }

    @Test
    void thePasswordHasToBeThere() {
        var signedIn = Accounts.create().signedIn();

        signedIn.byAccessToken().delete(AUTH + "/account").then().statusCode(400);
        signedIn.byAccessToken()
                .contentType(ContentType.JSON)
                .body("{}")
                .delete(AUTH + "/account")
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"));
        signedIn.byAccessToken()
                .contentType(ContentType.TEXT)
                .body("{}")
                .delete(AUTH + "/account")
                .then()
                .statusCode(415);
        assertThat(signedIn.isLive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"outbox", "security_events", "invitations"})
    void allOrNothing(String table) {
        var account = Accounts.create();
        var signedIn = account.signedIn();
        AdminDatabase.execute("ALTER TABLE auth." + table + " RENAME TO away");
        try {
            delete(signedIn.byAccessToken(), PASSWORD)
                    .then()
                    .statusCode(503)
                    .body("error", equalTo("SERVICE_UNAVAILABLE"));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO " + table);
        }
        assertThat(signedIn.isLive()).isTrue();
        assertThat(AdminDatabase.rows(
                        "SELECT 1 FROM auth.erasure_receipts WHERE subject = ?",
                        SessionToken.hash("mana-erasure-v1:" + account.id())))
                .isEmpty();
        account.login().then().statusCode(200);
    }

    /** Whoever works with what is being erased gets an answer, and none of it survives. */
    @Test
    void anErasureWaitsForNobodyForEver() throws Exception {
        for (var round = 0; round < 3; round++) {
            var account = Accounts.create();
            var own = account.signedIn();
            own.byAccessToken().post(VAULT + "/init").then().statusCode(200);

            var answers = atOnce(List.of(
                    () -> account.login(),
                    () -> own.byAccessToken().post(VAULT + "/rotate"),
                    () -> delete(own.byAccessToken(), PASSWORD),
                    () -> own.byAccessToken().post(VAULT + "/rotate"),
                    () -> Resets.request(account.email()),
                    () -> account.login()));

            assertThat(answers.get(2).statusCode()).isEqualTo(200);
            assertThat(answers).extracting(Response::statusCode).doesNotContain(500, 503);
            assertThat(AdminDatabase.rows("SELECT 1 FROM auth.users WHERE id = ?", account.id()))
                    .isEmpty();
            assertThat(AdminDatabase.rows("SELECT 1 FROM auth.verification WHERE value = ?", account.id()))
                    .isEmpty();
        }
    }

    private static Response delete(RequestSpecification shown, String password) {
        return shown.contentType(ContentType.JSON)
                .body(Map.of("password", password))
                .delete(AUTH + "/account");
    }

    private static List<Response> atOnce(List<Callable<Response>> calls) throws Exception {
        var threads = Executors.newFixedThreadPool(calls.size());
        try {
            var answers = new ArrayList<Response>();
            for (var one : threads.invokeAll(calls)) {
                answers.add(one.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
