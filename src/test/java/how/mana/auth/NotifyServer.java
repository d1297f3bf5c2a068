package how.mana.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The services that ours tells things, mana-notify above all. Remembers what it was told, and answers as a test wishes.
 *
 * <pre>{@code
 * var mail = NotifyServer.received("anna@test.local");
 * }</pre>
 */
public final class NotifyServer implements AutoCloseable {
    /** As an answer: none, and the connection stays open. */
    public static final int HANG = 0;

    private static final String KEY = "test.notify-server";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads;

    private NotifyServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    static NotifyServer start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var threads = Executors.newCachedThreadPool();
            server.setExecutor(threads);
            server.createContext("/", NotifyServer::answer);
            publish(new ArrayList<>(), new ConcurrentHashMap<>());
            server.start();
            return new NotifyServer(server, threads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * In the system properties and made of the JDK's classes, because the framework loads test resources and tests by
     * different class loaders. Suppliers, because whoever prints all properties must not walk through a list that grows.
     */
    private static void publish(List<List<String>> requests, Map<String, Integer> answers) {
        Supplier<List<List<String>>> shared = () -> requests;
        Supplier<Map<String, Integer>> wishes = () -> answers;
        System.getProperties().put(KEY + ".requests", shared);
        System.getProperties().put(KEY + ".answers", wishes);
    }

    /** What sends the service here with everything it has to tell. */
    Map<String, String> variables() {
        var url = "http://127.0.0.1:" + server.getAddress().getPort();
        return Map.of("MANA_NOTIFY_URL", url, "MANA_CREDITS_URL", url + "/", "MANA_MAIL_URL", url);
    }

    /** From now on, whatever holds {@code word} is answered with {@code status}; 200 is what else it would be. */
    public static void answer(String word, int status) {
        answers().put(word, status);
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
        synchronized (requests()) {
            return matching(request -> request.body().contains(word));
        }
    }

    private static List<Request> await(Predicate<Request> wanted, int count) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (requests()) {
            while (true) {
                var found = matching(wanted);
                var left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (found.size() >= count) {
                    return found;
                }
                if (left <= 0) {
                    throw new AssertionError("only " + found.size() + " of " + count + " came in time");
                }
                waitForMore(left);
            }
        }
    }

    private static void waitForMore(long millis) {
        try {
            requests().wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<Request> matching(Predicate<Request> wanted) {
        return requests().stream().map(Request::of).filter(wanted).toList();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (requests()) {
            requests()
                    .add(List.of(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                            String.valueOf(exchange.getRequestHeaders().getFirst("X-Service-Key")),
                            body));
            requests().notifyAll();
        }
        var status = answers().entrySet().stream()
                .filter(entry -> body.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse(200);
        if (status != HANG) {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        }
    }

    @SuppressWarnings("unchecked") // put there by publish
    private static List<List<String>> requests() {
        return ((Supplier<List<List<String>>>) published(".requests")).get();
    }

    @SuppressWarnings("unchecked") // put there by publish
    private static Map<String, Integer> answers() {
        return ((Supplier<Map<String, Integer>>) published(".answers")).get();
    }

    private static Object published(String part) {
        return Objects.requireNonNull(System.getProperties().get(KEY + part), "ServiceEnvironment starts it");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** @param key what was shown as {@code X-Service-Key}, or "null" */
    public record Request(String method, String path, String type, String key, String body) {
        static Request of(List<String> parts) {
            return new Request(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4));
        }

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
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
