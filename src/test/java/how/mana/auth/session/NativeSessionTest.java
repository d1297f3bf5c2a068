package how.mana.auth.session;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import how.mana.auth.Accounts;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers do with their session, and whose pages may make them (contract A5). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class NativeSessionTest {
    private static final String NOBODY = "{\"message\":\"Unauthorized\",\"code\":\"UNAUTHORIZED\"}";

    @Test
    void theServiceAnswers() {
        given().get(NATIVE + "/ok").then().statusCode(200).body(equalTo("{\"ok\":true}"));
    }

    @Test
    void theSessionComesWithATokenAndItsCookie() {
        var account = Accounts.create();
        var in = account.signedIn();

        var answer = in.byCookie().get(NATIVE + "/get-session");

        answer.then().statusCode(200).body("user.id", equalTo(account.id()));
        assertThat(answer.<Map<String, Object>>path("session").keySet())
                .containsExactly(
                        "expiresAt", "token", "createdAt", "updatedAt", "ipAddress", "userAgent", "userId", "id");
        assertThat(answer.header("Set-Cookie")).startsWith("mana.session_token=" + in.cookie());
        post(AUTH + "/validate", Map.of("token", answer.header("set-auth-jwt")))
                .then()
                .body("valid", equalTo(true));
    }

    @Test
    void withoutASessionThereIsNull() {
        var none = given().get(NATIVE + "/get-session");
        var unknown = given().header("Cookie", Accounts.COOKIE + "=x").get(NATIVE + "/get-session");

        none.then().statusCode(200).contentType("application/json").body(equalTo("null"));
        assertThat(none.header("Set-Cookie")).isNull();
        unknown.then().statusCode(200).body(equalTo("null"));
        assertThat(unknown.headers().getValues("Set-Cookie")).hasSize(3).allMatch(value -> value.contains("Max-Age=0"));
    }

    /** The browser of somebody whose client exchanged the token a moment ago: its next cookie is on its way. */
    @Test
    void aTokenThatWasExchangedIsNotGivenAgain() {
        var account = Accounts.create();
        var in = account.signedIn();
        post(AUTH + "/refresh", Map.of("refreshToken", in.token(), "rotate", true))
                .then()
                .statusCode(200);

        var answer = in.byCookie().get(NATIVE + "/get-session");

        answer.then().statusCode(200).body("user.id", equalTo(account.id()));
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    @Test
    void aHeaderThatOpensNothingLeavesItToTheCookie() {
        var account = Accounts.create();
        var in = account.signedIn();

        var answer = in.byCookie().header("Authorization", "Bearer a.b.c").get(NATIVE + "/get-session");

        answer.then().statusCode(200).body("user.id", equalTo(account.id()));
        assertThat(answer.header("Set-Cookie")).startsWith("mana.session_token=" + in.cookie());
    }

    @Test
    void anAccessTokenForWhoIsSignedIn() {
        var in = Accounts.create().signedIn();

        for (var request : List.of(in.byCookie(), in.byAccessToken(), in.bySessionToken())) {
            var token = request.get(NATIVE + "/token")
                    .then()
                    .statusCode(200)
                    .extract()
                    .<String>path("token");
            post(AUTH + "/validate", Map.of("token", token)).then().body("valid", equalTo(true));
        }
        given().get(NATIVE + "/token").then().statusCode(401).body(equalTo(NOBODY));
    }

    @Test
    void theSessionsAreListedWithTheTokenThatWasShown() {
        var account = Accounts.create();
        var in = account.signedIn();
        account.signedIn();

        in.byCookie()
                .get(NATIVE + "/list-sessions")
                .then()
                .statusCode(200)
                .body("", hasSize(2))
                .body("findAll { it.token != '' }.token", equalTo(List.of(in.token())));
        given().get(NATIVE + "/list-sessions").then().statusCode(401).body(equalTo(NOBODY));
    }

    @Test
    void signingOutEndsTheSession() {
        var in = Accounts.create().signedIn();

        in.byCookie().post(NATIVE + "/sign-out").then().statusCode(200).body("success", equalTo(true));

        assertThat(in.isLive()).isFalse();
    }

    @Test
    void signingOutEndsAllThatIsShownAtOnce() {
        var account = Accounts.create();
        var byCookie = account.signedIn();
        var byBearer = account.signedIn();

        byCookie.byCookie()
                .header("Authorization", "Bearer " + byBearer.accessToken())
                .post(NATIVE + "/sign-out")
                .then()
                .statusCode(200);

        assertThat(byCookie.isLive()).isFalse();
        assertThat(byBearer.isLive()).isFalse();
    }

    // --- whose pages may act ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://mana.how",
                "https://auth.mana.how",
                "https://whopxl.mana.how",
                "http://localhost:5173",
                "http://localhost:3001"
            })
    void aPageOfOursMayActWithTheCookie(String origin) {
        var in = Accounts.create().signedIn();

        withCookie(in, "Origin", origin).then().statusCode(200);

        assertThat(in.isLive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Origin,https://evil.example,INVALID_ORIGIN",
        "Origin,https://mana.how.evil.example,INVALID_ORIGIN",
        "Origin,https://evil.mana.how,INVALID_ORIGIN",
        "Origin,http://mana.how,INVALID_ORIGIN",
        "Origin,null,MISSING_OR_NULL_ORIGIN",
        "X-None,x,MISSING_OR_NULL_ORIGIN",
        "Referer,https://evil.example/https://mana.how,INVALID_ORIGIN"
    })
    void noOtherPageMay(String header, String value, String code) {
        var in = Accounts.create().signedIn();

        withCookie(in, header, value)
                .then()
                .statusCode(403)
                .body("code", equalTo(code))
                .body("$", aMapWithSize(2));

        assertThat(in.isLive()).isTrue();
    }

    private static Response withCookie(Accounts.SignedIn in, String header, String value) {
        return given().header("Cookie", Accounts.COOKIE + "=" + in.cookie())
                .header(header, value)
                .post(AUTH + "/logout");
    }

    @Test
    void aBrowserThatSignsInSaysFromWhichPage() {
        var account = Accounts.create();
        var body = Map.of("email", account.email(), "password", PASSWORD);

        json(body)
                .header("Sec-Fetch-Mode", "cors")
                .post(NATIVE + "/sign-in/email")
                .then()
                .statusCode(403)
                .body(equalTo("{\"message\":\"Missing or null Origin\",\"code\":\"MISSING_OR_NULL_ORIGIN\"}"));
        json(body)
                .header("Sec-Fetch-Mode", "cors")
                .header("Origin", "https://evil.example")
                .post(NATIVE + "/sign-in/email")
                .then()
                .statusCode(403)
                .body("code", equalTo("INVALID_ORIGIN"));
        json(body)
                .header("Sec-Fetch-Mode", "cors")
                .header("Origin", "https://mana.how")
                .post(NATIVE + "/sign-in/email")
                .then()
                .statusCode(200);
    }

    @Test
    void nobodyIsSignedInByALinkOnAnotherSite() {
        json(Map.of("email", "a@example.org", "password", "x"))
                .header("Sec-Fetch-Site", "cross-site")
                .header("Sec-Fetch-Mode", "navigate")
                .header("Origin", "https://mana.how")
                .post(NATIVE + "/sign-in/email")
                .then()
                .statusCode(403)
                .body("code", equalTo("CROSS_SITE_NAVIGATION_LOGIN_BLOCKED"));
    }

    @Test
    void anUntrustedPageDoesNothingWithTheCookieOnTheServiceRoutesEither() {
        var in = Accounts.create().signedIn();

        given().header("Cookie", Accounts.COOKIE + "=" + in.cookie())
                .header("Origin", "https://evil.example")
                .post(AUTH + "/session-to-token")
                .then()
                .statusCode(403)
                .body("error", equalTo("INVALID_ORIGIN"));
    }

    /** An app that may read the answers (CORS_ORIGINS) and is not trusted with more. */
    @Test
    void whoMayReadTheAnswersMayAsk() {
        var account = Accounts.create();
        var in = account.signedIn();

        app(in, Map.of()).post(AUTH + "/session-to-token").then().statusCode(200);
        app(in, Map.of()).post(AUTH + "/refresh").then().statusCode(200);
        app(in, Map.of("token", in.accessToken()))
                .post(AUTH + "/validate")
                .then()
                .statusCode(200)
                .body("valid", equalTo(true));
        app(in, Map.of("email", account.email(), "password", PASSWORD))
                .post(AUTH + "/login")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {AUTH + "/logout", NATIVE + "/sign-out"})
    void butItEndsNothing(String route) {
        var in = Accounts.create().signedIn();

        app(in, Map.of()).post(route).then().statusCode(403).body("code", equalTo("INVALID_ORIGIN"));

        assertThat(in.isLive()).isTrue();
    }

    private static RequestSpecification app(Accounts.SignedIn in, Map<String, String> body) {
        return json(body)
                .header("Cookie", Accounts.COOKIE + "=" + in.cookie())
                .header("Origin", ServiceEnvironment.APP);
    }

    /** Nor does it have its visitor act for somebody else: it knows a password of its own, and its visitor has no cookie yet. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                AUTH + "/login",
                AUTH + "/register",
                AUTH + "/refresh",
                AUTH + "/session-to-token",
                NATIVE + "/sign-in/email",
                NATIVE + "/sign-up/email"
            })
    void anUntrustedPageSignsNobodyIn(String route) {
        var account = Accounts.create();
        var body = Map.of(
                "email", account.email(),
                "password", PASSWORD,
                "refreshToken", account.signedIn().token());

        var answer = json(body).header("Origin", "https://evil.example").post(route);

        answer.then().statusCode(403).body(route.startsWith(AUTH) ? "error" : "code", equalTo("INVALID_ORIGIN"));
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    /** A page may have anything sent anywhere without asking, as long as it does not say that it is JSON. */
    @ParameterizedTest
    @ValueSource(strings = {AUTH + "/login", AUTH + "/register", AUTH + "/validate", NATIVE + "/sign-in/email"})
    void whatDoesNotSayThatItIsJsonIsNotRead(String route) throws Exception {
        var account = Accounts.create();
        var body = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(account.email(), PASSWORD);
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + route))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();

        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(415);
    }
}
