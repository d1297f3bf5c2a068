package how.mana.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The packaged service in a process of its own, with nothing but environment variables: what an operator runs. */
public final class PackagedService implements AutoCloseable {
    /** What the last build made, in Quarkus' words: {@code type} is {@code jar} or {@code native}. */
    private static final Path BUILT = Path.of("target", "quarkus-artifact.properties");

    private static final Duration START = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 50;

    private final HttpClient client = HttpClient.newHttpClient();
    private final LoggedProcess process;
    private final int port;

    private PackagedService(LoggedProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    public static boolean isNative() {
        return "native".equals(built("type"));
    }

    /** The executable, or the jar that is started. */
    public static Path artifact() {
        return BUILT.resolveSibling(built("path"));
    }

    private static String built(String property) {
        try (var file = Files.newBufferedReader(BUILT)) {
            var properties = new Properties();
            properties.load(file);
            return properties.getProperty(property);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits until it is ready, or until it has ended. */
    static PackagedService serving(Map<String, String> variables) {
        var service = start(variables, List.of());
        service.waitFor(service::isReady);
        return service;
    }

    /** Runs a command to its end. */
    static PackagedService command(Map<String, String> variables, String... arguments) {
        var service = start(variables, List.of(arguments));
        service.exitCode();
        return service;
    }

    /** Starts a command and leaves it to itself. */
    static PackagedService running(Map<String, String> variables, String... arguments) {
        return start(variables, List.of(arguments));
    }

    private static PackagedService start(Map<String, String> variables, List<String> arguments) {
        var port = freePort();
        var environment = new HashMap<>(Map.of("PORT", String.valueOf(port)));
        environment.putAll(variables);
        var command = new ArrayList<String>();
        if (!isNative()) {
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.add("-jar");
        }
        command.add(artifact().toString());
        command.addAll(arguments);
        return new PackagedService(LoggedProcess.start(environment, command), port);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isReady() {
        return status("/q/health/ready") == 200;
    }

    /** The status of an answer, or 0 if there was none. */
    int status(String path) {
        return status(path, Map.of());
    }

    int status(String path, Map<String, String> headers) {
        try {
            return get(path, headers).statusCode();
        } catch (UncheckedIOException noAnswer) {
            return 0;
        }
    }

    HttpResponse<String> get(String path, Map<String, String> headers) {
        return send("GET", path, headers);
    }

    HttpResponse<String> send(String method, String path, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Polls until {@code condition} holds, or the process has ended, or a minute has passed. */
    boolean waitFor(Condition condition) {
        var giveUp = Instant.now().plus(START);
        while (Instant.now().isBefore(giveUp)) {
            if (condition.holds()) {
                return true;
            }
            if (process.endsWithin(POLL_MILLIS)) {
                return false;
            }
        }
        return false;
    }

    interface Condition {
        boolean holds();
    }

    int exitCode() {
        return process.exitCode();
    }

    /** SIGTERM. */
    void terminate() {
        process.handle().destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.handle().destroyForcibly();
    }

    /** @param name of the signal, as {@code kill -s} wants it */
    void signal(String name) {
        try {
            new ProcessBuilder(
                            "kill", "-s", name, String.valueOf(process.handle().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return port;
    }

    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
