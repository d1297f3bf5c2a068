package how.mana.auth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h", "help nonsense"})
    void helpNamesEveryCommand(String arguments) throws SQLException {
        var help = run(arguments);

        assertThat(help.exitCode()).isZero();
        assertThat(Commands.ALL).isNotEmpty().allSatisfy(command -> assertThat(help.out())
                .contains("mana-auth " + command.syntax().synopsis(), command.summary()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"help migrate", "migrate --help", "migrate -h", "migrate --nonsense --help"})
    void helpOfOneCommandNamesNoOther(String arguments) throws SQLException {
        var help = run(arguments);

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("mana-auth migrate [--adopt] [--json]").doesNotContain("health");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush", "hush --json", "health hush", "health --hush", "health --json --json"})
    void aMisusedCommandShowsItsUsageAndRepeatsNothing(String arguments) throws SQLException {
        var misused = run(arguments);

        assertThat(misused.exitCode()).isEqualTo(Command.MISUSED);
        assertThat(misused.out()).isEmpty();
        assertThat(misused.err()).contains("mana-auth health [--json]").doesNotContain("hush");
    }

    @Test
    void theResultIsLinesOrOneLineOfJson() throws SQLException {
        assertThat(run("health").out()).startsWith("not ready: ");

        var asked = run("health --json");
        assertThat(asked.exitCode()).isEqualTo(Command.FAILED);
        assertThat(asked.out()).isEqualTo("{\"ready\":false}\n");
    }

    @Test
    void onlyWhatNeedsTheFrameworkWaitsForIt() {
        assertThat(Commands.needFramework(List.of("migrate", "--adopt"))).isTrue();
        for (var other : List.of("health", "help", "nonsense", "migrate --help", "migrate --nonsense")) {
            assertThat(Commands.needFramework(List.of(other.split(" "))))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void aRefusalIsALineOnStderrAndInJson() throws SQLException {
        try (var database = TestPostgres.instance().createDatabase()) {
            var sameRole = new TestOperation(database).servedBy(database.ownerUrl());

            var refused = CommandRun.of(sameRole, "migrate", "--json");

            assertThat(refused.exitCode()).isEqualTo(Command.FAILED);
            assertThat(refused.err()).contains("name the same role").doesNotContain("\tat ");
            assertThat(refused.json().path("error").asText()).contains("name the same role");
        }
    }

    @Test
    void theTableInTheDocumentationIsThatOfTheCommands() throws IOException {
        var documented = Files.readString(Path.of("docs", "operations.md"));

        assertThat(Commands.ALL).allSatisfy(command -> assertThat(documented)
                .contains("| `" + command.syntax().synopsis() + "` | "
                        + command.role().text() + " | "));
    }

    @Test
    void aCommandThatWatchesEndsWhenItIsTold() {
        var stop = new Stop();

        assertThat(stop.pause(Duration.ofMillis(1))).isTrue();
        stop.ask();
        assertThat(stop.pause(Duration.ofMinutes(1))).isFalse();
    }

    private static CommandRun run(String arguments) throws SQLException {
        try (var database = TestPostgres.instance().createDatabase()) {
            return CommandRun.of(new TestOperation(database), arguments.split(" "));
        }
    }
}
