package how.mana.auth.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.cli.CommandRun;
import how.mana.auth.cli.TestOperation;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the trail, as an operator calls them. */
class AuditCommandsTest {
    private static final String HEAD = "[1-9][0-9]*:[0-9a-f]{64}";

    private TestDatabase database;

    @BeforeEach
    void aTrail() throws SQLException {
        database = TestPostgres.instance()
                .createDatabase()
                .migrated()
                .with(
                        "INSERT INTO auth.keks (id, state) VALUES ('env-v1', 'active');"
                                + "INSERT INTO auth.users (id, name, email) VALUES ('alice', 'alice', 'alice@example.org');"
                                + "INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, created_at)"
                                + " SELECT 'row-' || n, 'alice', 'fetch', 200, now() - interval '31 days' FROM generate_series(1, 3) n");
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    @Test
    void theTrailIsSealedAndThenVerifies() {
        assertThat(run("audit", "seal", "--json").json().path("sealed").asInt()).isEqualTo(3);

        var verified = run("audit", "verify", "--json");
        assertThat(verified.exitCode()).isZero();
        assertThat(verified.json().path("rows").asInt()).isEqualTo(3);
        assertThat(verified.json().path("newest").asText()).matches(HEAD);
        var pinned = verified.json().path("newest").asText();
        assertThat(run("audit", "verify", "--pin", pinned).exitCode()).isZero();
        assertThat(run("audit", "verify", "--pin", "9" + pinned).exitCode()).isEqualTo(1);
        assertThat(run("audit", "verify", "--pin", "what").err()).contains("--pin wants");
    }

    @Test
    void whatWasTamperedWithIsNamedAndNothingIsPruned() throws SQLException {
        run("audit", "seal");
        database.with("UPDATE auth.encryption_vault_audit SET status = 500 WHERE id = 'row-2'");

        var verified = run("audit", "verify");
        assertThat(verified.exitCode()).isEqualTo(1);
        assertThat(verified.out()).contains("EDITED row-2: ");
        var pruned = run("audit", "prune", "--before", "2100-01-01");
        assertThat(pruned.exitCode()).isEqualTo(1);
        assertThat(pruned.err()).contains("audit verify");
    }

    @Test
    void whatIsOldIsExportedAndPruned(@TempDir Path folder) throws Exception {
        run("audit", "seal");
        var file = folder.resolve("trail.jsonl");

        var exported = run("audit", "export", "--to", file.toString(), "--json");
        assertThat(exported.json().path("rows").asInt()).isEqualTo(3);
        assertThat(exported.json().path("newest").asText()).matches(HEAD);
        assertThat(Files.readAllLines(file)).hasSize(6);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(run("audit", "export", "--to", file.toString()).err()).contains("is there already");

        assertThat(run("audit", "prune", "--before", "2000-01-01").out()).contains("pruned: 0 rows");
        assertThat(run("audit", "prune", "--before", "2100-01-01T00:00:00Z").out())
                .contains("pruned: 3 rows");
        assertThat(run("audit", "verify").exitCode()).isZero();
        var kept = run("audit", "verify", "--export", file.toString(), "--json");
        assertThat(kept.exitCode()).isZero();
        assertThat(kept.json().path("rows").asInt()).isEqualTo(3);
        Files.writeString(file, "{}");
        assertThat(run("audit", "verify", "--export", file.toString()).err()).contains("line 1 is none");
        assertThat(run("audit", "verify", "--export", folder.toString()).err()).contains("cannot be read");
        assertThat(run("audit", "prune", "--before", "soon").err()).contains("--before wants");
    }

    @Test
    void anExportThatFailsLeavesNoFile(@TempDir Path folder) throws Exception {
        run("audit", "seal");
        database.with("ALTER TABLE auth.audit_seal RENAME COLUMN link TO mislaid");

        assertThat(run("audit", "export", "--to", folder.resolve("trail.jsonl").toString())
                        .exitCode())
                .isEqualTo(1);
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        assertThat(run(
                                "audit",
                                "export",
                                "--to",
                                folder.resolve("no/trail.jsonl").toString())
                        .err())
                .contains("cannot be written");
    }

    @Test
    void aWatchSealsUntilItIsToldToEnd() throws Exception {
        var stop = new how.mana.auth.cli.Stop();
        var threads = java.util.concurrent.Executors.newSingleThreadExecutor();
        try {
            var watch =
                    threads.submit(() -> CommandRun.of(new TestOperation(database), stop, "audit", "seal", "--watch"));
            while (run("audit", "verify", "--json").json().path("rows").asInt() < 3) {
                assertThat(watch.isDone()).isFalse();
            }
            stop.ask();
            assertThat(watch.get().exitCode()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(new TestOperation(database), arguments);
    }
}
