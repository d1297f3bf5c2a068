package how.mana.auth.session.password;

import static how.mana.auth.crypto.PasswordHashKind.CURRENT;
import static how.mana.auth.crypto.PasswordHashKind.OTHER_ARGON2ID;
import static how.mana.auth.crypto.PasswordHashKind.SCRYPT;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.crypto.PasswordHashKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckDurationsTest {
    private final CheckDurations durations = new CheckDurations();

    @Test
    void theSlowestCheckVerifiesTheSlowestKindAndHashesAnew() {
        add(SCRYPT, 80);
        add(CURRENT, 30);
        add(OTHER_ARGON2ID, 50);

        assertThat(durations.slowest()).isEqualTo(Duration.ofMillis(110));
    }

    @Test
    void thatNeedNotBeScrypt() {
        add(SCRYPT, 80);
        add(CURRENT, 30);
        add(OTHER_ARGON2ID, 150);

        assertThat(durations.slowest()).isEqualTo(Duration.ofMillis(180));
    }

    @Test
    void ofTwentyMeasurementsTheSecondSlowestCounts() {
        for (int i = 1; i <= 20; i++) {
            add(SCRYPT, 100 + i);
        }

        assertThat(durations.slowest()).isEqualTo(Duration.ofMillis(119));
    }

    @Test
    void aPauseNowAndThenMovesNothing() {
        for (int i = 0; i < 61; i++) {
            add(SCRYPT, 80);
        }
        add(SCRYPT, 5_000);
        add(SCRYPT, 5_000);
        add(SCRYPT, 5_000);

        assertThat(durations.slowest()).isEqualTo(Duration.ofMillis(80));
        add(SCRYPT, 5_000);
        assertThat(durations.slowest()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatIsLongAgoIsForgotten() {
        for (int i = 0; i < 64; i++) {
            add(SCRYPT, 500);
        }
        for (int i = 0; i < 64; i++) {
            add(SCRYPT, 80);
        }

        assertThat(durations.slowest()).isEqualTo(Duration.ofMillis(80));
    }

    private void add(PasswordHashKind kind, int millis) {
        durations.add(kind, Duration.ofMillis(millis).toNanos());
    }
}
