package how.mana.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieSecretsTest {
    /** The contract's, with what its library makes of it. */
    private static final String SECRET = "contract-secret-0123456789abcdef0123456789";

    private static final String SIGNATURE = "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCk=";
    private static final String NEWER = "newer-secret-0123456789abcdef0123456789";

    private final CookieSecrets secrets = CookieSecrets.of(List.of(SECRET));

    @Test
    void aCookieIsSignedAsTheServiceBeforeThisOneDid() {
        assertThat(secrets.sign("tok123")).isEqualTo(SIGNATURE);
        assertThat(secrets.verifies("tok123", SIGNATURE)).isTrue();
    }

    @Test
    void theNewestSignsAndAllVerify() {
        var rotated = CookieSecrets.of(List.of(NEWER, SECRET));

        assertThat(rotated.sign("tok123"))
                .isEqualTo(CookieSecrets.of(List.of(NEWER)).sign("tok123"))
                .isNotEqualTo(SIGNATURE);
        assertThat(rotated.verifies("tok123", SIGNATURE)).isTrue();
        assertThat(rotated.verifies("tok123", rotated.sign("tok123"))).isTrue();
    }

    @Test
    void aSecretThatIsGoneVerifiesNothing() {
        assertThat(CookieSecrets.of(List.of(NEWER)).verifies("tok123", SIGNATURE))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tok12", "tok1234", "Tok123", "tok123 ", "tok\ud800"})
    void anotherValueIsNotSigned(String value) {
        assertThat(secrets.verifies(value, SIGNATURE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=",
                "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCk", // no padding
                "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCl=", // stray bits
                "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCk= ",
                "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCk%3D",
                "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoA==",
                "5UVBWjN72rnCDGPinotQKcUd5mTP0lZNc3g0ijsMoCg=",
                "e545415a337bdab9c20c63e29e8b5029c51de664cfd2564d7378348a3b0ca029",
            })
    void aSignatureHasOneSpelling(String signature) {
        assertThat(secrets.verifies("tok123", signature)).isFalse();
    }

    @Test
    void thereIsAlwaysOneToSignWith() {
        assertThatIllegalArgumentException().isThrownBy(() -> CookieSecrets.of(List.of()));
    }

    @Test
    void theyAreNeverTold() {
        assertThat(secrets).hasToString("CookieSecrets[hidden]");
    }
}
