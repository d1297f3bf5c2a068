package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.session.CookieSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookieSecretVariablesTest {
    private static final String SECRET = "contract-secret-0123456789abcdef0123456789";
    private static final String OTHER = "another-secret-0123456789abcdef0123456789";
    private static final String THIRD = "third-secret-0123456789abcdef0123456789";
    private static final String FIX = "openssl rand -hex 32";

    @ParameterizedTest
    @ValueSource(strings = {"BETTER_AUTH_SECRET", "AUTH_SECRET"})
    void oneSecretHasTwoNames(String name) {
        assertThat(strict(Map.of(name, SECRET)).sign("tok123"))
                .isEqualTo("5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCk=");
    }

    @ParameterizedTest
    @CsvSource({"BETTER_AUTH_SECRET,''", "AUTH_SECRET,''", "BETTER_AUTH_SECRETS,1:"})
    void itMayBeInAFile(String name, String version, @TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("secret"), version + SECRET + "\n");

        assertSame(strict(Map.of(name + "_FILE", file.toString())), SECRET);
    }

    @Test
    void ofSeveralVersionsTheFirstSignsAndAllVerify() {
        var secrets = strict(Map.of("BETTER_AUTH_SECRETS", "2:" + OTHER + ", 1: " + SECRET));

        assertSame(secrets, OTHER);
        assertThat(secrets.verifies("t", only(SECRET).sign("t"))).isTrue();
        assertThat(secrets.verifies("t", only(THIRD).sign("t"))).isFalse();
    }

    @Test
    void whatWasThereBeforeVersionsGoesOnVerifying() {
        var secrets = strict(Map.of("BETTER_AUTH_SECRETS", "2:" + OTHER, "BETTER_AUTH_SECRET", SECRET));

        assertSame(secrets, OTHER);
        assertThat(secrets.verifies("t", only(SECRET).sign("t"))).isTrue();
    }

    @Test
    void withoutOneProductionDoesNotStart() {
        refused(Map.of()).withMessageContainingAll("BETTER_AUTH_SECRET is not set", FIX);
        refused(Map.of("BETTER_AUTH_SECRET", "  ")).withMessageContainingAll("BETTER_AUTH_SECRET is not set", FIX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "better-auth-secret-12345678901234567890",
                "thirty-one characters: 12345678",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            })
    void norWithOneThatAnybodyCanGuess(String secret) {
        for (var name : List.of("BETTER_AUTH_SECRET", "AUTH_SECRET")) {
            refused(Map.of(name, secret))
                    .withMessageStartingWith(name + " can be guessed")
                    .withMessageContaining(FIX)
                    .withMessageNotContaining(secret);
        }
        refused(Map.of("BETTER_AUTH_SECRETS", "2:" + SECRET + ",1:" + secret))
                .withMessageStartingWith("BETTER_AUTH_SECRETS (version 1) can be guessed")
                .withMessageContaining(FIX)
                .withMessageNotContaining(secret);
        refused(Map.of("BETTER_AUTH_SECRETS", "2:" + SECRET, "BETTER_AUTH_SECRET", secret))
                .withMessageStartingWith("BETTER_AUTH_SECRET can be guessed");
    }

    @Test
    void thirtyTwoCharactersAreEnough() {
        assertSame(
                strict(Map.of("BETTER_AUTH_SECRET", "thirty-two characters: 123456789")),
                "thirty-two characters: 123456789");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"S", "2:S,S", "2:S,", ",", "2:", "2: ,1:S", ":S", "-1:S", "v2:S", "2:S,2:S", "9999999999:S"})
    void versionsThatCannotBeReadAreRefused(String list) {
        refused(Map.of("BETTER_AUTH_SECRETS", list.replace("S", SECRET)))
                .withMessageStartingWith("BETTER_AUTH_SECRETS must be pairs of version:secret")
                .withMessageNotContaining(SECRET);
    }

    @Test
    void twoNamesWithTwoSecretsAreRefused() {
        refused(Map.of("BETTER_AUTH_SECRET", SECRET, "AUTH_SECRET", OTHER))
                .withMessageContainingAll("BETTER_AUTH_SECRET and AUTH_SECRET", "unset one")
                .withMessageNotContaining(SECRET)
                .withMessageNotContaining(OTHER);
        assertSame(strict(Map.of("BETTER_AUTH_SECRET", SECRET, "AUTH_SECRET", SECRET)), SECRET);
    }

    @Test
    void localModeTakesAnyAndHasOneOfItsOwn() {
        assertSame(variables(Map.of("AUTH_SECRET", "short")).lenient(Optional.of(OTHER)), "short");
        assertSame(variables(Map.of()).lenient(Optional.of(OTHER)), OTHER);
        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() -> variables(Map.of()).lenient(Optional.empty()))
                .withMessageContaining("BETTER_AUTH_SECRET is not set");
    }

    private static void assertSame(CookieSecrets secrets, String signedWith) {
        assertThat(secrets.sign("t")).isEqualTo(only(signedWith).sign("t"));
    }

    private static CookieSecrets only(String secret) {
        return CookieSecrets.of(List.of(secret));
    }

    private static ThrowableAssertAlternative<BadEnvironmentException> refused(Map<String, String> variables) {
        return assertThatExceptionOfType(BadEnvironmentException.class).isThrownBy(() -> strict(variables));
    }

    private static CookieSecrets strict(Map<String, String> variables) {
        return variables(variables).strict();
    }

    private static CookieSecretVariables variables(Map<String, String> variables) {
        return new CookieSecretVariables(new Environment(variables::get));
    }
}
