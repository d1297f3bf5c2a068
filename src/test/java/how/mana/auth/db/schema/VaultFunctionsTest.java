package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions of the hot path and the two that may do more than their caller, called as the serving role. */
class VaultFunctionsTest {
    private TestDatabase database;
    private Connection app;

    @BeforeEach
    void aliceHasAVaultAndASession() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
        database.with(Rows.user("alice")
                + Rows.session("s1", "alice")
                + Rows.vault("alice")
                + Rows.user("bob")
                + Rows.session("s2", "bob"));
        app = database.connectAsApp();
    }

    @AfterEach
    void drop() throws SQLException {
        app.close();
        database.close();
    }

    @Test
    void openingAVaultHandsOutTheWrapAndLeavesOneRow() throws SQLException {
        assertThat(open("alice", "s1", "a1")).isEqualTo("(t,t,f," + Rows.WRAP + "," + Rows.IV + ",2,env-v1,1,,,,1)");
        assertThat(trail()).containsExactly("a1 alice fetch 200 - 192.0.2.1 agent");
    }

    @Test
    void openingAZeroKnowledgeVaultHandsOutTheRecoveryWrap() throws SQLException {
        database.with(Rows.zeroKnowledgeVault("bob"));

        assertThat(open("bob", "s2", "a1")).isEqualTo("(t,t,t,,,2,env-v1,1,," + Rows.WRAP + "," + Rows.IV + ",1)");
        assertThat(trail()).containsExactly("a1 bob fetch 200 zk-recovery-blob 192.0.2.1 agent");
    }

    @Test
    void lookingForAVaultThatIsNotThereIsOnRecord() throws SQLException {
        assertThat(open("bob", null, "a1")).startsWith("(t,f,f,,");
        assertThat(trail()).containsExactly("a1 bob failed_fetch 404 not-initialised 192.0.2.1 agent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE auth.users SET deleted_at = now() WHERE id = 'alice'",
                "UPDATE auth.sessions SET revoked_at = now() WHERE id = 's1'",
                "UPDATE auth.sessions SET expires_at = now() - interval '1 second' WHERE id = 's1'",
                "UPDATE auth.sessions SET user_id = 'bob' WHERE id = 's1'",
                "DELETE FROM auth.sessions WHERE id = 's1'"
            })
    void aCallerWhoIsNoLongerLiveGetsAndLeavesNothing(String change) throws SQLException {
        database.with(change);

        assertThat(open("alice", "s1", "a1")).startsWith("(f,f,f,,,,");
        assertThat(Jdbc.strings(app, "SELECT auth.vault_status('alice', 's1')::text"))
                .containsExactly("(f,f,f,f,)");
        assertThat(Jdbc.isTrue(app, "SELECT auth.act_as('alice', 's1')")).isFalse();
        assertThat(trail()).isEmpty();
    }

    @Test
    void anUnknownUserGetsNothing() throws SQLException {
        assertThat(open("carol", null, "a1")).startsWith("(f,f,f,,,,");
        assertThat(trail()).isEmpty();
    }

    @Test
    void statusLeavesNoRow() throws SQLException {
        database.with(Rows.zeroKnowledgeVault("bob"));

        assertThat(Jdbc.strings(app, "SELECT auth.vault_status('alice', 's1')::text"))
                .containsExactly("(t,t,f,f,)");
        assertThat(
                        Jdbc.strings(
                                app,
                                "SELECT (caller_known, vault_exists, has_recovery_wrap, zero_knowledge,"
                                        + " recovery_set_at = '2026-01-02T03:04:05Z')::text FROM auth.vault_status('bob', 's2')"))
                .containsExactly("(t,t,t,t,t)");
        database.with("DELETE FROM auth.encryption_vaults");
        assertThat(Jdbc.strings(app, "SELECT auth.vault_status('alice', 's1')::text"))
                .containsExactly("(t,f,f,f,)");
        assertThat(trail()).isEmpty();
    }

    @Test
    void aTransactionWithoutAUserIsRefused() {
        for (var call : List.of(
                "SELECT auth.act_as(NULL, NULL)",
                "SELECT auth.act_as('', NULL)",
                "SELECT auth.vault_status('', NULL)",
                "SELECT auth.vault_open('', NULL, 'a1', NULL, NULL)",
                "SELECT auth.vault_open(NULL, NULL, 'a1', NULL, NULL)")) {
            assertThatExceptionOfType(SQLException.class)
                    .as(call)
                    .isThrownBy(() -> Jdbc.strings(app, call))
                    .withMessageContaining("needs a user");
        }
    }

    @Test
    void actingAsAUserOpensTheirRowsAndEndsWithTheTransaction() throws SQLException {
        app.setAutoCommit(false);
        assertThat(Jdbc.isTrue(app, "SELECT auth.act_as('alice', 's1')")).isTrue();
        assertThat(Jdbc.strings(app, "SELECT user_id FROM auth.encryption_vaults"))
                .containsExactly("alice");
        app.commit();

        assertThat(Jdbc.strings(app, "SELECT user_id FROM auth.encryption_vaults"))
                .isEmpty();
    }

    @Test
    void erasingTheActingUserTakesEverythingAndLeavesAReceipt() throws SQLException {
        database.with(Rows.audit("alice") + Rows.replacedWrap("alice") + Rows.audit("bob"));
        app.setAutoCommit(false);
        Jdbc.strings(app, "SELECT auth.act_as('alice', NULL)");

        assertThat(Jdbc.isTrue(app, "SELECT auth.erase_user('alice', 'requested')"))
                .isTrue();
        app.commit();

        try (var admin = database.connectAsAdmin()) {
            assertThat(Jdbc.strings(admin, "SELECT id FROM auth.users")).containsExactly("bob");
            assertThat(Jdbc.strings(admin, "SELECT user_id FROM auth.encryption_vaults"))
                    .isEmpty();
            assertThat(Jdbc.strings(admin, "SELECT user_id FROM auth.replaced_recovery_wraps"))
                    .isEmpty();
            assertThat(Jdbc.strings(admin, "SELECT user_id FROM auth.encryption_vault_audit"))
                    .containsExactly("bob");
            assertThat(Jdbc.strings(admin, "SELECT subject || ' ' || reason FROM auth.erasure_receipts"))
                    .containsExactly(sha256("mana-erasure-v1:alice") + " requested");
        }
        Jdbc.strings(app, "SELECT auth.act_as('alice', NULL)");
        assertThat(Jdbc.isTrue(app, "SELECT auth.erase_user('alice', 'again')")).isFalse();
        app.commit();
        try (var admin = database.connectAsAdmin()) {
            assertThat(Jdbc.strings(admin, "SELECT reason FROM auth.erasure_receipts"))
                    .containsExactly("requested");
        }
    }

    @Test
    void nobodyErasesAnyoneButTheActingUser() throws SQLException {
        app.setAutoCommit(false);
        for (var call : List.of(
                "SELECT auth.erase_user('alice', 'x')",
                "SELECT auth.erase_user('', 'x')",
                "SELECT auth.erase_user(NULL, 'x')",
                "SELECT auth.act_as('bob', NULL), auth.erase_user('alice', 'x')")) {
            assertThatExceptionOfType(SQLException.class)
                    .as(call)
                    .isThrownBy(() -> Jdbc.strings(app, call))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            app.rollback();
        }
        try (var admin = database.connectAsAdmin()) {
            assertThat(Jdbc.strings(admin, "SELECT id FROM auth.users")).containsExactlyInAnyOrder("alice", "bob");
            assertThat(Jdbc.strings(admin, "SELECT id FROM auth.erasure_receipts"))
                    .isEmpty();
        }
    }

    @Test
    void aSearchPathOfTheCallersDoesNotReachIntoTheEraser() throws SQLException {
        app.setAutoCommit(false);
        Jdbc.execute(app, "CREATE TEMPORARY TABLE users (id text)");
        Jdbc.execute(app, "SET LOCAL search_path = pg_temp, auth");
        Jdbc.strings(app, "SELECT auth.act_as('alice', NULL)");

        assertThat(Jdbc.isTrue(app, "SELECT auth.erase_user('alice', 'requested')"))
                .isTrue();
        assertThat(Jdbc.strings(app, "SELECT id FROM auth.users")).containsExactly("bob");
        app.rollback();
    }

    @Test
    void samplesOfAKekAreShownUntilItsFingerprintIsRecorded() throws SQLException {
        database.with(Rows.ACTIVE_KEK
                + "INSERT INTO auth.jwks (id, public_key, private_key, kek_id, wrap_iv, format_version)"
                + " VALUES ('k1', '{}', 'wrapped', 'env-v1', 'iv', 2);" + Rows.zeroKnowledgeVault("bob"));

        assertThat(Jdbc.strings(app, "SELECT kind || ' ' || owner FROM auth.kek_samples('env-v1', 10)"))
                .containsExactlyInAnyOrder("master-key alice", "signing-key k1");
        assertThat(Jdbc.strings(app, "SELECT kind FROM auth.kek_samples('env-v1', 1)"))
                .hasSize(1);
        assertThat(Jdbc.strings(app, "SELECT kind FROM auth.kek_samples('env-v2', 10)"))
                .isEmpty();
        assertThat(Jdbc.strings(app, "SELECT kind FROM auth.kek_samples('env-v1', NULL)"))
                .isEmpty();

        Jdbc.execute(app, "UPDATE auth.keks SET fingerprint = repeat('0a', 16) WHERE id = 'env-v1'");

        assertThat(Jdbc.strings(app, "SELECT kind FROM auth.kek_samples('env-v1', 10)"))
                .isEmpty();
    }

    @Test
    void aFingerprintIsWrittenOnceAndKeksAreKept() throws SQLException {
        database.with(Rows.ACTIVE_KEK + "UPDATE auth.keks SET fingerprint = repeat('0a', 16)");
        try (var admin = database.connectAsAdmin()) {
            for (var forbidden : List.of(
                    "UPDATE auth.keks SET fingerprint = repeat('0b', 16)",
                    "UPDATE auth.keks SET fingerprint = NULL",
                    "UPDATE auth.keks SET id = 'env-v2'",
                    "DELETE FROM auth.keks",
                    "TRUNCATE auth.keks CASCADE")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(forbidden)
                        .isThrownBy(() -> Jdbc.execute(admin, forbidden))
                        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("23001"));
            }
            Jdbc.execute(admin, "UPDATE auth.keks SET state = 'retiring'");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(
                            () -> Jdbc.execute(admin, "INSERT INTO auth.keks (id, fingerprint) VALUES ('x', 'XY')"));
        }
    }

    private String open(String user, @org.jspecify.annotations.Nullable String session, String auditId)
            throws SQLException {
        try (var statement = app.prepareStatement("SELECT auth.vault_open(?, ?, ?, '192.0.2.1', 'agent')::text")) {
            statement.setString(1, user);
            statement.setString(2, session);
            statement.setString(3, auditId);
            try (var result = statement.executeQuery()) {
                assertThat(result.next()).isTrue();
                return result.getString(1);
            }
        }
    }

    private List<String> trail() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Jdbc.strings(
                    admin,
                    "SELECT concat_ws(' ', id, user_id, action, status, coalesce(context, '-'), ip_address, user_agent)"
                            + " FROM auth.encryption_vault_audit ORDER BY created_at");
        }
    }

    private String sha256(String text) throws SQLException {
        return Jdbc.strings(app, "SELECT encode(sha256(convert_to(?, 'UTF8')), 'hex')", text)
                .get(0);
    }
}
