package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of {@link BootChecksTest}, asked of the sync database. */
class SyncBootChecksTest {
    private static TestDatabase database;

    @BeforeAll
    static void migrate() throws SQLException {
        database = TestPostgres.instance().createDatabase();
        SyncMigrations.by(database.ownerUrl(), database.appUrl()).run(OldService.REFUSE);
    }

    @AfterAll
    static void drop() throws SQLException {
        database.close();
    }

    @Test
    void theServingRoleOfAMigratedDatabaseMayServe() throws SQLException {
        try (var app = database.connectAsApp()) {
            BootChecks.requireSync(app);

            assertThat(BootChecks.refusalsOfSync(app)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"SUPERUSER,a superuser", "BYPASSRLS,BYPASSRLS"})
    void aRoleThatPassesRowSecurityIsRefused(String attribute, String named) throws SQLException {
        var unsafe = database.createRole("is_" + attribute.toLowerCase(Locale.ROOT), attribute + " IN ROLE mana_app");

        assertThat(refusalsFor(unsafe))
                .singleElement()
                .asString()
                .contains("is " + named + ",", "ALTER ROLE " + unsafe.role() + " NO" + attribute);
    }

    @Test
    void theOwnerIsRefused() throws SQLException {
        assertThat(refusalsFor(database.ownerUrl()))
                .anySatisfy(refusal -> assertThat(refusal).contains("owns TABLE mana_ai.decrypt_audit"))
                .anySatisfy(refusal -> assertThat(refusal).contains("owns SCHEMA mana_ai"));
    }

    @Test
    void aMemberOfTheOwnerIsRefused() throws SQLException {
        var unsafe =
                database.createRole("in_owner", "IN ROLE " + database.ownerUrl().role() + ", mana_app");

        assertThat(refusalsFor(unsafe)).anySatisfy(refusal -> assertThat(refusal)
                .contains("is a member of " + database.ownerUrl().role(), "owns what it must be protected from"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE", "UPDATE (reason)", "DELETE", "TRUNCATE", "TRIGGER"})
    void aRightToRewriteTheRecordIsRefused(String right) throws SQLException {
        for (var holder : List.of("mana_app", "PUBLIC")) {
            assertThat(refusalsAfter(
                            "GRANT " + right + " ON mana_ai.decrypt_audit TO " + holder,
                            "REVOKE " + right + " ON mana_ai.decrypt_audit FROM " + holder))
                    .as(holder)
                    .singleElement()
                    .asString()
                    .contains("rewrite the record of decrypts", "ON mana_ai.decrypt_audit FROM " + holder);
        }
    }

    @Test
    void aTableWithoutForceIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "ALTER TABLE mana_ai.decrypt_audit NO FORCE ROW LEVEL SECURITY",
                        "ALTER TABLE mana_ai.decrypt_audit FORCE ROW LEVEL SECURITY"))
                .singleElement()
                .asString()
                .contains("ALTER TABLE mana_ai.decrypt_audit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;");
    }

    @Test
    void thePolicyOfTheOldWorkerIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "CREATE POLICY decrypt_audit_user_scope ON mana_ai.decrypt_audit"
                                + " USING (user_id = current_setting('app.current_user_id', true))",
                        "DROP POLICY decrypt_audit_user_scope ON mana_ai.decrypt_audit"))
                .singleElement()
                .asString()
                .contains("the policies of mana_ai.decrypt_audit", "not ours: decrypt_audit_user_scope", "db/sync/");
    }

    @Test
    void aTableThatIsGoneIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "ALTER TABLE mana_ai.decrypt_audit RENAME TO mislaid",
                        "ALTER TABLE mana_ai.mislaid RENAME TO decrypt_audit"))
                .contains("table mana_ai.decrypt_audit is missing: run migrate");
    }

    @Test
    void anOlderSchemaIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "UPDATE mana_ai.mana_changelog SET id = 'x' WHERE id = '" + Changelog.SYNC.latest() + "'",
                        "UPDATE mana_ai.mana_changelog SET id = '" + Changelog.SYNC.latest() + "' WHERE id = 'x'"))
                .singleElement()
                .asString()
                .contains("older than this service", "run migrate with MIGRATION_SYNC_DATABASE_URL");
    }

    @Test
    void aDatabaseThatWasNeverMigratedIsRefused() throws SQLException {
        try (var empty = TestPostgres.instance().createDatabase();
                var app = empty.connectAsApp()) {
            assertThatExceptionOfType(BootRefusedException.class)
                    .isThrownBy(() -> BootChecks.requireSync(app))
                    .withMessageContaining("The sync database does not protect")
                    .withMessageContaining("never migrated: run migrate with MIGRATION_SYNC_DATABASE_URL");
        }
    }

    private static List<String> refusalsFor(DatabaseUrl role) throws SQLException {
        try (Connection connection = TestPostgres.connect(role)) {
            return BootChecks.refusalsOfSync(connection);
        }
    }

    private static List<String> refusalsAfter(String damage, String repair) throws SQLException {
        database.with(damage);
        try {
            return refusalsFor(database.appUrl());
        } finally {
            database.with(repair);
            assertThat(refusalsFor(database.appUrl())).as("after the repair").isEmpty();
        }
    }
}
