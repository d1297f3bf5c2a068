package how.mana.auth.cli.kek;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRun;
import how.mana.auth.cli.TestOperation;
import how.mana.auth.crypto.CanonicalBase64;
import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.rewrap.WrappedRows;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a KEK as an operator leads it. */
class KekCommandsTest {
    private TestDatabase database;
    private WrappedRows rows;

    @BeforeEach
    void create() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
        rows = new WrappedRows(database);
        rows.activate(1);
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    @Test
    void fromOneKekToTheNext() throws SQLException {
        rows.vaults("user", 3, 1);
        rows.oldVault("old", 1);

        assertThat(run("kek", "add", "env-v2").out()).startsWith("added env-v2, fingerprint ");
        assertThat(run("kek", "retire", "env-v1").err()).contains("4 keys are wrapped by it");
        assertThat(run("kek", "activate", "env-v2").exitCode()).isZero();
        assertThat(run("kek", "status").out())
                .contains("active     env-v2", "retiring   env-v1", "wraps 4 keys", "wraps of format 1 and above");

        assertThat(run("kek", "rewrap").out()).contains("rewrapped 4, failed 0", "no wrap of format 1 is left");

        assertThat(rows.opening(2)).isEqualTo(4);
        assertThat(rows.byKek()).containsExactly("env-v2 4");
        assertThat(run("kek", "verify", "--json").out()).isEqualTo("{\"opened\":4,\"failed\":0}\n");
        assertThat(run("kek", "retire", "env-v1").out()).isEqualTo("env-v1 is retired\n");
        assertThat(run("kek", "activate", "env-v1").err()).contains("retired");
        assertThat(run("kek", "status").out())
                .contains("retired    env-v1", "wraps of format 2 and above", "4 of 4 done, 0 failed, complete");
    }

    @Test
    void aReplicaWithoutTheKekKeepsItFromBecomingActive() throws SQLException {
        database.with("INSERT INTO auth.replicas (id, fingerprints) VALUES (gen_random_uuid(), '{another}')");

        var refused = run("kek", "activate", "env-v2", "--wait", "1s");

        assertThat(refused.exitCode()).isEqualTo(Command.FAILED);
        assertThat(refused.err()).contains("1 live replicas do not hold the KEK env-v2");
        assertThat(run("kek", "status", "--json")
                        .json()
                        .path("keks")
                        .path(0)
                        .path("id")
                        .asText())
                .isEqualTo("env-v1");
    }

    @Test
    void aReplicaThatStillWritesWithAKekKeepsItFromRetiring() throws SQLException {
        run("kek", "activate", "env-v2");
        database.with(
                "INSERT INTO auth.replicas (id, fingerprints, writes_with) VALUES (gen_random_uuid(), '{}', 'env-v1')");

        assertThat(run("kek", "retire", "env-v1").err()).contains("1 live replicas still write with it");
        assertThat(run("kek", "retire", "env-v2").err()).contains("is not retired");
    }

    @Test
    void aKeyThatDoesNotOpenIsReportedAndLeft() throws SQLException {
        rows.vaults("user", 2, 1);
        rows.oldVault("old", 1);
        database.with("SET session_replication_role = replica;"
                + "UPDATE auth.encryption_vaults SET wrapped_mk = 'A' || substr(wrapped_mk, 2) WHERE user_id = 'user-0';"
                + "UPDATE auth.encryption_vaults SET key_check_value = sha256('x') WHERE user_id = 'old';");
        run("kek", "activate", "env-v2");
        var before = stored();

        var swept = run("kek", "rewrap", "--json");

        assertThat(swept.exitCode()).isEqualTo(Command.FAILED);
        assertThat(swept.json().path("done").asInt()).isEqualTo(1);
        assertThat(swept.json().path("failed").asInt()).isEqualTo(2);
        assertThat(swept.json().path("complete").asBoolean()).isTrue();
        assertThat(swept.json().path("fenceClosed").asBoolean()).isFalse();
        assertThat(stored()).isEqualTo(before);
        assertThat(run("kek", "status").out())
                .contains("master-key of user-0, generation 1, under env-v1: does-not-open")
                .contains("master-key of old, generation 1, under env-v1: check-value-mismatch");
        var verified = run("kek", "verify");
        assertThat(verified.exitCode()).isEqualTo(Command.FAILED);
        assertThat(verified.out()).contains("user-0", "old", "opened 1, failed 2");
    }

    @Test
    void whatIsSealedOpensNothing() throws SQLException {
        rows.vaults("user", 1, 1);

        assertThat(run("seal", "--why", "a leak").out()).isEqualTo("sealed\n");

        assertThat(run("kek", "verify").err()).contains("The service is sealed");
        assertThat(run("kek", "rewrap").err()).contains("The service is sealed");
        assertThat(run("kek", "status").out()).contains("SEALED since ", ": a leak");
        assertThat(run("seal").out()).isEqualTo("it was sealed already\n");
        assertThat(run("unseal").out()).isEqualTo("unsealed\n");
        assertThat(run("kek", "verify").exitCode()).isZero();
    }

    @Test
    void aKekIsMadeOnceAndForItsOwnerOnly(@TempDir Path directory) throws Exception {
        var operation = operation().with("MANA_AUTH_KEK_DIR", directory.toString());

        var made = CommandRun.of(operation, "kek", "generate", "env-v3", "--json");

        var file = directory.resolve("env-v3");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        var text = Files.readString(file);
        var bytes = CanonicalBase64.decode(text, 32).orElseThrow();
        assertThat(made.json().path("fingerprint").asText())
                .isEqualTo(Kek.takeOwnershipOf(WrappedRows.id(3), bytes).fingerprint());
        assertThat(made.out() + made.err()).doesNotContain(text);
        assertThat(CommandRun.of(operation, "kek", "generate", "env-v3").err()).contains("is there already");
        assertThat(Files.readString(file)).isEqualTo(text);
        assertThat(CommandRun.of(operation, "kek", "generate", "../env-v4").exitCode())
                .isEqualTo(Command.FAILED);
    }

    @Test
    void aKekOfOtherBytesIsRefusedByFingerprint() throws SQLException {
        var wrong = KekRing.of(
                List.of(Kek.takeOwnershipOf(WrappedRows.id(1), new byte[32])), WrappedRows.id(1), new SecureRandom());

        var refused = CommandRun.of(operation().with(wrong), "kek", "verify");

        assertThat(refused.exitCode()).isEqualTo(Command.FAILED);
        assertThat(refused.err()).contains("The KEK env-v1 at hand has fingerprint");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(operation(), arguments);
    }

    private TestOperation operation() {
        return new TestOperation(database).with(WrappedRows.ring(1, 1, 2));
    }

    private String stored() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Jdbc.strings(
                            admin,
                            "SELECT v::text FROM auth.encryption_vaults v WHERE user_id <> 'user-1' ORDER BY user_id")
                    .toString();
        }
    }
}
