package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an old database gives to somebody by default, it does not give here, whoever owns it by now. */
class StrangersTest {
    private TestDatabase database;
    private String stranger;
    private Connection admin;

    @BeforeEach
    void everythingNewIsGivenToAStranger() throws SQLException {
        database = TestPostgres.instance().createDatabase();
        stranger = database.createRole("stranger", "").role();
        var defaults = "ALTER DEFAULT PRIVILEGES FOR ROLE "
                + database.ownerUrl().role() + " GRANT ALL ON %s TO " + stranger + ";";
        database.with(defaults.formatted("FUNCTIONS") + defaults.formatted("TABLES"))
                .migrated();
        admin = database.connectAsAdmin();
    }

    @AfterEach
    void drop() throws SQLException {
        admin.close();
        database.with("DROP OWNED BY " + stranger);
        database.close();
    }

    @Test
    void noFunctionIsTheirsToCall() throws SQLException {
        assertThat(Jdbc.strings(
                        admin,
                        "SELECT p.oid::regprocedure::text FROM pg_proc p, aclexplode(p.proacl) a"
                                + " WHERE p.pronamespace = 'auth'::regnamespace AND a.grantee::regrole::text = ?",
                        stranger))
                .isEmpty();
    }

    @Test
    void noTableOfTokensOrKeysIsTheirsToRead() throws SQLException {
        assertThat(Jdbc.strings(
                        admin,
                        "SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a"
                                + " WHERE a.grantee::regrole::text = ? AND c.relname IN ('encryption_vaults', 'keks',"
                                + " 'mission_grants', 'retained_keys', 'rekey_requests', 'outbox', 'refresh_tokens', 'rate_limits', 'signup_days',"
                                + " 'kek_history', 'kek_uses', 'service_state', 'replicas', 'rewrap_runs', 'rewrap_failures',"
                                + " 'audit_keys', 'audit_seal', 'audit_heads')",
                        stranger))
                .isEmpty();
    }

    @Test
    void whatIsOursIsStillTheServices() throws SQLException {
        try (var app = database.connectAsApp()) {
            assertThat(BootChecks.refusalsOf(app)).isEmpty();
        }
    }
}
