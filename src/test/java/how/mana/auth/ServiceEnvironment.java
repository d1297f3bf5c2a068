package how.mana.auth;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.schema.OldServiceDatabase;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the service under test runs in: a real Postgres with an owner and an unprivileged serving role, a sync database of the
 * same roles, a KEK, and an external issuer of tokens. Given as the environment variables an operator would set.
 */
public final class ServiceEnvironment implements QuarkusTestResourceLifecycleManager {
    /** 32 bytes of 1, 2, 3, …: a real key as far as the boot checks can tell. */
    public static final String KEK = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

    /** The contract's, with which its example of a cookie is signed. */
    public static final String COOKIE_SECRET = "contract-secret-0123456789abcdef0123456789";

    /** An app whose browsers may read answers, and which is not among the trusted origins. */
    public static final String APP = "https://todo.example";

    /**
     * What tokens count: those of an external issuer (the default), the same and whoever they name is made, our own, or an
     * issuer's that is away.
     */
    public enum Tokens {
        EXTERNAL,
        PROVISIONING,
        OWN,
        ISSUER_AWAY
    }

    private static final String TOKENS = "tokens";
    private static final String SYNC = "sync";
    private static final String NONE = "none";
    private static final String LIMITS = "limits";
    private static final String ADOPTED = "adopted";
    private static final String REAL = "real";

    /** All tests are one client: what is not about limits must not meet them. */
    private static final List<String> LIMITED = List.of("sign-in", "change", "mail", "other");

    private final TestIssuer issuer = TestIssuer.fresh();
    private Tokens tokens = Tokens.EXTERNAL;
    private @Nullable IssuerServer jwks;
    private @Nullable NotifyServer others;
    private boolean hasSync = true;
    private boolean hasRealLimits;
    private @Nullable String adopted;
    private @Nullable TestDatabase database;
    private @Nullable TestDatabase syncDatabase;

    /** What production does not start without, besides its database. */
    static Map<String, String> secrets() {
        return Map.of(
                "MANA_AUTH_KEK", KEK,
                "MANA_SERVICE_KEY", TestWorker.SERVICE_KEY,
                "BETTER_AUTH_SECRET", COOKIE_SECRET);
    }

    /** The same environment with other tokens, for a profile of its own: {@code testResources()} returns this. */
    public static List<QuarkusTestProfile.TestResourceEntry> with(Tokens tokens) {
        return List.of(
                new QuarkusTestProfile.TestResourceEntry(ServiceEnvironment.class, Map.of(TOKENS, tokens.name())));
    }

    /**
     * The service as its own issuer, with the limits that it comes with, behind one proxy: a request is of the client that its
     * X-Forwarded-For names.
     */
    public static List<QuarkusTestProfile.TestResourceEntry> withLimits() {
        return List.of(new QuarkusTestProfile.TestResourceEntry(
                ServiceEnvironment.class, Map.of(TOKENS, Tokens.OWN.name(), LIMITS, REAL)));
    }

    /** The service as its own issuer, on a database of the old service that it took over. */
    public static List<QuarkusTestProfile.TestResourceEntry> adopted(String additions) {
        return List.of(new QuarkusTestProfile.TestResourceEntry(
                ServiceEnvironment.class, Map.of(TOKENS, Tokens.OWN.name(), ADOPTED, additions)));
    }

    /** The same environment without a sync database, for a profile of its own. */
    public static List<QuarkusTestProfile.TestResourceEntry> withoutSync() {
        return List.of(new QuarkusTestProfile.TestResourceEntry(ServiceEnvironment.class, Map.of(SYNC, NONE)));
    }

    @Override
    public void init(Map<String, String> arguments) {
        hasSync = !NONE.equals(arguments.get(SYNC));
        hasRealLimits = REAL.equals(arguments.get(LIMITS));
        adopted = arguments.get(ADOPTED);
        tokens = Tokens.valueOf(arguments.getOrDefault(TOKENS, Tokens.EXTERNAL.name()));
    }

    @Override
    public Map<String, String> start() {
        try {
            var postgres = adopted == null
                    ? TestPostgres.instance().createDatabase()
                    : OldServiceDatabase.adopted(OldServiceDatabase.resource(adopted));
            database = postgres;
            AdminDatabase.publish(postgres);
            if (hasSync) {
                syncDatabase = TestPostgres.instance().createSyncDatabase(postgres);
            }
            issuer.publish();
            var server = IssuerServer.start(issuer);
            jwks = server;
            others = NotifyServer.start();
            return settings(postgres, server);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, String> settings(TestDatabase database, IssuerServer server) {
        var variables = new HashMap<String, String>();
        variables.put("DATABASE_URL", text(database.appUrl()));
        variables.put("MIGRATION_DATABASE_URL", text(database.ownerUrl()));
        if (syncDatabase != null) {
            variables.put("SYNC_DATABASE_URL", text(syncDatabase.appUrl()));
            variables.put("MIGRATION_SYNC_DATABASE_URL", text(syncDatabase.ownerUrl()));
        }
        variables.putAll(secrets());
        variables.put("MANA_AI_PUBLIC_KEY_PEM", TestWorker.publicPem());
        if (tokens != Tokens.OWN) {
            variables.putAll(server.variables());
        }
        if (tokens == Tokens.PROVISIONING) {
            variables.put("AUTH_PROVISION_USERS", "true");
        }
        if (tokens == Tokens.ISSUER_AWAY) {
            variables.put("AUTH_JWKS_URL", "http://127.0.0.1:1/jwks"); // where nobody listens
        }
        if (others != null) {
            variables.putAll(others.variables());
        }
        variables.put("CORS_ORIGINS", "https://mana.how,http://localhost:5173," + APP);
        if (hasRealLimits) {
            variables.put("TRUSTED_PROXIES", "1");
        }
        var all = new HashMap<>(new Environment(variables::get).settings());
        all.putAll(variables);
        if (!hasRealLimits) {
            LIMITED.forEach(scope -> all.put("mana.limit." + scope + ".requests", "1000000"));
        }
        return all;
    }

    static String text(DatabaseUrl url) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(url.role(), url.password(), url.host(), url.port(), url.database());
    }

    @Override
    public void stop() {
        if (jwks != null) {
            jwks.close();
        }
        if (others != null) {
            others.close();
        }
        try {
            if (syncDatabase != null) {
                syncDatabase.close();
            }
            if (database != null) {
                database.close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
