package how.mana.auth.session;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.Eventually;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session is good for, and when it is no more (contract A4). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class SessionTest {
    private static final String EXPIRED =
            "{\"error\":\"TOKEN_EXPIRED\",\"message\":\"Session expired\",\"status\":401}";
    private static final String NOBODY = "{\"error\":\"UNAUTHORIZED\",\"message\":\"Unauthorized\",\"status\":401}";

    private static final String WAITING =
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    // --- refresh ---

    @Test
    void theTokenInTheBodyRenewsTheAccessToken() {
        var in = Accounts.create().signedIn();

        var answer = in.refresh().then().statusCode(200).extract().response();

        assertThat(answer.<String>path("refreshToken")).isEqualTo(in.token());
        assertThat(validity(answer.path("accessToken")).<Boolean>path("valid")).isTrue();
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    @Test
    void soDoesTheCookie() {
        var in = Accounts.create().signedIn();

        in.byCookie().post(AUTH + "/refresh").then().statusCode(200).body("refreshToken", equalTo(in.token()));
    }

    @Test
    void anAccessTokenDoesNotRenewItself() {
        var in = Accounts.create().signedIn();

        in.byAccessToken().post(AUTH + "/refresh").then().statusCode(401).body(equalTo(EXPIRED));
    }

    /** Today's clients send what they stored, whatever became of it. The browser still has its cookie. */
    @ParameterizedTest
    @CsvSource({"'',false", "undefined,false", "ended,false", "'',true", "undefined,true", "ended,true"})
    void aDeadTokenInTheBodyDoesNotHideTheCookie(String shown, boolean rotate) {
        var account = Accounts.create();
        var ended = account.signedIn();
        post(AUTH + "/logout", Map.of("refreshToken", ended.token()));
        var in = account.signedIn();

        var answer = in.byCookie()
                .contentType("application/json")
                .body(Map.of("refreshToken", "ended".equals(shown) ? ended.token() : shown, "rotate", rotate))
                .post(AUTH + "/refresh");

        answer.then().statusCode(200);
        assertThat(in.token().equals(answer.path("refreshToken"))).isNotEqualTo(rotate);
        assertThat(answer.headers().hasHeaderWithName("Set-Cookie")).isEqualTo(rotate);
        assertThat(validity(answer.path("accessToken")).<Boolean>path("valid")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAccessTokenDoesNotKeepTheCookieFromRenewing(boolean rotate) {
        var in = Accounts.create().signedIn();

        in.byCookie()
                .header("Authorization", "Bearer " + in.accessToken())
                .contentType("application/json")
                .body(Map.of("rotate", rotate))
                .post(AUTH + "/refresh")
                .then()
                .statusCode(200);
    }

    @Test
    void soDoesTheTokenInTheHeader() {
        var in = Accounts.create().signedIn();

        in.bySessionToken().post(AUTH + "/refresh").then().statusCode(200).body("refreshToken", equalTo(in.token()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "undefined"})
    void whatIsNoTokenRenewsNothing(String token) {
        post(AUTH + "/refresh", Map.of("refreshToken", token))
                .then()
                .statusCode(401)
                .body(equalTo(EXPIRED));
    }

    /** As it stands in the database, a token is good for nothing. */
    @Test
    void theHashOfATokenIsNone() {
        var account = Accounts.create();
        account.signedIn();
        var stored = AdminDatabase.rows("SELECT token FROM auth.sessions WHERE user_id = ?", account.id());

        post(AUTH + "/refresh", Map.of("refreshToken", stored.get(0).get("token")))
                .then()
                .statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE auth.sessions SET revoked_at = now() WHERE user_id = ?",
                "UPDATE auth.sessions SET expires_at = now() WHERE user_id = ?",
                "DELETE FROM auth.sessions WHERE user_id = ?",
                "UPDATE auth.users SET deleted_at = now() WHERE id = ?"
            })
    void anEndedSessionIsGoodForNothing(String ending) {
        var account = Accounts.create();
        var in = account.signedIn();

        AdminDatabase.execute(ending, account.id());

        in.refresh().then().statusCode(401).body(equalTo(EXPIRED));
        in.byCookie()
                .post(AUTH + "/session-to-token")
                .then()
                .statusCode(401)
                .body("message", equalTo("No valid session"));
        in.byCookie().get(AUTH + "/session").then().statusCode(200).body(equalTo("null"));
        in.byAccessToken().get(AUTH + "/sessions").then().statusCode(401).body(equalTo(NOBODY));
        in.bySessionToken()
                .get(AUTH + "/security-events")
                .then()
                .statusCode(401)
                .body(equalTo(NOBODY));
        assertThat(validity(in.accessToken()).asString()).isEqualTo("{\"valid\":false}");
    }

    @Test
    void aDaysUseProlongsASessionOnce() {
        var account = Accounts.create();
        var in = account.signedIn();
        var first = expiry(account);
        in.refresh().then().statusCode(200);
        assertThat(expiry(account)).isEqualTo(first);

        AdminDatabase.execute(
                "UPDATE auth.sessions SET expires_at = now() + interval '5 days 23 hours' WHERE user_id = ?",
                account.id());
        in.refresh().then().statusCode(200);

        assertThat(expiry(account)).isAfterOrEqualTo(first);
    }

    @Test
    void aSessionThatIsNotToBeRememberedIsNotProlonged() {
        var account = Accounts.create();
        var in = account.signedIn();
        AdminDatabase.execute(
                "UPDATE auth.sessions SET slides = false, expires_at = now() + interval '1 hour' WHERE user_id = ?",
                account.id());
        var before = expiry(account);

        in.refresh().then().statusCode(200);

        assertThat(expiry(account)).isEqualTo(before);
    }

    private static Instant expiry(Accounts account) {
        var row = AdminDatabase.rows("SELECT expires_at FROM auth.sessions WHERE user_id = ?", account.id())
                .get(0);
        return Timestamp.valueOf(String.valueOf(row.get("expires_at"))).toInstant();
    }

    @Test
    void parallelRefreshesSignNobodyOut() throws Exception {
        var in = Accounts.create().signedIn();

        assertThat(parallel(in::refresh))
                .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        assertThat(in.isLive()).isTrue();
    }

    // --- exchange ---

    @Test
    void whoAsksForItGetsANewToken() {
        var in = Accounts.create().signedIn();

        var answer = exchange(in.token()).then().statusCode(200).extract().response();

        assertThat(answer.<String>path("refreshToken"))
                .matches("[A-Za-z0-9]{32}")
                .isNotEqualTo(in.token());
        exchange(answer.path("refreshToken")).then().statusCode(200);
    }

    @Test
    void tabsThatExchangeOneTokenAtOnceAllStaySignedIn() throws Exception {
        var in = Accounts.create().signedIn();

        var tokens = parallel(() -> exchange(in.token())).stream()
                .map(answer -> answer.then().statusCode(200).extract().<String>path("refreshToken"))
                .toList();

        assertThat(tokens).doesNotHaveDuplicates();
        assertThat(tokens)
                .allSatisfy(token -> assertThat(exchange(token).statusCode()).isEqualTo(200));
    }

    @Test
    void anExchangedTokenThatIsUsedLateEndsItsSessionAndNoOther() {
        var account = Accounts.create();
        var stolen = account.signedIn();
        var other = account.signedIn();
        var next = exchange(stolen.token()).<String>path("refreshToken");
        aMinuteLater(account);

        stolen.refresh().then().statusCode(401).body(equalTo(EXPIRED));

        exchange(next).then().statusCode(401);
        assertThat(validity(stolen.accessToken()).<Boolean>path("valid")).isFalse();
        assertThat(other.isLive()).isTrue();
        assertThat(account.events()).last().isEqualTo("REFRESH_TOKEN_REUSED");
    }

    @Test
    void theBrowsersCookieFollowsTheExchange() {
        var in = Accounts.create().signedIn();

        var answer = in.byCookie()
                .contentType("application/json")
                .body(Map.of("rotate", true))
                .post(AUTH + "/refresh");

        answer.then().statusCode(200);
        assertThat(answer.header("Set-Cookie")).startsWith("mana.session_token=" + answer.path("refreshToken") + ".");
    }

    /** Two sessions: the exchange of one says nothing about the other, which is the browser's. */
    @Test
    void theCookieOfAnotherSessionStaysAsItIs() {
        var account = Accounts.create();
        var browser = account.signedIn();
        var other = account.signedIn();

        var answer = browser.byCookie()
                .contentType("application/json")
                .body(Map.of("refreshToken", other.token(), "rotate", true))
                .post(AUTH + "/refresh");

        answer.then().statusCode(200);
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    @Test
    void anOlderCookieOfTheSameSessionFollows() {
        var in = Accounts.create().signedIn();
        var next = exchange(in.token()).<String>path("refreshToken");

        var answer = in.byCookie()
                .contentType("application/json")
                .body(Map.of("refreshToken", next, "rotate", true))
                .post(AUTH + "/refresh");

        answer.then().statusCode(200);
        assertThat(answer.header("Set-Cookie")).startsWith("mana.session_token=" + answer.path("refreshToken") + ".");
    }

    @Test
    void aSessionThatEndsDuringTheExchangeHasEnded() throws Exception {
        var account = Accounts.create();
        var in = account.signedIn();

        var answer = whileItEnds(account, () -> exchange(in.token()));

        answer.then().statusCode(401).body(equalTo(EXPIRED));
    }

    /** It had ended by itself: nothing was ended because of this use. */
    @Test
    void aLateUseThatEndsNothingIsNoEvent() throws Exception {
        var account = Accounts.create();
        var in = account.signedIn();
        exchange(in.token()).then().statusCode(200);
        aMinuteLater(account);

        var answer = whileItEnds(account, in::refresh);

        answer.then().statusCode(401).body(equalTo(EXPIRED));
        assertThat(account.events()).doesNotContain("REFRESH_TOKEN_REUSED");
    }

    private static void aMinuteLater(Accounts account) {
        AdminDatabase.execute(
                "UPDATE auth.refresh_tokens r SET replaced_at = r.replaced_at - interval '61 seconds'"
                        + " FROM auth.sessions s WHERE s.id = r.session_id AND s.user_id = ?",
                account.id());
    }

    /** The answer to a request that finds the account's sessions, and waits while they are being deleted. */
    private static Response whileItEnds(Accounts account, Supplier<Response> request) throws Exception {
        try (var admin = AdminDatabase.connect();
                var ending = admin.prepareStatement("DELETE FROM auth.sessions WHERE user_id = ?")) {
            admin.setAutoCommit(false);
            ending.setString(1, account.id());
            ending.execute();
            var answer = CompletableFuture.supplyAsync(request);
            Eventually.holds(
                    () -> answer.isDone() || !AdminDatabase.rows(WAITING).isEmpty());
            admin.commit();
            return answer.get(20, TimeUnit.SECONDS);
        }
    }

    private static Response exchange(String token) {
        return post(AUTH + "/refresh", Map.of("refreshToken", token, "rotate", true));
    }

    private static List<Response> parallel(Callable<Response> call) throws Exception {
        var threads = Executors.newFixedThreadPool(20);
        try {
            return threads.invokeAll(Collections.nCopies(20, call)).stream()
                    .map(one -> {
                        try {
                            return one.get();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }

    // --- session-to-token, session ---

    @Test
    void theCookieIsWorthAnAccessToken() {
        var in = Accounts.create().signedIn();

        var answer =
                given().header("Cookie", Accounts.COOKIE + "=" + in.cookie()).post(AUTH + "/session-to-token");

        answer.then().statusCode(200).body("refreshToken", equalTo(in.token()));
        assertThat(validity(answer.path("accessToken")).<Boolean>path("valid")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%s", "%s.", "%s.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%%3D", "%%zz.%s"})
    void aCookieThatWeDidNotSignIsNone(String cookie) {
        var in = Accounts.create().signedIn();

        given().header("Cookie", Accounts.COOKIE + "=" + cookie.formatted(in.token()))
                .post(AUTH + "/session-to-token")
                .then()
                .statusCode(401)
                .body("error", equalTo("UNAUTHORIZED"));
    }

    /** An access token that has expired, the password of a proxy, what another service understands. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer a.b.c", "Bearer x", "Bearer ", "Basic eDp5", "x"})
    void aHeaderThatOpensNothingLeavesItToTheCookie(String header) {
        var account = Accounts.create();
        var in = account.signedIn();

        in.byCookie()
                .header("Authorization", header)
                .post(AUTH + "/session-to-token")
                .then()
                .statusCode(200)
                .body("refreshToken", equalTo(in.token()));
        in.byCookie()
                .header("Authorization", header)
                .get(AUTH + "/session")
                .then()
                .body("user.id", equalTo(account.id()));
    }

    /** One of this host and one of the domain: a browser sends both, in no order that says which is good. */
    @Test
    void ofSeveralCookiesTheOneThatOpensASessionCounts() {
        var account = Accounts.create();
        var in = account.signedIn();
        var ended = account.signedIn();
        post(AUTH + "/logout", Map.of("refreshToken", ended.token()));
        var both = Accounts.COOKIE + "=x; " + Accounts.COOKIE + "=" + ended.cookie() + "; " + Accounts.COOKIE + "="
                + in.cookie();

        given().header("Cookie", both).get(AUTH + "/session").then().body("user.id", equalTo(account.id()));
        given().header("Cookie", both)
                .post(AUTH + "/refresh")
                .then()
                .statusCode(200)
                .body("refreshToken", equalTo(in.token()));
    }

    @Test
    void theSessionIsShownWithItsUser() {
        var account = Accounts.create();
        var in = account.signedIn();

        for (var request : List.of(in.byCookie(), in.byAccessToken(), in.bySessionToken())) {
            request.get(AUTH + "/session").then().statusCode(200).body("user.id", equalTo(account.id()));
        }
        in.byCookie().get(AUTH + "/session").then().body("session.token", equalTo(in.token()));
        in.byAccessToken().get(AUTH + "/session").then().body("session.token", equalTo(""));
        given().get(AUTH + "/session").then().statusCode(200).body(equalTo("null"));
    }

    // --- validate ---

    @Test
    void aTokenIsValidatedWithAllItSays() {
        var account = Accounts.create();

        var answer = validity(account.signedIn().accessToken());

        answer.then().statusCode(200).body("valid", equalTo(true));
        assertThat(answer.<Map<String, Object>>path("payload"))
                .containsOnlyKeys("iat", "sub", "email", "role", "sid", "tier", "exp", "iss", "aud")
                .containsEntry("sub", account.id())
                .containsEntry("email", account.email())
                .containsEntry("role", "user")
                .containsEntry("tier", "public")
                .containsEntry("aud", "mana");
    }

    @Test
    void whatBecameOfTheUserShowsAtOnce() {
        var account = Accounts.create();
        account.set("role = 'admin', access_tier = 'founder'");
        var token = account.signedIn().accessToken();

        account.set("role = 'user', access_tier = 'guest'");

        validity(token).then().body("payload.role", equalTo("user")).body("payload.tier", equalTo("guest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\":null}", "{\"token\":1}", "{\"token\":\"\"}", "{\"token\":\"a.b.c\"}"})
    void whatIsNoTokenIsNotValid(String body) {
        post(AUTH + "/validate", body).then().statusCode(200).body(equalTo("{\"valid\":false}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{", ""})
    void whatIsNoQuestionIsRefused(String body) {
        post(AUTH + "/validate", body).then().statusCode(400).body("error", equalTo("VALIDATION"));
    }

    private static Response validity(String token) {
        return post(AUTH + "/validate", Map.of("token", token));
    }

    // --- logout ---

    @Test
    void signingOutEndsTheSessionWhicheverWayItIsShown() {
        var account = Accounts.create();
        var byBody = account.signedIn();
        var byCookie = account.signedIn();
        var byBearer = account.signedIn();

        var answer = byCookie.byCookie().post(AUTH + "/logout");
        post(AUTH + "/logout", Map.of("refreshToken", byBody.token())).then().statusCode(200);
        byBearer.byAccessToken().post(AUTH + "/logout").then().statusCode(200);

        answer.then().statusCode(200).body(equalTo("{\"success\":true}"));
        assertThat(answer.headers().getValues("Set-Cookie"))
                .containsExactly(
                        "mana.session_token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
                        "mana.session_data=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
                        "mana.dont_remember=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
        for (var in : List.of(byBody, byCookie, byBearer)) {
            assertThat(in.isLive()).isFalse();
        }
        assertThat(account.events()).endsWith("LOGOUT", "LOGOUT", "LOGOUT");
    }

    @Test
    void signingOutEndsAllThatIsShownAtOnce() {
        var account = Accounts.create();
        var byBody = account.signedIn();
        var byCookie = account.signedIn();
        var otherCookie = account.signedIn();
        var byBearer = account.signedIn();

        given().header(
                        "Cookie",
                        Accounts.COOKIE + "=" + byCookie.cookie() + "; " + Accounts.COOKIE + "=" + otherCookie.cookie())
                .header("Origin", "https://mana.how")
                .header("Authorization", "Bearer " + byBearer.accessToken())
                .contentType("application/json")
                .body(Map.of("refreshToken", byBody.token()))
                .post(AUTH + "/logout")
                .then()
                .statusCode(200);

        for (var in : List.of(byBody, byCookie, otherCookie, byBearer)) {
            assertThat(in.isLive()).isFalse();
        }
    }

    @Test
    void whoIsNotSignedInIsSignedOut() {
        given().post(AUTH + "/logout").then().statusCode(200).body("success", equalTo(true));
    }

    // --- sessions and events ---

    @Test
    void aUserSeesAndEndsTheirOwnSessions() {
        var account = Accounts.create();
        var here = account.signedIn();
        var there = account.signedIn();

        var all = here.byAccessToken().get(AUTH + "/sessions");
        all.then().statusCode(200).body("", hasSize(2));
        var other = all.<List<String>>path("findAll { !it.current }.id").get(0);
        here.byAccessToken()
                .delete(AUTH + "/sessions/" + other)
                .then()
                .statusCode(200)
                .body("success", equalTo(true));

        assertThat(there.isLive()).isFalse();
        assertThat(here.isLive()).isTrue();
        here.byAccessToken()
                .delete(AUTH + "/sessions/" + other)
                .then()
                .statusCode(404)
                .body("error", equalTo("NOT_FOUND"));
        assertThat(account.events()).contains("SESSION_REVOKED");
    }

    @Test
    void nobodyEndsAnothersSession() {
        var alice = Accounts.create();
        var in = alice.signedIn();
        var id = in.byAccessToken()
                .get(AUTH + "/sessions")
                .<List<String>>path("id")
                .get(0);

        Accounts.create()
                .signedIn()
                .byAccessToken()
                .delete(AUTH + "/sessions/" + id)
                .then()
                .statusCode(404);

        assertThat(in.isLive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%20", "a%00b", "%C3%A4", "%FF", "a'b"})
    void whatIsNoIdNamesNoSession(String id) {
        var in = Accounts.create().signedIn();

        given().urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + in.accessToken())
                .delete(AUTH + "/sessions/" + id)
                .then()
                .statusCode(404)
                .body("error", equalTo("NOT_FOUND"));
    }

    @Test
    void aUserReadsTheirOwnEventsNewestFirst() {
        var account = Accounts.create();
        account.login("wrong");
        var in = account.signedIn();

        in.byAccessToken()
                .get(AUTH + "/security-events")
                .then()
                .statusCode(200)
                .body("eventType", equalTo(List.of("LOGIN_SUCCESS", "LOGIN_FAILURE")))
                .body("[1].metadata.code", equalTo("INVALID_CREDENTIALS"))
                .body("[0].userId", equalTo(account.id()));
        in.byAccessToken().get(AUTH + "/security-events?limit=1").then().body("", hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "501", "x", "1.5", "99999999999"})
    void aLimitIsANumberThatMakesSense(String limit) {
        var in = Accounts.create().signedIn();

        in.byAccessToken()
                .get(AUTH + "/security-events?limit=" + limit)
                .then()
                .statusCode(400)
                .body("error", equalTo("VALIDATION"));
    }

    @Test
    void passwordsAreInNoEvent() {
        var account = Accounts.create();
        account.login("my-secret-guess");
        account.login();

        assertThat(AdminDatabase.rows("SELECT 1 FROM auth.security_events e WHERE e::text LIKE '%my-secret-guess%'"
                        + " OR e::text LIKE '%" + PASSWORD + "%'"))
                .isEmpty();
    }
}
