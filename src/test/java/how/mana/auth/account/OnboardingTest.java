package how.mana.auth.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestIssuer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /me/onboarding} (contract A11). */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class OnboardingTest {
    private static final String NOT_YET = "{\"completedAt\":null}";

    private final Accounts account = Accounts.ofNewUser();

    @BeforeEach
    void warmUp() {
        Accounts.warmUp();
    }

    @Test
    void aNewUserHasNotBeenWelcomed() {
        account.onboarding()
                .then()
                .statusCode(200)
                .header("Content-Type", equalTo("application/json"))
                .header("Cache-Control", equalTo("no-store"))
                .body(equalTo(NOT_YET));
    }

    @Test
    void theMomentIsKeptAndAnsweredInMilliseconds() {
        AdminDatabase.execute(
                "UPDATE auth.users SET onboarding_completed_at = '2026-01-02T03:04:05.6789+02' WHERE id = ?",
                account.id());

        account.onboarding().then().body(equalTo("{\"completedAt\":\"2026-01-02T01:04:05.678Z\"}"));
    }

    @Test
    void aRoundMomentHasMillisecondsToo() {
        AdminDatabase.execute(
                "UPDATE auth.users SET onboarding_completed_at = '2026-01-02T03:04:00Z' WHERE id = ?", account.id());

        account.onboarding().then().body(equalTo("{\"completedAt\":\"2026-01-02T03:04:00.000Z\"}"));
    }

    @Test
    void completingIsNowAndOverwritesEveryTime() {
        AdminDatabase.execute(
                "UPDATE auth.users SET onboarding_completed_at = '2020-01-01T00:00:00Z' WHERE id = ?", account.id());

        var answer = account.complete();

        answer.then().statusCode(200);
        var completed = answer.<String>path("completedAt");
        assertThat(completed).hasSize("2026-01-02T03:04:05.678Z".length());
        assertThat(Duration.between(Instant.parse(completed), Instant.now()).abs())
                .isLessThan(Duration.ofMinutes(1));
        account.onboarding().then().body("completedAt", equalTo(completed));
    }

    @Test
    void resettingForgetsIt() {
        account.complete();

        account.reset().then().statusCode(200).body(equalTo(NOT_YET));

        account.onboarding().then().body(equalTo(NOT_YET));
        assertThat(account.row()).containsEntry("onboarding_completed_at", null);
    }

    @Test
    void nothingElseOfTheUserChangesAndNothingOfAnother() {
        var other = Accounts.ofNewUser();
        var othersBefore = other.row();
        var before = account.row();

        account.complete();

        assertThat(other.row()).isEqualTo(othersBefore);
        assertThat(account.row()).allSatisfy((column, value) -> {
            if (column.equals("onboarding_completed_at") || column.equals("updated_at")) {
                assertThat(value).isNotEqualTo(before.get(column));
            } else {
                assertThat(value).isEqualTo(before.get(column));
            }
        });
    }

    @Test
    void aBodyIsIgnoredWhateverItsType() {
        account.request()
                .contentType("text/plain")
                .body("{")
                .post(Accounts.ONBOARDING + "/complete")
                .then()
                .statusCode(200);
        account.request()
                .contentType("application/json")
                .body("{")
                .patch(Accounts.ONBOARDING + "/reset")
                .then()
                .statusCode(200);
    }

    @Test
    void withoutATokenNobodyIsAnswered() {
        var missing = "{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}";

        given().get(Accounts.ONBOARDING).then().statusCode(401).body(equalTo(missing));
        given().post(Accounts.ONBOARDING + "/complete").then().statusCode(401).body(equalTo(missing));
        given().patch(Accounts.ONBOARDING + "/reset").then().statusCode(401).body(equalTo(missing));
    }

    @Test
    void aUserWhoIsGoneIsRefusedEverywhere() {
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", account.id());
        var before = account.row();

        for (var gone : new Accounts[] {
            account, Accounts.of("nobody", TestIssuer.instance().tokenFor("nobody"))
        }) {
            gone.onboarding().then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));
            gone.complete().then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));
            gone.reset().then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));
        }

        assertThat(account.row()).isEqualTo(before);
    }
}
