package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import how.mana.auth.transit.TransitServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the packaged artifact, in processes of their own beside a service. */
class CommandsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @Test
    void besideAServiceTheSigningKeyIsRotatedAndTheDoctorFindsNothingWrong() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var environment = environment(database);
            try (var service = PackagedService.serving(environment)) {
                assertThat(service.isReady()).as(service.output()).isTrue();
                assertThat(service.get("/api/auth/jwks", Map.of()).body()).contains("\"kid\"");

                var rotated = json(environment, 0, "keys", "rotate", "--json");
                var keys = json(environment, 0, "keys", "list", "--json").path("keys");
                assertThat(keys.findValuesAsText("state")).containsExactly("published", "signing");
                assertThat(keys.path(0).path("kid")).isEqualTo(rotated.path("kid"));
                assertThat(service.waitFor(() -> service.get("/api/auth/jwks", Map.of())
                                .body()
                                .contains(rotated.path("kid").asText())))
                        .isTrue();

                var healthy = json(environment, 0, "doctor", "--json");
                assertThat(healthy.path("fail").asInt()).as(healthy.toString()).isZero();
                assertThat(healthy.toString()).contains("1 serve");
            }
            database.with("ALTER ROLE " + database.appUrl().role() + " BYPASSRLS");
            assertThat(json(environment, 1, "doctor", "--json").toString()).contains("NOBYPASSRLS");
        }
    }

    @Test
    void aKekThatATransitEngineKeepsClosedIsMadeByACommandAndOpenedByTheService() throws Exception {
        try (var database = TestPostgres.instance().createDatabase();
                var engine = TransitServer.start()) {
            var environment = environment(database);
            environment.putAll(engine.variables());
            environment.put("MANA_AUTH_KEK_TRANSIT_DIR", directory.toString());

            var made = json(environment, 0, "kek", "wrap-transit", "env-v2", "--json");

            environment.put("MANA_AUTH_KEK_ID", "env-v2");
            environment.remove("MANA_AUTH_KEK");
            try (var service = PackagedService.serving(environment)) {
                assertThat(service.isReady()).as(service.output()).isTrue();
                assertThat(json(environment, 0, "doctor", "--json").toString())
                        .contains("KEK env-v2 (active, fingerprint "
                                + made.path("fingerprint").asText());
            }
        }
    }

    /** What docs/operations.md tells an operator to do, while the service serves; then an emergency; then the trail of all that. */
    @Test
    void aKekIsRotatedTheServiceSealedAndTheTrailProven() throws Exception {
        var key = "/api/v1/me/encryption-vault/key";
        try (var database = TestPostgres.instance().createDatabase();
                var issuer = IssuerServer.start(TestIssuer.fresh())) {
            var environment = environment(database);
            environment.putAll(issuer.variables());
            environment.put("MANA_AUTH_KEK_DIR", directory.toString());
            json(environment, 0, "kek", "generate", "env-v2", "--json");
            Files.move(directory.resolve("env-v2"), directory.resolve(".later"));
            Files.writeString(directory.resolve("env-v1"), ServiceEnvironment.KEK);
            try (var service = PackagedService.serving(environment)) {
                database.with("INSERT INTO auth.users (id, name, email) VALUES ('alice', 'A', 'a@example.org')");
                var made = service.send("POST", "/api/v1/me/encryption-vault/init", issuer.bearer("alice"));
                assertThat(made.statusCode()).as(made.body()).isEqualTo(200);

                Files.move(directory.resolve(".later"), directory.resolve("env-v2"));
                json(environment, 0, "kek", "add", "env-v2", "--json");
                json(environment, 0, "kek", "activate", "env-v2", "--json");
                assertThat(json(environment, 0, "kek", "rewrap", "--json")
                                .path("done")
                                .asInt())
                        .isPositive();
                assertThat(json(environment, 0, "kek", "verify", "--json")
                                .path("failed")
                                .asInt())
                        .isZero();
                Eventually.holds(() -> PackagedService.command(environment, "kek", "retire", "env-v1")
                                .exitCode()
                        == 0);
                assertThat(json(environment, 0, "kek", "status", "--json")
                                .path("keks")
                                .findValuesAsText("state"))
                        .containsExactly("active", "retired");
                assertThat(service.get(key, issuer.bearer("alice")).body()).contains("\"kekId\":\"env-v2\"");

                json(environment, 0, "seal", "--why", "a drill", "--json");
                var within = System.nanoTime() + 5_000_000_000L;
                Eventually.holds(
                        () -> service.get(key, issuer.bearer("alice")).body().contains("SERVICE_SEALED"));
                assertThat(System.nanoTime()).isLessThan(within);
                json(environment, 0, "unseal", "--json");
                Eventually.holds(() -> service.status(key, issuer.bearer("alice")) == 200);
                sealedByAProcessOfItsOwn(environment, database);
            }
            json(environment, 0, "audit", "seal", "--json");
            json(environment, 0, "audit", "verify", "--json");
            json(
                    environment,
                    0,
                    "audit",
                    "export",
                    "--to",
                    directory.resolve(".trail").toString(),
                    "--json");
            json(
                    environment,
                    0,
                    "audit",
                    "verify",
                    "--export",
                    directory.resolve(".trail").toString(),
                    "--json");
            json(environment, 0, "audit", "prune", "--before", "2020-01-01", "--json");
        }
    }

    /** Until it is told to end, whatever rows come. */
    private static void sealedByAProcessOfItsOwn(Map<String, String> environment, TestDatabase database)
            throws SQLException {
        try (var watch = PackagedService.running(environment, "audit", "seal", "--watch", "--json")) {
            Eventually.passes(() -> assertThat(unsealed(database)).isZero());
            database.with("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status)"
                    + " VALUES ('one more', 'alice', 'fetch', 200)");
            Eventually.passes(() -> assertThat(unsealed(database)).isZero());
            watch.terminate();
            // Of a process that was told to end by a signal: 128 + SIGTERM.
            assertThat(watch.exitCode()).as(watch.output()).isIn(0, 143);
            assertThat(watch.output()).contains("{\"ended\":true}");
        }
    }

    private static long unsealed(TestDatabase database) throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Long.parseLong(Jdbc.strings(
                            admin,
                            "SELECT count(*) FROM auth.encryption_vault_audit a"
                                    + " WHERE NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = a.id)")
                    .get(0));
        }
    }

    @Test
    void aBackupIsRehearsedOnACopy() throws Exception {
        try (var database = TestPostgres.instance().createDatabase().migrated()) {
            var environment = environment(database);
            environment.put(
                    "BACKUP_DATABASE_URL", ServiceEnvironment.text(database.createRole("dump", "IN ROLE mana_backup")));
            var program = Files.writeString(directory.resolve("pg_dump"), "#!/bin/sh\nexit 0\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
            var dump = directory.resolve("mana.dump").toString();

            var dumped =
                    json(environment, 0, "backup", "dump", "--to", dump, "--pg-dump", program.toString(), "--json");

            var manifest = dumped.path("manifest").asText();
            try (var copy = TestPostgres.instance().copyOf(database)) {
                environment.put("REHEARSAL_DATABASE_URL", ServiceEnvironment.text(copy.adminUrl()));
                var whole = json(environment, 0, "backup", "rehearse", "--manifest", manifest, "--json");
                assertThat(whole.path("failed").asInt()).isZero();
                copy.with("DROP TABLE auth.api_keys CASCADE");
                assertThat(json(environment, 1, "backup", "rehearse", "--manifest", manifest, "--json")
                                .toString())
                        .contains("table auth.api_keys");
            }
        }
    }

    /** The last line of what a command says. */
    private static JsonNode json(Map<String, String> environment, int exitCode, String... arguments) throws Exception {
        try (var command = PackagedService.command(environment, arguments)) {
            assertThat(command.exitCode()).as(command.output()).isEqualTo(exitCode);
            var lines = command.output().lines().toList();
            return new ObjectMapper().readTree(lines.get(lines.size() - 1));
        }
    }

    private static Map<String, String> environment(TestDatabase database) {
        var variables = new HashMap<>(ServiceEnvironment.secrets());
        variables.put("DATABASE_URL", ServiceEnvironment.text(database.appUrl()));
        variables.put("MIGRATION_DATABASE_URL", ServiceEnvironment.text(database.ownerUrl()));
        return variables;
    }
}
