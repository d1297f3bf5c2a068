package how.mana.auth.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRun;
import how.mana.auth.cli.Stop;
import how.mana.auth.cli.TestOperation;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.backup.Contents;
import how.mana.auth.db.backup.Snapshot;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.rewrap.WrappedRows;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A backup, and rehearsals on copies of the database it was made of. A copy by {@code TEMPLATE} stands in for a restored dump, and
 * a script for {@code pg_dump}.
 */
class BackupCommandsTest {
    private static final String OK = "the backup of ";

    private static Path folder;
    private static TestDatabase database;
    private static DatabaseUrl dumper;
    private static Path dump;
    private static Path manifest;

    @BeforeAll
    static void dump(@TempDir Path made) throws SQLException, IOException {
        folder = made;
        database = TestPostgres.instance().createDatabase().migrated();
        dumper = database.createRole("dump", "IN ROLE mana_backup");
        var rows = new WrappedRows(database);
        rows.activate(1);
        rows.vaults("old", 1, 1);
        rows.activate(2);
        rows.vaults("user", 3, 2);
        database.with("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status)"
                + " SELECT 'row-' || n, 'user-0', 'fetch', 200 FROM generate_series(1, 3) n;"
                + "INSERT INTO auth.outbox (kind, recipient, payload, expires_at)"
                + " VALUES ('mail', 'a@example.org', '{}', now() + interval '1 hour');");
        assertThat(run(ring(), "audit", "seal").exitCode()).isZero();
        dump = folder.resolve("mana.dump");
        manifest = folder.resolve("mana.dump.manifest.json");
        var dumped = dumpTo(dump, "printf whole > \"$file\"");
        assertThat(dumped.exitCode()).as(dumped.err()).isZero();
    }

    @AfterAll
    static void drop() throws SQLException {
        database.close();
    }

    @Test
    void aDumpIsMadeInTheSnapshotThatIsCountedAndThePasswordIsNoArgument() throws IOException {
        var file = folder.resolve("seen.dump");

        var dumped = dumpTo(file, "env > \"$file\"; echo \"arguments $*\" >> \"$file\"");

        assertThat(dumped.exitCode()).isZero();
        var seen = Files.readString(file);
        assertThat(seen)
                .contains(
                        "PGPASSWORD=test\n",
                        "PGUSER=" + dumper.role() + "\n",
                        "--enable-row-security",
                        "--role=mana_backup",
                        "--schema=auth --schema=spaces")
                .containsPattern("--snapshot=[0-9A-F]+-[0-9A-F]+-[0-9]+ ");
        assertThat(seen.substring(seen.indexOf("arguments "))).doesNotContain("test", dumper.role());
        assertThat(seen.lines()
                        .filter(line -> line.contains("=") && !line.startsWith("arguments "))
                        .map(line -> line.substring(0, line.indexOf('='))))
                .isSubsetOf(
                        "PATH",
                        "LD_LIBRARY_PATH",
                        "HOME",
                        "LANG",
                        "LC_ALL",
                        "TZ",
                        "PWD",
                        "SHLVL",
                        "_",
                        "OLDPWD",
                        "PGHOST",
                        "PGPORT",
                        "PGDATABASE",
                        "PGUSER",
                        "PGPASSWORD",
                        "PGAPPNAME");
        var written = folder.resolve("seen.dump.manifest.json");
        for (var secret : new Path[] {file, written}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(written))
                .contains("\"auth.encryption_vaults\" : 4", "\"auth.outbox\" : 0", "\"env-v1\"", "retiring");
    }

    @Test
    void whatIsCountedIsWhatWhoeverTakesTheSnapshotSees() throws SQLException {
        try (var counting = TestPostgres.connect(dumper);
                var dumping = TestPostgres.connect(dumper);
                var snapshot = Snapshot.take(counting)) {
            database.with("INSERT INTO auth.users (id, name, email) VALUES ('late', 'late', 'late@example.org')");
            dumping.setAutoCommit(false);
            Jdbc.execute(
                    dumping,
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '" + snapshot.id()
                            + "'");

            assertThat(Contents.of(dumping)).isEqualTo(snapshot.manifest("").contents());
            dumping.rollback();
            assertThat(Contents.of(dumping)).isNotEqualTo(snapshot.manifest("").contents());
        } finally {
            database.with("DELETE FROM auth.users WHERE id = 'late'");
        }
    }

    @Test
    void aDumpThatFailedOrWasEndedLeavesNothing() throws Exception {
        var file = folder.resolve("failed.dump");
        var stop = new Stop();
        stop.ask();

        assertThat(dumpTo(file, "printf half > \"$file\"; exit 3").err()).contains("exit code 3");
        assertThat(CommandRun.of(
                                operation(ring()),
                                stop,
                                "backup",
                                "dump",
                                "--to",
                                file.toString(),
                                "--pg-dump",
                                script("exec sleep 600"))
                        .err())
                .contains("there is no backup");
        assertThat(run(ring(), "backup", "dump", "--to", file.toString(), "--pg-dump", "/nowhere")
                        .err())
                .contains("--pg-dump");

        assertThat(file).doesNotExist();
        assertThat(folder.resolve("failed.dump.manifest.json")).doesNotExist();
    }

