package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What may be kept no longer goes without its owner doing anything, and nothing else does. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class ExpiredWrapsTest {
    private final ExpiredWraps expired;

    @Inject
    ExpiredWrapsTest(ExpiredWraps expired) {
        this.expired = expired;
    }

    @Test
    void keysWhoseRetentionIsOverGoAndTheOthersStay() {
        var over = Vaults.initialised();
        over.rotate().then().statusCode(200);
        var kept = Vaults.initialised();
        kept.rotate().then().statusCode(200);
        AdminDatabase.execute(
                "UPDATE auth.retained_keys SET superseded_at = now() - interval '8 days',"
                        + " expires_at = now() - interval '1 second' WHERE user_id = ?",
                over.userId());

        expired.sweep().await().atMost(Duration.ofSeconds(10));

        assertThat(retained(over)).isZero();
        assertThat(retained(kept)).isOne();
    }

    private static int retained(Vaults vault) {
        return AdminDatabase.rows("SELECT 1 FROM auth.retained_keys WHERE user_id = ?", vault.userId())
                .size();
    }
}
