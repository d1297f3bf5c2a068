package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one user can do to another's rows, and what somebody unnamed can. The tables come from the catalogue: a protected
 * table added later is tested too. Statements carry no WHERE, so that the policy is what is tested. Rights are widened to
 * everything for the role that tries, so that nothing but the policy stands in the way.
 */
class RowLevelSecurityTest {
    private static TestDatabase database;
    private static DatabaseUrl mighty;

    @BeforeAll
    static void twoUsersWithARowInEveryProtectedTable() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
        for (var user : List.of("alice", "bob")) {
            database.with(Rows.user(user)
                    + Rows.vault(user)
                    + Rows.audit(user)
                    + Rows.replacedWrap(user)
                    + Rows.missionGrant(user)
                    + Rows.retainedKey(user)
                    + Rows.rekeyRequest(user)
                    + Rows.seal(user));
        }
        mighty = database.createRole("mighty", "IN ROLE mana_app");
        database.with("GRANT ALL ON ALL TABLES IN SCHEMA auth TO " + mighty.role());
    }

    @AfterAll
    static void drop() throws SQLException {
        database.close();
    }

    static List<String> protectedTables() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Jdbc.strings(
                    admin,
                    "SELECT relname FROM pg_class WHERE relnamespace = 'auth'::regnamespace AND relforcerowsecurity"
                            + " ORDER BY 1");
        }
    }

    @Test
    void theProtectedTablesAreTheOnesTheBootChecksKnow() throws SQLException {
        assertThat(protectedTables()).containsExactlyElementsOf(ExpectedPolicies.tables());
    }

    @ParameterizedTest
    @MethodSource("protectedTables")
    void aUserSeesAndTouchesTheirOwnRowAndNoOther(String table) throws SQLException {
        assertThat(users("SELECT user_id FROM auth." + table, "alice")).containsExactly("alice");
        assertThat(users("UPDATE auth." + table + " SET user_id = user_id RETURNING user_id", "alice"))
                .containsExactly("alice");
        assertThat(users("DELETE FROM auth." + table + " RETURNING user_id", "alice"))
                .containsExactly("alice");
    }

    @ParameterizedTest
    @MethodSource("protectedTables")
    void aUserCannotGiveARowAwayOrTakeOne(String table) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> users("UPDATE auth." + table + " SET user_id = 'bob' RETURNING user_id", "alice"))
                .withMessageContaining("row-level security");
    }

    @ParameterizedTest
    @MethodSource("protectedTables")
    void aUserCannotInsertForAnother(String table) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> users(Rows.insertInto(table, "carol"), "alice"))
                .withMessageContaining("row-level security");
    }

    @ParameterizedTest
    @MethodSource("protectedTables")
    void nobodySeesTouchesAndInsertsNothing(String table) throws SQLException {
        for (var unnamed : new @Nullable String[] {null, ""}) {
            assertThat(users("SELECT user_id FROM auth." + table, unnamed)).isEmpty();
            assertThat(users("UPDATE auth." + table + " SET user_id = user_id RETURNING user_id", unnamed))
                    .isEmpty();
            assertThat(users("DELETE FROM auth." + table + " RETURNING user_id", unnamed))
                    .isEmpty();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> users(Rows.insertInto(table, "carol"), unnamed))
                    .withMessageContaining("row-level security");
        }
    }

    @ParameterizedTest
    @MethodSource("protectedTables")
    void theNameEndsWithItsTransactionOnAPooledConnection(String table) throws SQLException {
        try (var app = TestPostgres.connect(mighty)) {
            app.setAutoCommit(false);
            actAs(app, "alice");
            assertThat(Jdbc.strings(app, "SELECT user_id FROM auth." + table)).containsExactly("alice");
            app.commit();

            assertThat(Jdbc.strings(app, "SELECT user_id FROM auth." + table)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("protectedTables")
    void evenTheOwnerSeesNothingUnderForce(String table) throws SQLException {
        try (var owner = database.connectAsOwner()) {
            // Without what it may inherit from its groups on Postgres 15.
            var modern = Jdbc.isTrue(owner, "SELECT current_setting('server_version_num')::integer >= 160000");

            assertThat(Jdbc.strings(owner, "SELECT user_id FROM auth." + table)).hasSize(modern ? 0 : 2);
        }
    }

    @Test
    void theServingRoleHasNoRightsBeyondItsNeed() throws SQLException {
        try (var app = database.connectAsApp()) {
            app.setAutoCommit(false);
            for (var forbidden : List.of(
                    "DELETE FROM auth.users",
                    "TRUNCATE auth.users CASCADE",
                    "DELETE FROM auth.encryption_vaults",
                    "TRUNCATE auth.sessions",
                    "UPDATE auth.encryption_vault_audit SET context = 'x'",
                    "DELETE FROM auth.encryption_vault_audit",
                    "INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, created_at)"
                            + " VALUES ('x', 'alice', 'init', 200, now())",
                    "SELECT FROM auth.audit_seal",
                    "SELECT FROM auth.audit_heads",
                    "SELECT FROM auth.audit_keys",
                    "SELECT auth.prune_trail(1)",
                    "UPDATE auth.replaced_recovery_wraps SET recovery_iv = 'x'",
                    "UPDATE auth.retained_keys SET expires_at = 'infinity'",
                    "TRUNCATE auth.retained_keys",
                    "UPDATE auth.rekey_requests SET key_generation = 1",
                    "UPDATE auth.mission_grants SET expires_at = 'infinity'",
                    "DELETE FROM auth.mission_grants",
                    "UPDATE auth.jwks SET private_key = 'x'",
                    "DELETE FROM auth.jwks",
                    "UPDATE auth.keks SET state = 'lost'",
                    "DELETE FROM auth.keks",
                    "SELECT FROM auth.erasure_receipts",
                    "INSERT INTO auth.erasure_receipts (subject, reason) VALUES (repeat('0', 64), 'x')",
                    "INSERT INTO auth.mana_changelog SELECT * FROM auth.mana_changelog",
                    "CREATE TABLE auth.mine ()",
                    "SET ROLE mana_maintenance",
                    "SET ROLE mana_eraser")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(forbidden)
                        .isThrownBy(() -> Jdbc.execute(app, forbidden))
                        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42501"));
                app.rollback();
            }
        }
    }

    @Test
    void whatWasTakenBackStaysTakenBack() {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> users("UPDATE auth.mission_grants SET revoked_at = NULL RETURNING user_id", "alice"))
                .withMessageContaining("row-level security");
    }

    @Test
    void maintenanceSeesAllVaultsButChangesOnlyHowTheyAreWrapped() throws SQLException {
        var maintenance = database.createRole("maintenance", "IN ROLE mana_maintenance");
        try (var connection = TestPostgres.connect(maintenance)) {
            connection.setAutoCommit(false);
            assertThat(Jdbc.strings(connection, "SELECT user_id FROM auth.encryption_vaults"))
                    .hasSize(2);
            assertThat(Jdbc.strings(
                            connection, "UPDATE auth.encryption_vaults SET wrap_iv = 'another' RETURNING user_id"))
                    .hasSize(2);
            connection.rollback();
            for (var column : List.of("user_id", "zero_knowledge", "recovery_wrapped_mk", "key_generation")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(column)
                        .isThrownBy(() -> Jdbc.execute(
                                connection, "UPDATE auth.encryption_vaults SET " + column + " = " + column));
                connection.rollback();
            }
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> Jdbc.execute(connection, "SELECT FROM auth.encryption_vault_audit"));
            connection.rollback();
        }
    }

    @Test
    void maintenanceDeletesOnlyWrapsThatHaveExpired() throws SQLException {
        var maintenance = database.createRole("expiry", "IN ROLE mana_maintenance");
        database.with(
                Rows.user("dave") + Rows.replacedWrap("dave")
                        + "UPDATE auth.replaced_recovery_wraps SET replaced_at = now() - interval '31 days' WHERE user_id = 'dave'");
        try (var connection = TestPostgres.connect(maintenance)) {
            assertThat(Jdbc.strings(connection, "DELETE FROM auth.replaced_recovery_wraps RETURNING user_id"))
                    .containsExactly("dave");
        }
    }

    @Test
    void maintenanceRewrapsRetainedKeysAndDeletesOnlyThoseThatHaveExpired() throws SQLException {
        var maintenance = database.createRole("retention", "IN ROLE mana_maintenance");
        database.with(Rows.user("erin") + Rows.retainedKey("erin") + Rows.rekeyRequest("erin")
                + "UPDATE auth.retained_keys SET superseded_at = now() - interval '8 days', expires_at = now()"
                + " WHERE user_id = 'erin';"
                + "UPDATE auth.rekey_requests SET requested_at = now() - interval '1 day' WHERE user_id = 'erin'");
        try (var connection = TestPostgres.connect(maintenance)) {
            assertThat(Jdbc.strings(connection, "UPDATE auth.retained_keys SET kek_id = kek_id RETURNING user_id"))
                    .hasSize(3);
            for (var column : List.of("user_id", "key_generation", "expires_at", "recovery_wrapped_mk")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(column)
                        .isThrownBy(() ->
                                Jdbc.execute(connection, "UPDATE auth.retained_keys SET " + column + " = " + column));
            }
            assertThat(Jdbc.strings(connection, "DELETE FROM auth.retained_keys RETURNING user_id"))
                    .containsExactly("erin");
            assertThat(Jdbc.strings(connection, "DELETE FROM auth.rekey_requests RETURNING user_id"))
                    .containsExactly("erin");
        } finally {
            database.with("DELETE FROM auth.users WHERE id = 'erin'");
        }
    }

    @Test
    void theAuditorReadsTheTrailAndNoKey() throws SQLException {
        var auditor = database.createRole("auditor", "IN ROLE mana_auditor");
        try (var connection = TestPostgres.connect(auditor)) {
            assertThat(Jdbc.strings(connection, "SELECT user_id FROM auth.encryption_vault_audit"))
                    .contains("alice", "bob");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> Jdbc.execute(connection, "SELECT FROM auth.encryption_vaults"));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> Jdbc.execute(connection, "DELETE FROM auth.encryption_vault_audit"));
        }
    }

    @Test
    void aBackupReadsEveryRowAndChangesNone() throws SQLException {
        var backup = database.createRole("backup", "IN ROLE mana_backup");
        try (var connection = TestPostgres.connect(backup);
                var admin = database.connectAsAdmin()) {
            for (var table : Jdbc.strings(
                    admin,
                    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'S')"
                            + " AND c.relnamespace IN ('auth'::regnamespace, 'spaces'::regnamespace)")) {
                var count = "SELECT count(*) FROM " + table;
                assertThat(Jdbc.strings(connection, count)).as(table).isEqualTo(Jdbc.strings(admin, count));
            }
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> Jdbc.execute(connection, "UPDATE auth.encryption_vaults SET kek_id = 'x'"));
        }
    }

    @Test
    void aBackupHoldsNoMailWhoseLinksMayStillBeGood() throws SQLException {
        database.with("""
                INSERT INTO auth.outbox (kind, recipient, payload, expires_at)
                VALUES ('a-mail', 'a@b.de', '{}', now() + interval '1 hour');
                INSERT INTO auth.outbox (kind, user_id, payload, expires_at)
                VALUES ('a-call', 'alice', '{}', now() + interval '1 hour')
                """);
        var backup = database.createRole("outbox_backup", "IN ROLE mana_backup");
        try (var connection = TestPostgres.connect(backup)) {
            assertThat(Jdbc.strings(connection, "SELECT kind FROM auth.outbox")).containsExactly("a-call");
        } finally {
            database.with("DELETE FROM auth.outbox");
        }
    }

    /** The users whose rows a statement returned, in a transaction that is rolled back. */
    private static List<String> users(String sql, @Nullable String actingAs) throws SQLException {
        try (var connection = TestPostgres.connect(mighty)) {
            connection.setAutoCommit(false);
            if (actingAs != null) {
                actAs(connection, actingAs);
            }
            var users = Jdbc.strings(connection, sql);
            connection.rollback();
            return users;
        }
    }

    private static void actAs(Connection connection, String user) throws SQLException {
        Jdbc.strings(connection, "SELECT set_config('app.current_user_id', ?, true)", user);
    }
}
