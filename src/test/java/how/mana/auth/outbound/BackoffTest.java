package how.mana.auth.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Longer and longer, never for good. */
class BackoffTest {
    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "5, 80", "10, 2560", "11, 3600", "60, 3600", "2147483647, 3600"})
    void doublesUpToAnHourGiveOrTakeAFifth(int attempts, long seconds) {
        assertThat(Backoff.after(attempts))
                .isBetween(Duration.ofMillis(seconds * 800), Duration.ofMillis(seconds * 1200));
    }

    @RepeatedTest(3)
    void whatFailedTogetherDoesNotComeBackTogether() {
        assertThat(java.util.stream.Stream.generate(() -> Backoff.after(5))
                        .limit(20)
                        .distinct()
                        .count())
                .isGreaterThan(1);
    }
}
