package how.mana.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every route (contract A1). */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class HttpEdgeTest {
    private static final String VAULT = "/api/v1/me/encryption-vault";

    @ParameterizedTest
    @CsvSource({"GET,/nope", "POST,/api/v1/nope", "GET,/api/v1/me/nope", "PUT,/health", "DELETE," + VAULT + "/key"})
    void anUnknownRouteAndAWrongMethodAreTheSame404(String method, String path) {
        given().header("Authorization", "Bearer " + Users.create().token())
                .redirects()
                .follow(false)
                .request(method, path)
                .then()
                .statusCode(404)
                .contentType("text/plain")
                .body(equalTo("404 Not Found"));
    }

    @ParameterizedTest
    @CsvSource({"GET,/api/v1/me/nope", "DELETE," + VAULT + "/key"})
    void amongTheCallersRoutesATokenIsAskedForFirst(String method, String path) {
        given().request(method, path)
                .then()
                .statusCode(401)
                .body(equalTo("{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}"));
        given().header("Authorization", "Bearer a.b.c")
                .request(method, path)
                .then()
                .statusCode(401)
                .body(equalTo("{\"statusCode\":401,\"message\":\"Invalid or expired token\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/%", "/health/%e"})
    void aPathThatIsNoneIsABadRequest(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aRedirectKeepsWhateverQueryThereIs() throws IOException {
        assertThat(raw("GET /health/?q=a%7Cb&c=%7B HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 301 ")
                .containsIgnoringCase("location: http://x/health?q=a%7Cb&c=%7B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/auth/nope", "/api/auth"})
    void inTheNativePartItIsAnEmpty404(String path) {
        given().get(path)
                .then()
                .statusCode(404)
                .header("Content-Type", nullValue())
                .body(equalTo(""));
    }

    /** What a proxy with a list of open paths takes for one of them must not be metrics or another route to us. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/../q/metrics",
                "/api/%2e%2e/q/metrics",
                "/api/.%2E/q/metrics",
                "/api/./../q/metrics",
                "//q/metrics",
                "../q/metrics",
                "%2e%2e/q/metrics",
                "/api//v1/me/encryption-vault/status",
                "/health/.",
                "/health/.."
            })
    void aPathThatCouldBeReadInTwoWaysIsNoRoute(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/h%65alth", "/q/health/live?a=..//../"})
    void aPathThatIsOnlySpeltOtherwiseIsTheSame(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aRequestIdIsEchoed() {
        given().header("X-Request-Id", "abc-123").get("/health").then().header("X-Request-Id", "abc-123");
    }

    @Test
    void withoutARequestIdThereIsAFreshOne() {
        given().get("/health").then().header("X-Request-Id", matchesPattern("[0-9a-f]{8}"));
        given().get("/nope").then().header("X-Request-Id", matchesPattern("[0-9a-f]{8}"));
    }

    @Test
    void aRequestIdThatCouldForgeALogLineIsReplaced() {
        given().header("X-Request-Id", "x".repeat(129))
                .get("/health")
                .then()
                .header("X-Request-Id", matchesPattern("[0-9a-f]{8}"));
        given().header("X-Request-Id", "a b{}\"")
                .get("/health")
                .then()
                .header("X-Request-Id", matchesPattern("[0-9a-f]{8}"));
    }

    @Test
    void aListedOriginMayReadTheAnswer() {
        given().header("Origin", "https://mana.how")
                .get("/health")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "https://mana.how")
                .header("Access-Control-Allow-Credentials", "true")
                .header("Access-Control-Expose-Headers", "Set-Cookie")
                .header("Vary", "Origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.test", "https://mana.how.evil.test", "http://mana.how", "null"})
    void anotherOriginIsServedButMayNotReadTheAnswer(String origin) {
        given().header("Origin", origin)
                .get("/health")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", nullValue())
                .header("Access-Control-Allow-Credentials", "true");
    }

    @Test
    void aPreflightIsAnsweredForEveryPath() {
        given().header("Origin", "http://localhost:5173")
                .header("Access-Control-Request-Method", "POST")
                .options(VAULT + "/init")
                .then()
                .statusCode(204)
                .header("Access-Control-Allow-Origin", "http://localhost:5173")
                .header("Access-Control-Allow-Headers", "Content-Type,Authorization,X-Service-Key,X-App-Id")
                .header("Access-Control-Allow-Methods", "GET,HEAD,PUT,POST,DELETE,PATCH")
                .header("Access-Control-Max-Age", nullValue());
    }

    @Test
    void aTrailingSlashMovesReadsAndEndsWrites() {
        given().redirects()
                .follow(false)
                .get("/health/?a=b")
                .then()
                .statusCode(301)
                .header("Location", RestAssured.baseURI + ":" + RestAssured.port + "/health?a=b");
        given().post(VAULT + "/init/").then().statusCode(404).body(equalTo("404 Not Found"));
    }

    @Test
    void theHealthRouteSaysWhoItIs() {
        given().get("/health")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .header("Content-Type", equalTo("application/json"))
                .body("status", equalTo("ok"))
                .body("service", equalTo("mana-auth"))
                .body("timestamp", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
    }

    @Test
    void readinessNamesWhatItLookedAt() {
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'vault' }.data.schema", equalTo("current"))
                .body("checks.find { it.name == 'vault' }.data.kek", equalTo("env-v1"));
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/started").then().statusCode(200);
    }

    @Test
    void metricsCountWhatAnOperatorAlertsOn() {
        given().header("Authorization", "Bearer " + Users.create().token()).post(VAULT + "/init");

        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("mana_audit_failures_total"))
                .body(containsString("mana_vault_unwrap_failures_total{reason=\"does-not-open\""))
                .body(containsString("mana_kek_wraps_total{kek=\"env-v1\""))
                .body(containsString("http_server_requests_seconds_count"))
                .body(containsString("sql_pool"))
                .body(not(containsString("user-")));
    }

    @Test
    void aWrongContentTypeIsRefusedInTheEnvelopeOfTheRoute() {
        given().header("Authorization", "Bearer " + Users.create().token())
                .contentType("text/plain")
                .body("{}")
                .post(VAULT + "/zero-knowledge")
                .then()
                .statusCode(415)
                .contentType("application/json")
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void whateverAClientAcceptsItGetsJson() {
        given().header("Authorization", "Bearer " + Users.create().token())
                .accept("text/html")
                .get(VAULT + "/status")
                .then()
                .statusCode(200)
                .header("Content-Type", equalTo("application/json"));
    }

    @Test
    void aBodyOverTheCapIsRefusedInTheEnvelopeOfTheRoute() {
        given().header("Authorization", "Bearer " + Users.create().token())
                .contentType("application/json")
                .body("{\"x\":\"" + "a".repeat(16 * 1024) + "\"}")
                .post(VAULT + "/zero-knowledge")
                .then()
                .statusCode(413)
                .contentType("application/json")
                .body("code", equalTo("PAYLOAD_TOO_LARGE"));
    }

    @Test
    void aBodyThatDoesNotAnnounceItsLengthIsMeasuredAsItIsRead() throws IOException {
        var chunk = "a".repeat(10_000);
        var request = "POST " + VAULT + "/zero-knowledge HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Authorization: Bearer " + Users.create().token() + "\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + ("2710\r\n" + chunk + "\r\n").repeat(2) + "0\r\n\r\n";

        assertThat(raw(request)).startsWith("HTTP/1.1 413 ").contains("\"code\":\"PAYLOAD_TOO_LARGE\"");
    }

    static String raw(String request) throws IOException {
        try (var socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theDescriptionOfTheApiIsServed() {
        given().get("/q/openapi")
                .then()
                .statusCode(200)
                .header("Content-Type", "application/yaml")
                .body(containsString(VAULT + "/zero-knowledge"));
    }
}
