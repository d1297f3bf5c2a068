package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How users are made by functions, called as the serving role. */
class ProvisioningFunctionsTest {
    private static final String LONG_AGO = "2020-01-01T00:00:00Z";
    private static final String NOBODY_WAITS =
            "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted)";

    private TestDatabase database;
    private Connection app;

    @BeforeEach
    void aliceIsThere() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated().with(Rows.user("alice"));
        app = database.connectAsApp();
    }

    @AfterEach
    void drop() throws SQLException {
        app.close();
        database.close();
    }

    @Test
    void aUserIsMadeOnce() throws SQLException {
        assertThat(provision(app, "carol", "carol@example.org", "now")).isEqualTo("created");
        assertThat(provision(app, "carol", "else@example.org", "now")).isEqualTo("exists");

        assertThat(Jdbc.strings(app, "SELECT concat_ws(' ', id, email, name, role, access_tier, kind) FROM auth.users"))
                .containsExactlyInAnyOrder(
                        "alice alice@example.org alice user public human",
                        "carol carol@example.org Name user public human");
    }

    /** The old service's table may have had others. */
    @Test
    void theDefaultsOfTheTableGiveNobodyMore() throws SQLException {
        database.with("ALTER TABLE auth.users ALTER COLUMN role SET DEFAULT 'admin',"
                + " ALTER COLUMN access_tier SET DEFAULT 'founder'");

        provision(app, "carol", "carol@example.org", "now");

        assertThat(Jdbc.strings(app, "SELECT role || ' ' || access_tier FROM auth.users WHERE id = 'carol'"))
                .containsExactly("user public");
    }

    @Test
    void anEmailLeadsToNobody() throws SQLException {
        assertThat(provision(app, "carol", "alice@example.org", "now")).isEqualTo("email_taken");

        assertThat(Jdbc.strings(app, "SELECT id FROM auth.users")).containsExactly("alice");
    }

    @Test
    void anErasureCountsAgainstWhateverIsOlder() throws SQLException {
        erase(app, "alice");

        for (var issued : List.of(LONG_AGO, "-infinity")) {
            assertThat(provision(app, "alice", "alice@example.org", issued)).isEqualTo("erased");
        }
        assertThat(Jdbc.strings(app, "SELECT auth.provision_user('alice', 'a@example.org', 'x', false, NULL)"))
                .as("nobody knows that it is younger")
                .containsExactly("erased");
        assertThat(provision(app, "bob", "alice@example.org", LONG_AGO)).isEqualTo("created");
        assertThat(provision(app, "alice", "new@example.org", "infinity")).isEqualTo("created");
    }

    @Test
    void theLastOfSeveralErasuresCounts() throws SQLException {
        erase(app, "alice");
        database.with("UPDATE auth.erasure_receipts SET erased_at = '2021-01-01'");
        assertThat(provision(app, "alice", "alice@example.org", "2022-01-01")).isEqualTo("created");
        erase(app, "alice");

        assertThat(provision(app, "alice", "alice@example.org", "2022-01-01")).isEqualTo("erased");
    }

    /** Made and erased by others between our first look and our insert: only a second look sees the receipt. */
    @Test
    void aUserWhoWasErasedBeforeTheInsertIsNotMadeAgain() throws Exception {
        database.with("CREATE FUNCTION auth.pause() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$;"
                + "CREATE TRIGGER pause BEFORE INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.pause()");
        try (var admin = database.connectAsAdmin()) {
            Jdbc.strings(admin, "SELECT pg_advisory_lock(7)::text");
            var made = CompletableFuture.supplyAsync(this::provisionCarol);
            while (!made.isDone() && Jdbc.isTrue(admin, NOBODY_WAITS)) {
                Thread.onSpinWait();
            }
            Jdbc.execute(
                    admin,
                    "INSERT INTO auth.erasure_receipts (subject, reason)"
                            + " VALUES (encode(sha256('mana-erasure-v1:carol'), 'hex'), 'requested')");
            Jdbc.strings(admin, "SELECT pg_advisory_unlock(7)");

            assertThat(made.get()).isEqualTo("erased");
        }
        assertThat(Jdbc.strings(app, "SELECT id FROM auth.users")).containsExactly("alice");
    }

    private String provisionCarol() {
        try {
            return provision(app, "carol", "carol@example.org", LONG_AGO);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nobodyIsMadeWithoutAnId() {
        for (var call : List.of(
                "SELECT auth.provision_user('', 'a@b', 'x', false, now())",
                "SELECT auth.provision_user(NULL, 'a@b', 'x', false, now())")) {
            assertThatExceptionOfType(SQLException.class)
                    .as(call)
                    .isThrownBy(() -> Jdbc.strings(app, call))
                    .withMessageContaining("a user has an id");
        }
    }

    @Test
    void aSearchPathOfTheCallersDoesNotReachTheReceipts() throws SQLException {
        erase(app, "alice");
        app.setAutoCommit(false);
        Jdbc.execute(app, "CREATE TEMPORARY TABLE erasure_receipts (subject text, erased_at timestamptz)");
        Jdbc.execute(app, "SET LOCAL search_path = pg_temp, auth");

        assertThat(provision(app, "alice", "alice@example.org", LONG_AGO)).isEqualTo("erased");
        app.rollback();
    }

    @Test
    void theReceiptsStayUnreadForTheService() throws SQLException {
        erase(app, "alice");

        assertThat(Jdbc.isTrue(app, "SELECT auth.erased_since('alice', NULL)")).isTrue();
        assertThat(Jdbc.isTrue(app, "SELECT auth.erased_since('bob', NULL)")).isFalse();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> Jdbc.strings(app, "SELECT subject FROM auth.erasure_receipts"))
                .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void theEraserMayReadTwoColumnsMoreAndNothingElse() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            assertThat(Jdbc.strings(
                            admin,
                            "SELECT a.attname || ' ' || p.privilege_type FROM pg_attribute a, aclexplode(a.attacl) p"
                                    + " WHERE a.attrelid = 'auth.erasure_receipts'::regclass"
                                    + " AND p.grantee = 'mana_eraser'::regrole ORDER BY 1"))
                    .containsExactly("erased_at SELECT", "subject SELECT");
            assertThat(Jdbc.isTrue(admin, "SELECT has_schema_privilege('mana_eraser', 'auth', 'CREATE')"))
                    .isFalse();
        }
    }

    @Test
    void whatAnOldDatabaseGivesByDefaultItDoesNotGiveHere() throws SQLException {
        try (var old = TestPostgres.instance().createDatabase()) {
            var stranger = old.createRole("stranger", "");
            old.with("ALTER DEFAULT PRIVILEGES FOR ROLE " + old.ownerUrl().role() + " GRANT EXECUTE ON FUNCTIONS TO "
                            + stranger.role())
                    .migrated();

            try (var connection = old.connectAsAdmin()) {
                assertThat(Jdbc.strings(
                                connection,
                                "SELECT p.oid::regprocedure::text FROM pg_proc p, aclexplode(p.proacl) a"
                                        + " WHERE p.proname IN ('provision_user', 'erased_since')"
                                        + " AND a.grantee::regrole::text = ?",
                                stranger.role()))
                        .isEmpty();
            }
            old.with("DROP OWNED BY " + stranger.role());
        }
    }

    private static String provision(Connection connection, String user, String email, String issuedAt)
            throws SQLException {
        return Jdbc.strings(
                        connection,
                        "SELECT auth.provision_user(?, ?, 'Name', false, ?::timestamptz)",
                        user,
                        email,
                        issuedAt)
                .get(0);
    }

    private static void erase(Connection connection, String user) throws SQLException {
        Jdbc.strings(connection, "SELECT auth.act_as(?, NULL), auth.erase_user(?, 'requested')", user, user);
    }
}
