package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way a database or a role can be unsafe, one at a time, on a database that is otherwise right. */
class BootChecksTest {
    private static TestDatabase database;

    @BeforeAll
    static void migrate() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
    }

    @AfterAll
    static void drop() throws SQLException {
        database.close();
    }

    @Test
    void theServingRoleOfAMigratedDatabaseMayServe() throws SQLException {
        try (var app = database.connectAsApp()) {
            BootChecks.require(app);

            assertThat(BootChecks.refusalsOf(app)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"SUPERUSER,a superuser", "BYPASSRLS,BYPASSRLS", "CREATEROLE,CREATEROLE", "REPLICATION,REPLICATION"})
    void aRoleThatCouldPassOrUndoRowSecurityIsRefused(String attribute, String named) throws SQLException {
        var unsafe = database.createRole(
                "is_" + attribute.toLowerCase(java.util.Locale.ROOT), attribute + " IN ROLE mana_app");

        assertThat(refusalsFor(unsafe))
                .singleElement()
                .asString()
                .contains("is " + named + ",", "ALTER ROLE " + unsafe.role() + " NO" + attribute);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mana_maintenance", "mana_auditor", "mana_eraser", "mana_backup", "pg_write_all_data"})
    void aMemberOfAGroupThatIsNotForServingIsRefused(String group) throws SQLException {
        var unsafe = database.createRole("in_" + group, "NOINHERIT");
        database.with("GRANT mana_app, " + group + " TO " + unsafe.role());
        grantUse(unsafe);

        assertThat(refusalsFor(unsafe))
                .singleElement()
                .asString()
                .contains("is a member of " + group, "REVOKE " + group + " FROM " + unsafe.role());
    }

    @Test
    void aMemberOfTheOwnerIsRefusedEvenWithoutInheriting() throws SQLException {
        var unsafe = database.createRole("in_owner", "NOINHERIT");
        database.with("GRANT mana_app, " + database.ownerUrl().role() + " TO " + unsafe.role());
        grantUse(unsafe);

        assertThat(refusalsFor(unsafe)).anySatisfy(refusal -> assertThat(refusal)
                .contains("is a member of " + database.ownerUrl().role(), "owns what it must be protected from"));
    }

    @ParameterizedTest
    @CsvSource({"SUPERUSER,a superuser", "BYPASSRLS,passes row-level security"})
    void aMemberOfARoleThatPassesRowSecurityIsRefusedHoweverFarAway(String attribute, String why) throws SQLException {
        var far = database.createRole("far_" + attribute.toLowerCase(java.util.Locale.ROOT), attribute);
        var near = database.createRole("near_" + attribute.toLowerCase(java.util.Locale.ROOT), "IN ROLE " + far.role());
        var unsafe = database.createRole(
                "under_" + attribute.toLowerCase(java.util.Locale.ROOT), "IN ROLE mana_app, " + near.role());

        assertThat(refusalsFor(unsafe)).singleElement().asString().contains("is a member of " + far.role(), why);
    }

    @Test
    void theOwnerItselfIsRefused() throws SQLException {
        assertThat(refusalsFor(database.ownerUrl()))
                .anySatisfy(refusal -> assertThat(refusal).contains("owns TABLE auth.encryption_vaults"))
                .anySatisfy(refusal -> assertThat(refusal).contains("owns SCHEMA auth"))
                .anySatisfy(refusal -> assertThat(refusal).contains("is CREATEROLE"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "encryption_vault_audit | UPDATE",
                "encryption_vault_audit | DELETE",
                "encryption_vault_audit | TRUNCATE",
                "encryption_vault_audit | TRIGGER",
                "erasure_receipts | UPDATE",
                "erasure_receipts | DELETE",
                "erasure_receipts | TRUNCATE",
                "erasure_receipts | TRIGGER",
                "audit_seal | UPDATE",
                "audit_seal | DELETE",
                "audit_heads | UPDATE",
                "audit_heads | DELETE",
                "audit_keys | INSERT",
                "audit_keys | UPDATE",
                "encryption_vaults | DELETE",
                "encryption_vaults | TRUNCATE",
                "encryption_vaults | TRIGGER",
                "replaced_recovery_wraps | TRUNCATE",
                "retained_keys | UPDATE",
                "retained_keys | TRUNCATE",
                "retained_keys | TRIGGER",
                "mission_grants | UPDATE",
                "mission_grants | DELETE",
                "mission_grants | TRUNCATE",
                "mission_grants | TRIGGER",
                "users | DELETE",
                "users | TRUNCATE"
            })
    void aRightToRewriteTheTrailIsRefused(String table, String right) throws SQLException {
        for (var holder : List.of("mana_app", database.appUrl().role(), "PUBLIC")) {
            assertThat(refusalsAfter(
                            "GRANT " + right + " ON auth." + table + " TO " + holder,
                            "REVOKE " + right + " ON auth." + table + " FROM " + holder))
                    .as(holder)
                    .singleElement()
                    .asString()
                    .contains("REVOKE " + right + " ON auth." + table + " FROM " + holder);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth.erase_user(text,text)",
                "auth.kek_samples(text,integer)",
                "auth.erased_since(text,timestamp with time zone)",
                "auth.mission_grant_state(text,text,text,timestamp with time zone,bytea)"
            })
    void aFunctionPastRowSecurityThatAnybodyMayCallIsRefused(String function) throws SQLException {
        assertThat(refusalsAfter(
                        "GRANT EXECUTE ON FUNCTION " + function + " TO PUBLIC",
                        "REVOKE EXECUTE ON FUNCTION " + function + " FROM PUBLIC"))
                .singleElement()
                .asString()
                .contains("REVOKE EXECUTE ON FUNCTION " + function + " FROM PUBLIC");
    }

    @Test
    void aRightToRewriteOneColumnOfTheLedgerIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "GRANT UPDATE (expires_at) ON auth.mission_grants TO mana_app",
                        "REVOKE UPDATE (expires_at) ON auth.mission_grants FROM mana_app"))
                .singleElement()
                .asString()
                .contains("rewrite the ledger of grants");
    }

    @Test
    void aRightToRewriteOneColumnOfTheTrailIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "GRANT UPDATE (context) ON auth.encryption_vault_audit TO mana_app",
                        "REVOKE UPDATE (context) ON auth.encryption_vault_audit FROM mana_app"))
                .singleElement()
                .asString()
                .contains("rewrite the trail");
    }

    @ParameterizedTest
    @ValueSource(strings = {"created_at", "xid"})
    void aRightToSayWhenARowOfTheTrailWasWrittenIsRefused(String column) throws SQLException {
        assertThat(refusalsAfter(
                        "GRANT INSERT (" + column + ") ON auth.encryption_vault_audit TO mana_app",
                        "REVOKE INSERT (" + column + ") ON auth.encryption_vault_audit FROM mana_app"))
                .singleElement()
                .asString()
                .contains("REVOKE INSERT (" + column + ") ON auth.encryption_vault_audit FROM mana_app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encryption_vaults", "encryption_vault_audit", "replaced_recovery_wraps", "mission_grants"})
    void aProtectedTableWithoutForceIsRefused(String table) throws SQLException {
        assertThat(refusalsAfter(
                        "ALTER TABLE auth." + table + " NO FORCE ROW LEVEL SECURITY",
                        "ALTER TABLE auth." + table + " FORCE ROW LEVEL SECURITY"))
                .singleElement()
                .asString()
                .contains("ALTER TABLE auth." + table + " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;");
        assertThat(refusalsAfter(
                        "ALTER TABLE auth." + table + " DISABLE ROW LEVEL SECURITY",
                        "ALTER TABLE auth." + table + " ENABLE ROW LEVEL SECURITY"))
                .hasSize(1);
    }

    @Test
    void anOwnerOfAnythingInTheSchemaIsRefused() throws SQLException {
        var app = database.appUrl().role();
        var owner = database.ownerUrl().role();
        assertThat(refusalsAfter("ALTER TABLE auth.users OWNER TO " + app, "ALTER TABLE auth.users OWNER TO " + owner))
                .anySatisfy(refusal -> assertThat(refusal).contains("owns TABLE auth.users"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"})
    void aMemberOfARoleThatReachesPastGrantsIsRefused(String group) throws SQLException {
        var app = database.appUrl().role();
        assertThat(refusalsAfter("GRANT " + group + " TO " + app, "REVOKE " + group + " FROM " + app))
                .anySatisfy(refusal -> assertThat(refusal).contains("is a member of " + group));
    }

    @Test
    void aSuperuserInTheClothesOfTheServingRoleIsRefused() throws SQLException {
        var boss = database.createRole("boss", "SUPERUSER");
        database.with("ALTER ROLE " + boss.role() + " SET role = '"
                + database.appUrl().role() + "'");

        assertThat(refusalsFor(boss))
                .anySatisfy(refusal -> assertThat(refusal).contains("logs in as " + boss.role()))
                .anySatisfy(refusal -> assertThat(refusal).contains("is a superuser"));
    }

    @Test
    void aMissingProtectedTableIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "ALTER TABLE auth.replaced_recovery_wraps RENAME TO mislaid",
                        "ALTER TABLE auth.mislaid RENAME TO replaced_recovery_wraps"))
                .contains("table auth.replaced_recovery_wraps is missing: run migrate");
    }

    @Test
    void anExtraPolicyIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "CREATE POLICY support ON auth.encryption_vaults FOR SELECT TO mana_app USING (true)",
                        "DROP POLICY support ON auth.encryption_vaults"))
                .singleElement()
                .asString()
                .contains("not ours: support PERMISSIVE SELECT TO mana_app USING true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TO public USING (user_id = nullif(current_setting('app.current_user_id', true), ''))",
                "TO mana_app USING (user_id = current_setting('app.current_user_id', true))",
                "TO mana_app USING (true)",
            })
    void anAlteredPolicyIsRefused(String altered) throws SQLException {
        assertThat(refusalsAfter(
                        "ALTER POLICY encryption_vault_audit_user_isolation ON auth.encryption_vault_audit " + altered,
                        "ALTER POLICY encryption_vault_audit_user_isolation ON auth.encryption_vault_audit TO mana_app"
                                + " USING (user_id = nullif(current_setting('app.current_user_id', true), ''))"))
                .singleElement()
                .asString()
                .contains("missing: encryption_vault_audit_user_isolation", "not ours:");
    }

    @Test
    void aMissingPolicyIsRefused() throws SQLException {
        assertThat(refusalsAfter(
                        "ALTER POLICY encryption_vaults_backup_read ON auth.encryption_vaults RENAME TO other",
                        "ALTER POLICY other ON auth.encryption_vaults RENAME TO encryption_vaults_backup_read"))
                .singleElement()
                .asString()
                .contains("missing: encryption_vaults_backup_read");
    }

    @Test
    void anOlderSchemaIsRefusedAndANewerOneAccepted() throws SQLException {
        assertThat(refusalsAfter(
                        "UPDATE auth.mana_changelog SET id = 'x' WHERE id = '" + Changelog.LATEST + "'",
                        "UPDATE auth.mana_changelog SET id = '" + Changelog.LATEST + "' WHERE id = 'x'"))
                .singleElement()
                .asString()
                .contains("older than this service", "run migrate");
        assertThat(refusalsAfter(
                        "INSERT INTO auth.mana_changelog SELECT '9999-later', author, filename, dateexecuted,"
                                + " orderexecuted + 1, exectype FROM auth.mana_changelog WHERE id = '0001-schemas'",
                        "DELETE FROM auth.mana_changelog WHERE id = '9999-later'"))
                .isEmpty();
    }

    @Test
    void aRoleWithoutAnyRightIsToldWhichOneItNeeds() throws SQLException {
        var nobody = database.createRole("nobody", "");

        assertThat(refusalsFor(nobody))
                .containsExactly("the serving role " + nobody.role() + " has no rights: GRANT mana_app TO "
                        + nobody.role() + ";");
    }

    @Test
    void aDatabaseThatWasNeverMigratedIsRefused() throws SQLException {
        try (var empty = TestPostgres.instance().createDatabase();
                var app = empty.connectAsApp()) {
            assertThatExceptionOfType(BootRefusedException.class)
                    .isThrownBy(() -> BootChecks.require(app))
                    .withMessageContaining("this database was never migrated: run migrate")
                    .withMessageContaining("table auth.encryption_vaults is missing");
        }
    }

    /** On its own, not through mana_app, which a role without INHERIT would not have until it asked. */
    private static void grantUse(DatabaseUrl role) throws SQLException {
        database.with("GRANT USAGE ON SCHEMA auth TO " + role.role() + "; GRANT SELECT ON auth.mana_changelog TO "
                + role.role());
    }

    private static List<String> refusalsFor(DatabaseUrl role) throws SQLException {
        try (Connection connection = TestPostgres.connect(role)) {
            return BootChecks.refusalsOf(connection);
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
