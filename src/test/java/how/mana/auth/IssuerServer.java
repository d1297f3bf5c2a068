package how.mana.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A {@link TestIssuer} whose keys can be fetched over HTTP. */
public final class IssuerServer implements AutoCloseable {
    private final TestIssuer issuer;
    private final HttpServer server;

    private IssuerServer(TestIssuer issuer, HttpServer server) {
        this.issuer = issuer;
        this.server = server;
    }

    public static IssuerServer start(TestIssuer issuer) {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/jwks", exchange -> publishKeys(issuer, exchange));
            server.start();
            return new IssuerServer(issuer, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void publishKeys(TestIssuer issuer, HttpExchange exchange) throws IOException {
        var body = issuer.jwks().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** What tells the service to accept this issuer's tokens. */
    public Map<String, String> variables() {
        return Map.of(
                "AUTH_JWKS_URL",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks",
                "AUTH_ISSUER",
                TestIssuer.ISSUER);
    }

    public Map<String, String> bearer(String user) {
        return Map.of("Authorization", "Bearer " + issuer.tokenFor(user));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
