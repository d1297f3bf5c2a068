package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we own in the sync database: made, taken over from the old worker, and closed to everybody but its owners. */
class SyncMigrationsTest {
    private static final String INSERT =
            "INSERT INTO mana_ai.decrypt_audit (user_id, mission_id, table_name, record_id, status)"
                    + " VALUES ('%s', 'm1', 'notes', 'r1', 'ok')";
    private static final String ALL_ROWS = "SELECT ROW(d.*)::text FROM mana_ai.decrypt_audit d ORDER BY id";

    private static final String TAKE_OWNERSHIP =
            "ALTER SCHEMA mana_ai OWNER TO %1$s; ALTER TABLE mana_ai.decrypt_audit OWNER TO %1$s;";

    @Test
    void anEmptyDatabaseGetsTheTableAndASecondRunChangesNothing() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var first = migrate(database);
            var before = Catalogue.ofSync(database);
            var second = migrate(database);

            assertThat(first.applied()).endsWith(Changelog.SYNC.latest());
            assertThat(first.adopted()).isFalse();
            assertThat(second).isEqualTo(new MigrationResult(List.of(), false));
            assertThat(Catalogue.ofSync(database)).isEqualTo(before);
        }
    }

    @Test
    void theOldWorkersTableKeepsItsRowsAndEndsLikeANewOne() throws Exception {
        try (var fresh = freshDatabase();
                var old = oldDatabase()) {
            var before = strings(old.adminUrl(), ALL_ROWS);

            var result = migrate(old);

            assertThat(result.adopted()).isTrue();
            assertThat(before).hasSize(3);
            assertThat(strings(old.adminUrl(), ALL_ROWS)).isEqualTo(before);
            assertThat(Catalogue.ofSync(old)).isEqualTo(Catalogue.ofSync(fresh));
        }
    }

    @Test
    void theOldWorkersTableIsNotTakenOverUnasked() throws Exception {
        try (var old = oldDatabase()) {
            var policies = "SELECT policyname || coalesce(qual, '') FROM pg_policies WHERE schemaname = 'mana_ai'";
            var before = strings(old.adminUrl(), policies);

            assertThatExceptionOfType(MigrationRefusedException.class)
                    .isThrownBy(() ->
                            SyncMigrations.by(old.ownerUrl(), old.appUrl()).run(OldService.REFUSE))
                    .withMessageContaining("migrate --adopt");
            assertThat(strings(old.adminUrl(), policies)).isEqualTo(before).hasSize(1);
        }
    }

    @Test
    void whatAnOldTableLacksIsAdded() throws Exception {
        try (var fresh = freshDatabase();
                var old = oldDatabase()) {
            old.with("ALTER TABLE mana_ai.decrypt_audit DROP CONSTRAINT decrypt_audit_status_check,"
                    + " ALTER ts DROP DEFAULT, ALTER ts DROP NOT NULL; DROP INDEX mana_ai.idx_decrypt_audit_mission");
            migrate(old);

            assertThat(Catalogue.ofSync(old)).isEqualTo(Catalogue.ofSync(fresh));
        }
    }

    @Test
    void whatOthersWereGrantedIsTakenBack() throws Exception {
        try (var fresh = freshDatabase();
                var old = oldDatabase()) {
            var worker = old.createRole("worker", "").role();
            old.with(("ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA mana_ai GRANT ALL ON TABLES TO %2$s;"
                            + "GRANT USAGE ON SCHEMA mana_ai TO PUBLIC;"
                            + "GRANT SELECT, DELETE ON mana_ai.decrypt_audit TO PUBLIC, %2$s, mana_app;"
                            + "GRANT UPDATE (reason) ON mana_ai.decrypt_audit TO %2$s, mana_app;"
                            + "GRANT ALL ON SEQUENCE mana_ai.decrypt_audit_id_seq TO PUBLIC, %2$s")
                    .formatted(old.ownerUrl().role(), worker));
            migrate(old);

            assertThat(Catalogue.ofSync(old)).isEqualTo(Catalogue.ofSync(fresh));
            old.with("ALTER DEFAULT PRIVILEGES FOR ROLE " + old.ownerUrl().role()
                    + " IN SCHEMA mana_ai REVOKE ALL ON TABLES FROM " + worker);
        }
    }

    @Test
    void aTableOfAnotherOwnerIsRefusedWithWhatTheAdministratorMustRun() throws Exception {
        try (var old = TestPostgres.instance().createDatabase()) {
            old.with(resource("db/old-sync.sql"));
            var owner = old.ownerUrl().role();

            var refusal = assertThatExceptionOfType(MigrationRefusedException.class)
                    .isThrownBy(() -> migrate(old))
                    .actual();

            var message = String.valueOf(refusal.getMessage());
            assertThat(message)
                    .contains("ALTER SCHEMA mana_ai OWNER TO " + owner + ";")
                    .contains("ALTER TABLE mana_ai.decrypt_audit OWNER TO " + owner + ";");
            assertThat(strings(old.adminUrl(), "SELECT policyname FROM pg_policies WHERE schemaname = 'mana_ai'"))
                    .containsExactly("decrypt_audit_user_scope");
            old.with(message.substring(message.indexOf('\n')));
            assertThat(migrate(old).adopted()).isTrue();
        }
    }

    @Test
    void anotherServicesTablesStayAsTheyAre() throws Exception {
        try (var old = oldDatabase()) {
            old.with("CREATE TABLE mana_ai.mission_snapshots (user_id text); GRANT SELECT ON mana_ai.mission_snapshots"
                    + " TO PUBLIC; CREATE TABLE public.sync_changes (user_id text)");
            var acl =
                    "SELECT oid::regclass || ' ' || relowner::regrole || ' ' || coalesce(relacl::text, '-') FROM pg_class"
                            + " WHERE relname IN ('mission_snapshots', 'sync_changes') ORDER BY 1";
            var before = strings(old.adminUrl(), acl);

            migrate(old);

            assertThat(strings(old.adminUrl(), acl)).hasSize(2).isEqualTo(before);
        }
    }

    @Test
    void aUserReadsAndWritesOwnRowsAndNoOthers() throws Exception {
        try (var database = oldDatabase()) {
            migrate(database);
            var reader = "SELECT DISTINCT user_id FROM mana_ai.decrypt_audit";

            assertThat(as("alice", database.appUrl(), reader)).containsExactly("alice");
            assertThat(as("", database.appUrl(), reader)).isEmpty();
            assertThat(strings(database.appUrl(), reader))
                    .as("nobody was ever named")
                    .isEmpty();
            assertThat(as("alice", database.appUrl(), INSERT.formatted("alice") + " RETURNING id"))
                    .containsExactly("4");
        }
    }

    @Test
    void aUserCannotWriteARowForAnother() throws Exception {
        try (var database = oldDatabase()) {
            migrate(database);

            for (var user : List.of("bob", "")) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> insertFor("alice", user, database.appUrl()))
                        .withMessageContaining("row-level security");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE mana_ai.decrypt_audit SET reason = 'x'",
                "DELETE FROM mana_ai.decrypt_audit",
                "TRUNCATE mana_ai.decrypt_audit",
                "SELECT setval('mana_ai.decrypt_audit_id_seq', 1)",
                "UPDATE mana_ai.mana_changelog SET id = id",
                "CREATE TABLE mana_ai.other ()"
            })
    void whatIsRecordedStaysRecorded(String attempt) throws Exception {
        try (var database = oldDatabase()) {
            migrate(database);

            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> as("alice", database.appUrl(), attempt))
                    .withMessageContaining("permission denied");
        }
    }

    @Test
    void aBackupReadsEveryRowAndTheOwnerNone() throws Exception {
        try (var database = oldDatabase()) {
            migrate(database);
            var backup = database.createRole("backup", "IN ROLE mana_backup");

            assertThat(strings(backup, ALL_ROWS)).hasSize(3);
            assertThat(strings(database.ownerUrl(), ALL_ROWS)).isEmpty();
        }
    }

    @Test
    void theOwnerNeverServes() {
        var owner = DatabaseUrl.parse("postgresql://mana:one@localhost/mana_sync");
        var serving = DatabaseUrl.parse("postgresql://mana:two@localhost/mana_sync");

        assertThatExceptionOfType(MigrationRefusedException.class)
                .isThrownBy(() -> SyncMigrations.by(owner, serving))
                .withMessageContaining("SYNC_DATABASE_URL and MIGRATION_SYNC_DATABASE_URL name the same role");
    }

    @Test
    void theVersionABootRequiresIsTheLastChangesetThereIs() throws IOException {
        var files = all("<include file=\"([^\"]+)\"/>", resource(Changelog.SYNC.file()));
        var changesets = all("(?m)^--changeset mana:(\\S+)", resource(files.get(files.size() - 1)));

        assertThat(changesets).endsWith(Changelog.SYNC.latest());
    }

    private static TestDatabase freshDatabase() throws SQLException {
        var fresh = TestPostgres.instance().createDatabase();
        migrate(fresh);
        return fresh;
    }

    private static TestDatabase oldDatabase() throws SQLException, IOException {
        var old = TestPostgres.instance().createDatabase();
        return old.with(resource("db/old-sync.sql")
                + TAKE_OWNERSHIP.formatted(old.ownerUrl().role()));
    }

    private static MigrationResult migrate(TestDatabase database) {
        return SyncMigrations.by(database.ownerUrl(), database.appUrl()).run(OldService.ADOPT);
    }

    private static List<String> strings(DatabaseUrl role, String sql) throws SQLException {
        try (Connection connection = TestPostgres.connect(role)) {
            return Jdbc.strings(connection, sql);
        }
    }

    private static List<String> as(String user, DatabaseUrl role, String sql) throws SQLException {
        try (Connection connection = TestPostgres.connect(role)) {
            connection.setAutoCommit(false);
            Jdbc.strings(connection, "SELECT set_config('app.current_user_id', ?, true)", user);
            try {
                return Jdbc.strings(connection, sql);
            } finally {
                connection.rollback();
            }
        }
    }

    /** Without RETURNING, which would be refused for what it reads even if the row could be written. */
    private static void insertFor(String owner, String user, DatabaseUrl role) throws SQLException {
        try (Connection connection = TestPostgres.connect(role)) {
            connection.setAutoCommit(false);
            Jdbc.strings(connection, "SELECT set_config('app.current_user_id', ?, true)", user);
            Jdbc.execute(connection, INSERT.formatted(owner));
        }
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String resource(String name) throws IOException {
        try (var stream = SyncMigrationsTest.class.getResourceAsStream("/" + name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
