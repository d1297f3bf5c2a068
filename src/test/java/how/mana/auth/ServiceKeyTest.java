package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceKeyTest {
    @Test
    void withoutOneProductionDoesNotStart() {
        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() -> ServiceKey.required(Optional.empty()))
                .withMessageContainingAll("MANA_SERVICE_KEY is not set", "openssl rand -hex 32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev-service-key", "short", "fifteen charact"})
    void norWithOneThatAnybodyCanGuess(String key) {
        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() -> ServiceKey.required(Optional.of(key)))
                .withMessageContainingAll("MANA_SERVICE_KEY can be guessed", "openssl rand -hex 32")
                .withMessageNotContaining(key);
    }

    @Test
    void sixteenCharactersAreEnough() {
        assertThat(ServiceKey.required(Optional.of("sixteen characte"))).isEqualTo("sixteen characte");
    }

    @Test
    void onlyTheKeyItselfMatchesAndItIsNeverTold() {
        var key = ServiceKey.of(TestWorker.SERVICE_KEY);

        assertThat(key.matches(TestWorker.SERVICE_KEY)).isTrue();
        assertThat(key.matches(TestWorker.SERVICE_KEY + " ")).isFalse();
        assertThat(key.matches("")).isFalse();
        assertThat(key).hasToString("ServiceKey[hidden]");
    }
}
