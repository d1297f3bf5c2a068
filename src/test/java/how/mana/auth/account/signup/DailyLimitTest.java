package how.mana.auth.account.signup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DailyLimitTest {
    @Test
    void itIsANumberOfPeopleOrNone() {
        assertThat(new DailyLimit().convert("0")).isZero();
        assertThat(new DailyLimit().convert("100")).isEqualTo(100);
    }

    /** A limit that is misspelt must not be none: the service does not start with it. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "many", "1.5", ""})
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DailyLimit().convert(text));
    }
}
