package how.mana.auth.transit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A transit engine as its public API describes it: {@code POST /v1/transit/encrypt|decrypt/mana} with a token. It remembers
 * instead of encrypting.
 */
public final class TransitServer implements AutoCloseable {
    static final String TOKEN = "hvs.a-token-that-must-not-be-told";

    private final HttpServer server;
    private final Map<String, String> plaintexts = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger asked = new AtomicInteger();
    private Optional<Answer> always = Optional.empty();

    private TransitServer(HttpServer server) {
        this.server = server;
    }

    public static TransitServer start() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var stub = new TransitServer(server);
        server.createContext("/", stub::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        return stub;
    }

    /** From now on it answers this, whatever it is asked. */
    TransitServer always(int status, String body) {
        always = Optional.of(new Answer(status, body));
        return this;
    }

    /** What a process needs to ask it, but for the directory. */
    public Map<String, String> variables() {
        return Map.of(
                "MANA_AUTH_KEK_TRANSIT_ADDR",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "MANA_AUTH_KEK_TRANSIT_TOKEN",
                TOKEN,
                "MANA_AUTH_KEK_TRANSIT_KEY",
                "mana",
                "MANA_AUTH_KEK_TRANSIT_NAMESPACE",
                "team");
    }

    TransitSettings settings() {
        return settings(TOKEN, "mana");
    }

    TransitSettings settings(String token, String key) {
        return new TransitSettings(
                "http://127.0.0.1:" + server.getAddress().getPort(), token, key, "transit", Optional.of("team"));
    }

    /** Keeps {@code base64} and gives out what stands for it. */
    String keep(String base64) {
        var ciphertext = "vault:v1:" + "kept" + "0".repeat(12) + plaintexts.size();
        plaintexts.put(ciphertext, base64);
        return ciphertext;
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        var request = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
        var answer = always.orElseGet(() -> {
            var headers = exchange.getRequestHeaders();
            if (!TOKEN.equals(headers.getFirst("X-Vault-Token"))
                    || !"team".equals(headers.getFirst("X-Vault-Namespace"))) {
                return new Answer(403, "{\"errors\":[\"permission denied\"]}");
            }
            return switch (exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath()) {
                case "POST /v1/transit/encrypt/mana" ->
                    new Answer(
                            200,
                            "{\"data\":{\"ciphertext\":\""
                                    + keep(request.path("plaintext").asText()) + "\"}}");
                case "POST /v1/transit/decrypt/mana" ->
                    decrypted(request.path("ciphertext").asText());
                default -> new Answer(404, "{\"errors\":[]}");
            };
        });
        send(exchange, answer);
    }

    private Answer decrypted(String ciphertext) {
        var plaintext = plaintexts.get(ciphertext);
        return plaintext == null
                ? new Answer(400, "{\"errors\":[\"cipher: message authentication failed\"]}")
                : new Answer(200, "{\"data\":{\"plaintext\":\"" + plaintext + "\"}}");
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.status() == 0) { // never
            await();
        }
        try (exchange) {
            var body = answer.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Location", "/v1/elsewhere");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private record Answer(int status, String body) {}

    static int freePort() {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
