package how.mana.auth.grant.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.db.schema.OldService;
import how.mana.auth.db.schema.SyncMigrations;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import how.mana.auth.grant.worker.DecryptAudit.Attempt;
import how.mana.auth.grant.worker.DecryptAudit.NotRecordedException;
import how.mana.auth.grant.worker.FieldResult.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Against the table the service makes, as the role that serves. */
class JdbcDecryptAuditTest {
    private static final RecordRef RECORD = new RecordRef("notes", "abc");
    private static final String ROWS =
            "SELECT concat_ws('|', user_id, mission_id, coalesce(iteration_id, '-'), table_name, record_id, status,"
                    + " coalesce(reason, '-')) FROM mana_ai.decrypt_audit";

    private static TestDatabase database;

    private final String alice = "alice-" + UUID.randomUUID();
    private final String bob = "bob-" + UUID.randomUUID();
    private final DecryptAudit audit = new JdbcDecryptAudit(dataSource());

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
    void anOpenedValueLeavesItsRow() throws SQLException {
        audit.record(new Attempt(alice, "m-1", Optional.of("run-1"), RECORD, Optional.empty()));

        assertThat(rowsSeenBy(alice)).containsExactly(alice + "|m-1|run-1|notes|abc|ok|-");
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalLeavesItsRow(Reason reason) throws SQLException {
        audit.record(new Attempt(alice, "m-1", Optional.empty(), RECORD, Optional.of(reason)));

        assertThat(rowsSeenBy(alice))
                .containsExactly(alice + "|m-1|-|notes|abc|" + reason.status().word() + "|" + reason.word());
    }

    @Test
    void anotherUsersRowsAreNotSeen() throws SQLException {
        audit.record(new Attempt(alice, "m-1", Optional.empty(), RECORD, Optional.empty()));
        audit.record(new Attempt(bob, "m-2", Optional.empty(), RECORD, Optional.empty()));

        assertThat(rowsSeenBy(bob)).containsExactly(bob + "|m-2|-|notes|abc|ok|-");
        assertThat(rowsSeenBy("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE mana_ai.decrypt_audit SET status = 'ok'", "DELETE FROM mana_ai.decrypt_audit"})
    void aRowStaysAsItWasWritten(String change) throws SQLException {
        audit.record(new Attempt(alice, "m-1", Optional.empty(), RECORD, Optional.empty()));

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> as(alice, change))
                .withMessageContaining("permission denied");
        assertThat(rowsSeenBy(alice)).hasSize(1);
    }

    @Test
    void theRowIsThereWhenTheValueIs() throws SQLException {
        var derivation = new MissionGrant.Derivation("v1", "m-1", List.of("notes"), List.of("notes:abc"));
        var vector = GrantVector.fieldValues().get(0);
        try (var mission = new OpenMission(alice, derivation, vector.key("masterKey"))) {
            var opener = FieldOpener.of(mission, Optional.of("run-1"), audit);

            var result = opener.open(RECORD, JsonNodeFactory.instance.textNode(vector.text("sealed")));

            assertThat(result).isEqualTo(new FieldResult.Opened(JsonNodeFactory.instance.textNode("hello")));
            assertThat(rowsSeenBy(alice)).containsExactly(alice + "|m-1|run-1|notes|abc|ok|-");
        }
    }

    @Test
    void aRowForNobodyIsRefused() {
        assertNotRecorded(audit, "");
    }

    @Test
    void aTextTheDatabaseCannotStoreIsRefused() {
        assertNotRecorded(audit, "alice\u0000");
    }

    @Test
    void aRowThatIsSwallowedIsNoticed() throws SQLException {
        try (var strange = TestPostgres.instance().createDatabase()) {
            SyncMigrations.by(strange.ownerUrl(), strange.appUrl()).run(OldService.REFUSE);
            strange.with(
                    "CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                            + "CREATE TRIGGER swallow BEFORE INSERT ON mana_ai.decrypt_audit"
                            + " FOR EACH ROW EXECUTE FUNCTION public.swallow()");

            assertNotRecorded(new JdbcDecryptAudit(dataSource(strange)), alice);
        }
    }

    @Test
    void aDatabaseOutOfReachIsNoticed() {
        var nowhere = dataSource();
        nowhere.setPassword("wrong");
        nowhere.setDatabaseName("no_such_database");

        assertNotRecorded(new JdbcDecryptAudit(nowhere), alice);
    }

    private static void assertNotRecorded(DecryptAudit audit, String userId) {
        assertThatExceptionOfType(NotRecordedException.class)
                .isThrownBy(() -> audit.record(new Attempt(userId, "m-1", Optional.empty(), RECORD, Optional.empty())));
    }

    private static List<String> rowsSeenBy(String user) throws SQLException {
        return as(user, ROWS);
    }

    private static List<String> as(String user, String sql) throws SQLException {
        try (var app = database.connectAsApp()) {
            app.setAutoCommit(false);
            become(app, user);
            try (var statement = app.createStatement()) {
                var rows = new ArrayList<String>();
                if (statement.execute(sql)) {
                    for (var result = statement.getResultSet(); result.next(); ) {
                        rows.add(result.getString(1));
                    }
                }
                app.commit();
                return rows;
            }
        }
    }

    private static void become(Connection connection, String user) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT set_config('app.current_user_id', ?, true)")) {
            statement.setString(1, user);
            statement.execute();
        }
    }

    private static PGSimpleDataSource dataSource() {
        return dataSource(database);
    }

    private static PGSimpleDataSource dataSource(TestDatabase database) {
        var url = database.appUrl();
        var source = new PGSimpleDataSource();
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.role());
        source.setPassword(url.password());
        return source;
    }
}
