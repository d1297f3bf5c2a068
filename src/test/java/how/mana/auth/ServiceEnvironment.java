package how.mana.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.TestDatabase;
import how.mana.auth.db.TestPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the service under test runs in: a real Postgres with an owner and an unprivileged serving role, a KEK, and an
 * external issuer of tokens. Given as the environment variables an operator would set.
 */
public final class ServiceEnvironment implements QuarkusTestResourceLifecycleManager {
    /** 32 bytes of 1, 2, 3, …: a real key as far as the boot checks can tell. */
    public static final String KEK = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

    private final TestIssuer issuer = TestIssuer.fresh();
    private @Nullable HttpServer jwks;
    private @Nullable TestDatabase database;

    @Override
    public Map<String, String> start() {
        try {
            var postgres = TestPostgres.instance().createDatabase();
            database = postgres;
            AdminDatabase.publish(postgres);
            issuer.publish();
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            jwks = server;
            server.createContext("/jwks", this::publishKeys);
            server.start();
            return settings(postgres, server.getAddress().getPort());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void publishKeys(HttpExchange exchange) throws IOException {
        var body = issuer.jwks().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Map<String, String> settings(TestDatabase database, int jwksPort) {
        var variables = new HashMap<String, String>();
        variables.put("DATABASE_URL", url(database.appUrl()));
        variables.put("MIGRATION_DATABASE_URL", url(database.ownerUrl()));
        variables.put("MANA_AUTH_KEK", KEK);
        variables.put("AUTH_JWKS_URL", "http://127.0.0.1:" + jwksPort + "/jwks");
        variables.put("AUTH_ISSUER", TestIssuer.ISSUER);
        variables.put("CORS_ORIGINS", "https://mana.how,http://localhost:5173");
        var all = new HashMap<>(new Environment(variables::get).settings());
        all.putAll(variables);
        return all;
    }

    private static String url(DatabaseUrl url) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(url.role(), url.password(), url.host(), url.port(), url.database());
    }

    @Override
    public void stop() {
        if (jwks != null) {
            jwks.stop(0);
        }
        try {
            if (database != null) {
                database.close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
