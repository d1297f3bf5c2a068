package how.mana.auth.grant.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import how.mana.auth.grant.worker.GrantLedger.Standing;
import how.mana.auth.grant.worker.UnwrapResult.Reason;
import how.mana.auth.grant.worker.UnwrapResult.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On loopback. The limit is for a wait without an end, which would otherwise hold the build. */
@Timeout(15)
class HttpGrantLedgerTest {
    private static final String SERVICE_KEY = "test-service-key";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final GrantVector vector = GrantVector.grants().get(0);
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;

    private record Question(String method, String path, List<String> keys, String contentType, JsonNode body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"ok, OK", "expired, EXPIRED", "malformed, MALFORMED", "revoked, REVOKED"})
    void theAnswerIsHowTheGrantStands(String word, Standing standing) {
        answer(200, "{\"status\":\"" + word + "\"}");

        assertThat(check(LONG)).isEqualTo(standing);
    }

    @Test
    void aQuestionNamesTheGrantAndCarriesTheServiceKey() throws IOException {
        answer(200, "{\"status\":\"ok\",\"later\":1}");

        ledger(LONG).check(grant("g-1"), "alice");

        assertThat(questions)
                .containsExactly(new Question(
                        "POST",
                        "/api/v1/internal/mission-grants/check",
                        List.of(SERVICE_KEY),
                        "application/json",
                        new ObjectMapper().readTree("""
                                        {"grantId":"g-1","missionId":"mission-0-CwfYxvN4",
                                         "issuedAt":"2026-04-28T10:00:00Z","userId":"alice",
                                         "scope":"ab17759acca3243161b371538b09cf0b8466782c2dd59b1df2680c86159f13fa"}
                                        """)));
    }

    @Test
    void aGrantWithoutAnIdIsAskedAboutWithoutOne() {
        answer(200, "{\"status\":\"ok\"}");

        check(LONG);

        assertThat(questions).singleElement().satisfies(question -> assertThat(
                        question.body().has("grantId"))
                .isFalse());
    }

    @Test
    void anExpiredGrantOfTheLedgerIsNotUnwrapped() {
        answer(200, "{\"status\":\"expired\"}");
        var clock = Clock.fixed(GrantVector.ISSUED, ZoneOffset.UTC);

        var result = new GrantUnwrapper(vector.pem(), clock, ledger(LONG))
                .unwrap(vector.answer().toString(), "alice");

        assertThat(result).isEqualTo(new Refused(Reason.EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ok",
                "\"ok\"",
                "{}",
                "[]",
                "{\"status\":null}",
                "{\"status\":true}",
                "{\"status\":\"OK\"}",
                "{\"status\":\"fine\"}",
                "{\"status\":\"ok\"}{}",
                "{\"status\":\"revoked\",\"status\":\"ok\"}"
            })
    void anAnswerItDoesNotKnowFails(String body) {
        answer(200, body);

        assertUnavailable(LONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 302, 400, 401, 403, 404, 429, 500, 503})
    void anotherStatusFails(int status) {
        answer(status, "{\"status\":\"ok\"}");

        assertUnavailable(LONG);
    }

    @Test
    void aRedirectIsNotFollowed() {
        on(exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            respond(exchange, 307, "");
        });
        server.createContext("/elsewhere", exchange -> respond(exchange, 200, "{\"status\":\"ok\"}"));

        assertUnavailable(LONG);
    }

    @Test
    void aServiceOutOfReachFails() {
        var ledger = ledger(LONG);
        server.stop(0);

        assertThatExceptionOfType(GrantLedger.UnavailableException.class)
                .isThrownBy(() -> ledger.check(grant("g-1"), "alice"));
    }

    @Test
    void aServiceThatNeverAnswersFails() {
        on(exchange -> waitForTheEnd());

        assertUnavailable(SHORT);
    }

    @Test
    void anAnswerThatNeverEndsFails() {
        on(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"status\":\"ok\"}".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            waitForTheEnd();
        });

        assertUnavailable(SHORT);
    }

    @Test
    void anInterruptFailsAndStaysPending() {
        on(exchange -> waitForTheEnd());

        Thread.currentThread().interrupt();

        assertUnavailable(LONG);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aServiceKeyThatCannotBeAHeaderIsRefusedWithoutBeingShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpGrantLedger(base(), "secret\nkey", LONG))
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @Test
    void whatIsPrintedShowsNoKey() {
        assertThat(ledger(LONG).toString()).doesNotContain(SERVICE_KEY);
    }

    private void assertUnavailable(Duration timeout) {
        assertThatExceptionOfType(GrantLedger.UnavailableException.class)
                .isThrownBy(() -> check(timeout))
                .withMessageNotContaining(SERVICE_KEY);
    }

    private Standing check(Duration timeout) {
        return ledger(timeout)
                .check(MissionGrant.parse(vector.answer().toString()).orElseThrow(), "alice");
    }

    private MissionGrant grant(String id) {
        return MissionGrant.parse(vector.answer().put("grantId", id).toString()).orElseThrow();
    }

    private HttpGrantLedger ledger(Duration timeout) {
        return new HttpGrantLedger(base(), SERVICE_KEY, timeout);
    }

    private URI base() {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/");
    }

    private void answer(int status, String body) {
        on(exchange -> respond(exchange, status, body));
    }

    private void on(HttpHandler handler) {
        server.createContext("/api/v1/internal/mission-grants/check", exchange -> {
            questions.add(new Question(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    List.copyOf(exchange.getRequestHeaders().getOrDefault("X-Service-Key", List.of())),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    new ObjectMapper().readTree(exchange.getRequestBody())));
            handler.handle(exchange);
        });
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            boolean empty = status == 204 || bytes.length == 0;
            exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
            if (!empty) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private void waitForTheEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
