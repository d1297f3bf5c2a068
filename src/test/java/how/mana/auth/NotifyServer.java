package how.mana.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * The services that ours tells things, mana-notify above all. Remembers what it was told, and answers as a test wishes.
 *
 * <p>Tests ask it over HTTP too, because the framework loads test resources and tests by different class loaders.
 */
public final class NotifyServer implements AutoCloseable {
    /** As an answer: none, and the connection stays open. */
    public static final int HANG = 0;

    private static final String URL = "test.notify-server";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<Request> requests = new ArrayList<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    private NotifyServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::hear);
        server.createContext("/test/requests", this::tell);
        server.createContext("/test/answer", this::learn);
    }

    static NotifyServer start() {
        try {
            var started = new NotifyServer();
            started.server.start();
            System.setProperty(URL, started.url());
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What sends the service here with everything it has to tell. */
    Map<String, String> variables() {
        return Map.of("MANA_NOTIFY_URL", url(), "MANA_CREDITS_URL", url() + "/", "MANA_MAIL_URL", url());
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on, whatever holds {@code word} is answered with {@code status}; 200 is what else it would be. */
    public static void answer(String word, int status) {
        ask("/test/answer?" + status, word);
    }

    /** The first mail to {@code recipient}. Waits for it. */
    public static Request received(String recipient) {
        return received(recipient, 1).get(0);
    }

    /** The first mail to {@code recipient} with this subject. Waits for it. */
    public static Request received(String recipient, String subject) {
        return await(request -> request.isTo(recipient) && subject.equals(request.subject()), 1)
                .get(0);
    }

    /** The mails to {@code recipient}, once there are so many. */
    public static List<Request> received(String recipient, int count) {
        return await(request -> request.isTo(recipient), count);
    }

    /** The calls that name this user, once there are so many. */
    public static List<Request> calls(String userId, int count) {
        return await(request -> userId.equals(request.json().path("userId").textValue()), count);
    }

    /** Everything so far that holds {@code word}. Does not wait. */
    public static List<Request> soFar(String word) {
        return since(-1).stream()
                .filter(request -> request.body().contains(word))
                .toList();
    }

    private static List<Request> await(Predicate<Request> wanted, int count) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        var all = since(-1);
        while (true) {
            var found = all.stream().filter(wanted).toList();
            if (found.size() >= count) {
                return found;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("only " + found.size() + " of " + count + " came in time");
            }
            all = since(all.size());
        }
    }

    /** All requests, as soon as there are more than {@code known}, or after a moment. */
    private static List<Request> since(int known) {
        try {
            return List.of(JSON.readValue(ask("/test/requests?" + known, ""), Request[].class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ask(String path, String body) {
        try {
            var request = HttpRequest.newBuilder(URI.create(System.getProperty(URL) + path))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void hear(HttpExchange exchange) throws IOException {
        var body = bodyOf(exchange);
        synchronized (requests) {
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Service-Key")),
                    body));
            requests.notifyAll();
        }
        var status = answers.entrySet().stream()
                .filter(entry -> body.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse(200);
        if (status != HANG) {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        }
    }

    private void tell(HttpExchange exchange) throws IOException {
        var known = Integer.parseInt(exchange.getRequestURI().getQuery());
        byte[] all;
        synchronized (requests) {
            if (requests.size() <= known) {
                waitForMore();
            }
            all = JSON.writeValueAsBytes(requests);
        }
        exchange.sendResponseHeaders(200, all.length);
        exchange.getResponseBody().write(all);
        exchange.close();
    }

    @SuppressWarnings({"WaitNotInLoop", "GuardedBy"}) // whoever asked looks at what there is, and asks again
    private void waitForMore() {
        try {
            requests.wait(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void learn(HttpExchange exchange) throws IOException {
        answers.put(bodyOf(exchange), Integer.valueOf(exchange.getRequestURI().getQuery()));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static String bodyOf(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** @param key what was shown as {@code X-Service-Key}, or "null" */
    public record Request(String method, String path, String type, String key, String body) {
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        public String subject() {
            return json().path("subject").asText();
        }

        /** The mail itself, HTML. */
        public String html() {
            return json().path("body").asText();
        }

        boolean isTo(String recipient) {
            return recipient.equals(json().path("recipient").textValue());
        }
    }
}