    @Test
    void aDumpIsNeverWrittenOverAnother() throws IOException {
        assertThat(dumpTo(dump, "printf other > \"$file\"").err()).contains("is there already");

        assertThat(Files.readString(dump)).isEqualTo("whole");
        var another = Files.writeString(folder.resolve("another"), "mine");
        assertThat(dumpTo(another, "printf other > \"$file\"").err()).contains("is there already");
        assertThat(Files.readString(another)).isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP POLICY encryption_vaults_backup_read ON auth.encryption_vaults",
                "CREATE POLICY less ON auth.encryption_vaults AS RESTRICTIVE FOR SELECT TO mana_backup USING (true)",
                "ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY"
            })
    void aDumpThatRowSecurityWouldThinOutIsRefused(String change) throws SQLException, IOException {
        var file = folder.resolve("thin.dump");
        try (var copy = TestPostgres.instance().copyOf(database)) {
            copy.with(change);
            var operation = new TestOperation(copy)
                    .with("BACKUP_DATABASE_URL", url(copy.adminUrl().as(dumper)));

            var refused =
                    CommandRun.of(operation, "backup", "dump", "--to", file.toString(), "--pg-dump", script("exit 0"));

            assertThat(refused.err()).containsPattern("may not see every row of auth.(encryption_vaults|users),");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aWholeCopyOpens() throws SQLException {
        try (var copy = TestPostgres.instance().copyOf(database)) {
            copy.with("DELETE FROM auth.outbox"); // which a dump by mana_backup does not hold

            var rehearsed = rehearse(copy, ring());

            assertThat(rehearsed.out())
                    .contains(
                            "ok    table auth.encryption_vaults: 4 rows",
                            "ok    KEK env-v1: retiring, fingerprint ",
                            "ok    KEK env-v1 at hand: wraps 1 keys, at hand",
                            "ok    KEK env-v2 at hand: wraps 5 keys, at hand",
                            "ok    keys: 6 open, 0 do not",
                            "ok    trail: 3 rows proven",
                            "ok    dump: sha256 as in the manifest",
                            OK)
                    .doesNotContain("fail  ");
            assertThat(rehearsed.exitCode()).isZero();
        }
    }

    static Stream<Arguments> differences() {
        return Stream.of(
                Arguments.of(
                        "DELETE FROM auth.encryption_vaults WHERE user_id = 'user-1'",
                        "fail  table auth.encryption_vaults: 3 rows; the manifest has 4 rows"),
                Arguments.of(
                        "UPDATE auth.encryption_vaults SET wrapped_mk = 'A' || substr(wrapped_mk, 2)"
                                + " WHERE user_id = 'user-1'",
                        "fail  master-key of user-1, generation 1: does-not-open, under env-v2"),
                Arguments.of(
                        "UPDATE auth.encryption_vaults v SET wrapped_mk = o.wrapped_mk, wrap_iv = o.wrap_iv"
                                + " FROM auth.encryption_vaults o WHERE v.user_id = 'user-1' AND o.user_id = 'user-2'",
                        "fail  master-key of user-1, generation 1: does-not-open, under env-v2"),
                Arguments.of(
                        "UPDATE auth.keks SET fingerprint = repeat('0', 32) WHERE id = 'env-v1'",
                        "fail  KEK env-v1: retiring, fingerprint 00"),
                Arguments.of(
                        "DROP TABLE auth.encryption_vaults CASCADE", "fail  table auth.encryption_vaults: missing"),
                Arguments.of("CREATE TABLE auth.more ()", "fail  table auth.more: "),
                Arguments.of(
                        "DROP TRIGGER encryption_vaults_wrap_is_made ON auth.encryption_vaults",
                        "fail  trigger encryption_vaults_wrap_is_made on auth.encryption_vaults, enabled: missing"),
                Arguments.of(
                        "ALTER FUNCTION auth.erase_user(text, text) OWNER TO CURRENT_USER",
                        "fail  function auth.erase_user(p_user text, p_reason text) of mana_eraser, called by mana_app: missing"),
                Arguments.of(
                        "ALTER TABLE auth.encryption_vaults NO FORCE ROW LEVEL SECURITY",
                        "fail  protection: auth.encryption_vaults is not under ENABLE and FORCE"),
                Arguments.of(
                        "DROP POLICY encryption_vaults_user_isolation ON auth.encryption_vaults",
                        "fail  protection: the policies of auth.encryption_vaults"),
                Arguments.of(
                        "UPDATE auth.encryption_vault_audit SET status = 500 WHERE id = 'row-2'",
                        "fail  trail: EDITED row-2"),
                Arguments.of("UPDATE auth.service_state SET sealed_at = now()", "fail  keys: the copy is sealed"));
    }

    @ParameterizedTest
    @MethodSource("differences")
    void whatIsNotAsItWasIsNamed(String difference, String line) throws SQLException {
        try (var copy = TestPostgres.instance().copyOf(database)) {
            copy.with("DELETE FROM auth.outbox; GRANT SELECT ON ALL TABLES IN SCHEMA auth TO mana_backup;"
                    + "SET session_replication_role = replica; " + difference
                    + "; GRANT SELECT ON ALL TABLES IN SCHEMA auth TO mana_backup");

            var rehearsed = rehearse(copy, ring());

            assertThat(rehearsed.out()).contains(line).doesNotContain(OK);
            assertThat(rehearsed.exitCode()).isEqualTo(Command.FAILED);
        }
    }

    @Test
    void aKekThatIsNotAtHandOrIsAnotherIsNamedWithWhatNeedsIt() throws SQLException {
        try (var copy = TestPostgres.instance().copyOf(database)) {
            copy.with("DELETE FROM auth.outbox");

            var lacking = rehearse(copy, WrappedRows.ring(2, 2));
            assertThat(lacking.exitCode()).isEqualTo(Command.FAILED);
            assertThat(lacking.out())
                    .contains(
                            "fail  KEK env-v1 at hand: wraps 1 keys, not at hand",
                            "fail  master-key of old-0, generation 1: kek-unavailable, under env-v1",
                            "fail  keys: 5 open, 1 do not")
                    .doesNotContain("of user-");

            copy.with("UPDATE auth.keks SET state = 'announced' WHERE id = 'env-v1'");
            var other = rehearse(copy, WrappedRows.ringOfOtherBytes(1, 2));
            assertThat(other.exitCode()).isEqualTo(Command.FAILED);
            assertThat(other.out())
                    .contains(
                            "fail  KEK env-v1: announced, fingerprint ",
                            "fail  KEK env-v1 at hand: wraps 1 keys, another is at hand, of fingerprint ",
                            "fail  master-key of old-0, generation 1: does-not-open, under env-v1");
        }
    }

    @Test
    void whatIsNoCopyIsRefused() throws SQLException, IOException {
        assertThat(rehearse(database, ring()).err()).contains("This is the database that the backup was made of");
        assertThat(run(ring(), "backup", "rehearse", "--manifest", manifest.toString())
                        .err())
                .contains("REHEARSAL_DATABASE_URL is not set");
        try (var empty = TestPostgres.instance().createDatabase()) {
            assertThat(rehearse(empty, ring()).err()).contains("was never migrated");
        }
        try (var copy = TestPostgres.instance().copyOf(database)) {
            copy.with("DELETE FROM auth.mana_changelog WHERE id LIKE '0017-%'");
            assertThat(rehearse(copy, ring()).err()).contains("older than this service");
            var stranger = new TestOperation(copy).with("REHEARSAL_DATABASE_URL", url(copy.appUrl()));
            assertThat(CommandRun.of(stranger, "backup", "rehearse", "--manifest", manifest.toString())
                            .err())
                    .contains("GRANT mana_backup TO it");
        }
        for (var text : new String[] {"{}", "not json", "{\"format\":1}"}) {
            var bad = Files.writeString(folder.resolve("bad.json"), text);
            assertThat(run(ring(), "backup", "rehearse", "--manifest", bad.toString())
                            .err())
                    .contains("The manifest is not one");
        }
    }

    private static CommandRun rehearse(TestDatabase copy, KekRing ring) {
        var operation = operation(ring).with("REHEARSAL_DATABASE_URL", url(copy.adminUrl()));
        return CommandRun.of(operation, "backup", "rehearse", "--manifest", manifest.toString());
    }

    private static CommandRun dumpTo(Path file, String commands) throws IOException {
        return run(ring(), "backup", "dump", "--to", file.toString(), "--pg-dump", script(commands));
    }

    /** Knows where it is to write to as {@code $file}. */
    private static String script(String commands) throws IOException {
        var script = Files.createTempFile(
                folder,
                "pg_dump",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(
                script,
                "#!/bin/sh\nfor word; do case $word in --file=*) file=${word#--file=};; esac; done\n" + commands
                        + "\n");
        return script.toString();
    }

    private static CommandRun run(KekRing ring, String... arguments) {
        return CommandRun.of(operation(ring), arguments);
    }

    private static TestOperation operation(KekRing ring) {
        return new TestOperation(database).with(ring).with("BACKUP_DATABASE_URL", url(dumper));
    }

    private static KekRing ring() {
        return WrappedRows.ring(2, 1, 2);
    }

    private static String url(DatabaseUrl url) {
        return url.toString().replace("@", ":" + url.password() + "@");
    }
}
