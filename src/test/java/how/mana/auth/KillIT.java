package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged service, which seals its trail, and the commands that rotate its KEK, all killed at once while users rekey and
 * think again. Ten times; {@code -Dkills=200}, which {@code bench/kills} sets, makes it more.
 */
class KillIT {
    private static final Logger LOG = Logger.getLogger(KillIT.class);
    private static final int KILLS = Integer.getInteger("kills", 10);
    private static final int CLIENTS = 4;

    /** More than one batch of a sweep. */
    private static final int QUIET_USERS = 1_200;

    /** Wraps that a process reserves before its first one. */
    private static final int BLOCK = 4_096;

    private static final String VAULT = "/api/v1/me/encryption-vault";

    private static final String KEYS_MADE = "SELECT count(*)::text FROM auth.encryption_vault_audit"
            + " WHERE action IN ('init', 'rotate', 'rotate_abort') AND status < 300";

    /** Reproducible: when a kill comes, counted in answers. */
    private final Random moments = new Random(42);

    private final IssuerServer issuer = IssuerServer.start(TestIssuer.fresh());
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<Client> clients =
            IntStream.range(0, CLIENTS).mapToObj(n -> new Client("busy-" + n)).toList();
    private final Map<String, String> quietKeys = new HashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // before each test
    private Path keks;

    @SuppressWarnings("NullAway.Init") // before each test
    private TestDatabase database;

    @BeforeEach
    void prepare() throws Exception {
        database = TestPostgres.instance().createDatabase().migrated();
        for (var id : List.of("a", "b")) {
            var key = new byte[32];
            new SecureRandom().nextBytes(key);
            Files.writeString(keks.resolve(id), Base64.getEncoder().encodeToString(key));
        }
        database.with("INSERT INTO auth.users (id, name, email) SELECT u, 'T', u || '@test' FROM ("
                + "SELECT 'quiet-' || n AS u FROM generate_series(1, " + QUIET_USERS + ") n UNION ALL"
                + " SELECT 'busy-' || n FROM generate_series(0, " + (CLIENTS - 1) + ") n) AS users");
    }

    @AfterEach
    void stopEverything() throws SQLException {
        threads.shutdownNow();
        issuer.close();
        database.close();
    }

    @Test
    void whateverIsKilledNoKeyIsLost() throws Exception {
        for (var kill = 0; kill < KILLS; kill++) {
            try (var service = PackagedService.serving(environment())) {
                assertThat(service.isReady()).as(service.output()).isTrue();
                makeQuietVaults(service);
                for (var client : clients) {
                    client.expectWhatItSaw(service);
                }
                killAtWork(service, kill % 2 == 0 ? "b" : "a");
            }
        }

        afterwardsAllIsThere();
    }

    private void killAtWork(PackagedService service, String next) throws Exception {
        var answered = new CountDownLatch(20 + moments.nextInt(200));
        var work = clients.stream()
                .<Future<?>>map(client -> threads.submit(() -> client.untilItsEnd(service, answered)))
                .toList();
        try (var activate = PackagedService.running(environment(), "kek", "activate", next);
                var rewrap = PackagedService.running(environment(), "kek", "rewrap", "--rate", "2000")) {
            assertThat(answered.await(1, TimeUnit.MINUTES)).as(service.output()).isTrue();
            activate.kill();
            rewrap.kill();
            service.kill();
            for (var client : work) {
                client.get();
            }
        }
    }

    private void makeQuietVaults(PackagedService service) throws JsonProcessingException {
        for (var n = 1; quietKeys.size() < QUIET_USERS; n++) {
            var user = "quiet-" + n;
            quietKeys.put(
                    user, key(service, "POST", "/init", user).path("masterKey").asText());
        }
    }

