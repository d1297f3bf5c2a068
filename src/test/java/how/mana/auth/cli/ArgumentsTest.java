package how.mana.auth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    private static final Syntax SYNTAX = Syntax.of("kek rewrap")
            .operand("ID")
            .required("--rate", "ROWS")
            .option("--for", "TIME")
            .flag("--watch");

    @Test
    void whatTheSyntaxAllowsIsThere() {
        var arguments = parse("--rate", "100", "env-v1", "--for=90s", "--watch");

        assertThat(arguments.operand("ID")).isEqualTo("env-v1");
        assertThat(arguments.number("--rate", 1, 100)).contains(100L);
        assertThat(arguments.duration("--for")).contains(Duration.ofSeconds(90));
        assertThat(arguments.has("--watch")).isTrue();
        assertThat(arguments.json()).isFalse();
        assertThat(SYNTAX.synopsis()).isEqualTo("kek rewrap ID --rate ROWS [--for TIME] [--watch] [--json]");
    }

    @ParameterizedTest
    @CsvSource({
        "--rate 1 hush --hush,One option is not known",
        "--rate 1 hush hush,One argument is too many",
        "--rate 1,ID is missing",
        "hush,--rate is missing",
        "hush --rate,--rate needs a value",
        "hush --rate 1 --rate=hush,--rate is there twice",
        "hush --rate 1 --watch=hush,--watch takes no value",
    })
    void whateverElseIsRefusedAndNotRepeated(String arguments, String said) {
        assertThatExceptionOfType(MisusedException.class)
                .isThrownBy(() -> parse(arguments.split(" ")))
                .withMessage(said);
    }

    @Test
    void aValueThatIsNoNumberOrNoTimeIsRefusedAndNotRepeated() {
        var arguments = parse("id", "--rate", "hush", "--for", "hush");

        assertThatExceptionOfType(MisusedException.class)
                .isThrownBy(() -> arguments.number("--rate", 1, 9))
                .withMessage("--rate must be a number from 1 to 9");
        assertThatExceptionOfType(MisusedException.class)
                .isThrownBy(() -> arguments.duration("--for"))
                .withMessage("--for must be a time such as 90s, 15m, 2h or 7d");
    }

    private static Arguments parse(String... arguments) {
        return Arguments.parse(SYNTAX, List.of(arguments));
    }
}
