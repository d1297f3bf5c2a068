package how.mana.auth.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.cli.CommandRun;
import how.mana.auth.cli.TestOperation;
import how.mana.auth.crypto.KekId;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysCommandsTest {
    private final TestDatabase database;
    private final TestOperation operation;

    KeysCommandsTest() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
        operation = new TestOperation(database);
    }

    @BeforeEach
    void recordTheKek() throws SQLException {
        database.with("INSERT INTO auth.keks (id, fingerprint, state) VALUES ('env-v1', '"
                + operation.keks().fingerprint(KekId.DEFAULT).orElseThrow() + "', 'active')");
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    @Test
    void aKeyIsPublishedAheadAndTheOthersEndAnHourLater() throws SQLException {
        run("keys", "rotate", "--lead", "0s");
        database.with(
                "UPDATE auth.jwks SET created_at = created_at - interval '1 day', signs_from = signs_from - interval '1 day'");

        var rotated = run("keys", "rotate", "--json").json();

        var signsFrom = Instant.parse(rotated.path("signsFrom").asText());
        assertThat(Duration.between(Instant.now(), signsFrom))
                .isBetween(Duration.ofMinutes(14), Duration.ofMinutes(16));
        var keys = run("keys", "list", "--json").json().path("keys");
        assertThat(keys).hasSize(2);
        assertThat(keys.path(0).path("kid")).isEqualTo(rotated.path("kid"));
        assertThat(keys.path(0).path("state").asText()).isEqualTo("published");
        assertThat(keys.path(0).has("withdrawnAt")).isFalse();
        assertThat(keys.path(1).path("state").asText()).isEqualTo("signing");
        assertThat(Instant.parse(keys.path(1).path("withdrawnAt").asText()))
                .isEqualTo(signsFrom.plus(Duration.ofHours(1)));
    }

    @Test
    void aKeyIsPublishedThenSignsThenVerifiesThenIsWithdrawn() throws SQLException {
        database.with(
                "INSERT INTO auth.jwks (id, public_key, private_key, created_at) VALUES ('old', '', '', now() - interval '9 days')");
        run("keys", "rotate", "--lead", "0s");
        database.with("UPDATE auth.jwks SET created_at = created_at - interval '1 day'");
        run("keys", "rotate", "--lead", "0s");
        database.with("UPDATE auth.jwks SET created_at = created_at - interval '1 day'");
        run("keys", "rotate");

        assertThat(states()).containsExactly("published", "signing", "verifying", "adopted");

        database.with(
                "UPDATE auth.jwks SET signs_from = signs_from - interval '1 day', withdrawn_at = withdrawn_at - interval '2 hours'");
        assertThat(states()).containsExactly("signing", "withdrawn", "withdrawn", "adopted");
    }

    @Test
    void aSecondRotationDoesNotLetAnOlderKeyLiveLonger() throws SQLException {
        run("keys", "rotate");
        run("keys", "rotate", "--keep", "0s");
        var planned = withdrawnAt();

        run("keys", "rotate", "--lead", "7d");

        assertThat(withdrawnAt()).endsWith(planned.get(0));
    }

    @Test
    void aKekThatTheDatabaseDoesNotKnowAsActiveMakesNoKey() throws SQLException {
        database.with("UPDATE auth.keks SET state = 'retiring'");
        assertThat(refused()).contains("none does: see `kek status`");

        database.with("UPDATE auth.keks SET state = 'active'; ALTER TABLE auth.keks DISABLE TRIGGER keks_are_kept;"
                + " UPDATE auth.keks SET fingerprint = '" + "0".repeat(32) + "'");
        assertThat(refused())
                .contains(
                        "0".repeat(32),
                        operation.keks().fingerprint(KekId.DEFAULT).orElseThrow());

        database.with("UPDATE auth.keks SET fingerprint = NULL");
        assertThat(refused()).contains("start the service first");

        assertThat(states()).isEmpty();
    }

    private String refused() {
        var run = CommandRun.of(operation, "keys", "rotate");
        assertThat(run.exitCode()).isEqualTo(1);
        return run.err();
    }

    private List<String> states() {
        return run("keys", "list", "--json").json().path("keys").findValuesAsText("state");
    }

    private List<String> withdrawnAt() {
        return run("keys", "list", "--json").json().path("keys").findValuesAsText("withdrawnAt");
    }

    private CommandRun run(String... arguments) {
        var run = CommandRun.of(operation, arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }
}