    private void afterwardsAllIsThere() throws Exception {
        var rewrapped = PackagedService.command(environment(), "kek", "rewrap", "--json");
        assertThat(rewrapped.exitCode()).as(rewrapped.output()).isZero();
        assertThat(rewrapped.output()).contains("\"failed\":0,\"complete\":true");
        var verified = PackagedService.command(environment(), "kek", "verify", "--json");
        assertThat(verified.exitCode()).as(verified.output()).isZero();
        try (var service = PackagedService.serving(environment())) {
            for (var client : clients) {
                client.expectWhatItSaw(service);
            }
            for (var quiet : quietKeys.entrySet()) {
                assertThat(key(service, "GET", "/key", quiet.getKey())
                                .path("masterKey")
                                .asText())
                        .isEqualTo(quiet.getValue());
            }
        }
        assertThat(PackagedService.command(environment(), "audit", "seal").exitCode())
                .isZero();
        var trail = PackagedService.command(environment(), "audit", "verify");
        assertThat(trail.exitCode()).as(trail.output()).isZero();
        // Each process that served wrapped something, and whatever of its block it had left died with it.
        assertThat(counted()).isGreaterThanOrEqualTo((long) KILLS * BLOCK).isGreaterThanOrEqualTo(made());
        LOG.infof(
                "%d kills: %d keys made or put back, %d moved in %d sweeps (%d of them killed), %d wraps counted, %d rows sealed",
                (Object) KILLS,
                number(KEYS_MADE),
                number("SELECT coalesce(sum(done), 0)::text FROM auth.rewrap_runs"),
                number("SELECT count(*)::text FROM auth.rewrap_runs"),
                number("SELECT count(*)::text FROM auth.rewrap_runs WHERE finished_at IS NULL"),
                counted(),
                number("SELECT count(*)::text FROM auth.audit_seal"));
    }

    /** What the counters say of all KEKs together. */
    private long counted() throws SQLException {
        return number("SELECT sum(reserved)::text FROM auth.kek_uses");
    }

    /** Wraps that were made, as far as rows say so. */
    private long made() throws SQLException {
        return number(KEYS_MADE) + number("SELECT coalesce(sum(done), 0)::text FROM auth.rewrap_runs");
    }

    private long number(String sql) throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Long.parseLong(Jdbc.strings(admin, sql).get(0));
        }
    }

    private JsonNode key(PackagedService service, String method, String route, String user)
            throws JsonProcessingException {
        var answer = service.send(method, VAULT + route, issuer.bearer(user));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private Map<String, String> environment() {
        var environment = new HashMap<>(issuer.variables());
        environment.putAll(ServiceEnvironment.secrets());
        environment.remove("MANA_AUTH_KEK");
        environment.put("MANA_AUTH_KEK_DIR", keks.toString());
        environment.put("MANA_AUTH_KEK_ID", "a");
        environment.put("DATABASE_URL", ServiceEnvironment.text(database.appUrl()));
        environment.put("MAINTENANCE_DATABASE_URL", ServiceEnvironment.text(database.ownerUrl()));
        environment.put("AUDITOR_DATABASE_URL", ServiceEnvironment.text(database.ownerUrl()));
        environment.put("MANA_VAULT_REKEY_REQUESTS", "1000000");
        return environment;
    }

    /** One user who rekeys, takes it back, and commits; and every key that it was ever given. */
    private final class Client {
        private final String user;
        private final Map<Long, String> keys = new HashMap<>();
        private final List<String> steps =
                new ArrayList<>(List.of("/rotate", "/rotate/abort", "/rotate", "/rotate/commit"));
        private long generation;
        private String inDoubt = "/rotate";
        private int step;

        Client(String user) {
            this.user = user;
        }

        /** Until the service is no more. */
        @Nullable
        Void untilItsEnd(PackagedService service, CountDownLatch answered) throws JsonProcessingException {
            try {
                while (true) {
                    inDoubt = steps.get(step % steps.size());
                    var answer = key(service, "POST", inDoubt, user);
                    if (answer.has("masterKey")) {
                        remember(answer);
                    }
                    inDoubt = "";
                    step++;
                    answered.countDown();
                }
            } catch (UncheckedIOException dead) {
                return null;
            }
        }

        private void remember(JsonNode answer) {
            generation = answer.path("keyGeneration").asLong();
            keys.put(generation, answer.path("masterKey").asText());
        }

        /** The key is one that it was given, or the one that was being made when the end came. */
        void expectWhatItSaw(PackagedService service) throws JsonProcessingException {
            var before = Map.copyOf(keys);
            var last = generation;
            var now = key(service, keys.isEmpty() ? "POST" : "GET", keys.isEmpty() ? "/init" : "/key", user);
            remember(now);
            if (before.isEmpty()) {
                return;
            }
            var made = generation == last + 1 && !inDoubt.isEmpty();
            assertThat(made || generation == last)
                    .as("%s, generation %d after %d", user, generation, last)
                    .isTrue();
            if (!made) {
                assertThat(keys.get(generation)).isEqualTo(before.get(generation));
            } else if (inDoubt.equals("/rotate/abort")) {
                assertThat(before.values()).contains(keys.get(generation));
            }
            // With the commit: an abort needs something to take back, and only so many keys are kept.
            step = steps.size() - 1;
        }
    }
}
