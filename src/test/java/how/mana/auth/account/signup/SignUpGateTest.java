package how.mana.auth.account.signup;

import static how.mana.auth.Accounts.post;
import static how.mana.auth.account.SignUps.NATIVE;
import static how.mana.auth.account.SignUps.REGISTER;
import static how.mana.auth.account.SignUps.body;
import static how.mana.auth.account.SignUps.newEmail;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.account.SignUps;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As many sign-ups on a day as there may be (contract A4.3, D-29). */
@QuarkusTest
@TestProfile(SignUpGateTest.ThreeADay.class)
class SignUpGateTest {
    /** Three people may sign up on a day. */
    public static final class ThreeADay implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return ServiceEnvironment.with(ServiceEnvironment.Tokens.OWN);
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("mana.signup.max-daily", "3");
        }
    }

    @BeforeEach
    void aNewDay() {
        AdminDatabase.execute("DELETE FROM auth.signup_days");
    }

    @Test
    void theStatusSaysHowManyAreLeft() {
        status().then().body(equalTo(status(true, 3, 0)));

        SignUps.registered();
        status().then().body(equalTo(status(true, 2, 1)));

        SignUps.registered();
        SignUps.registered();
        status().then().statusCode(200).body(equalTo(status(false, 0, 3)));
    }

    @Test
    void pastTheLastPlaceNobodyComesInByEitherRoute() {
        var known = SignUps.registered();
        post(NATIVE, body(newEmail())).then().statusCode(200);
        SignUps.registered();
        var email = newEmail();

        var refused = SignUps.register(email);

        refused.then()
                .statusCode(429)
                .body(equalTo(
                        "{\"error\":\"SIGNUP_LIMIT_REACHED\",\"message\":\"Das Tageslimit für neue Registrierungen ist"
                                + " erreicht. Bitte versuche es morgen wieder.\",\"status\":429}"));
        assertThat(refused.header("Retry-After")).isNull();
        post(NATIVE, body(email)).then().statusCode(429).body("code", equalTo("SIGNUP_LIMIT_REACHED"));
        assertThat(SignUps.users(email)).isEmpty();
        assertThat(SignUps.register(known).asString()).isEqualTo(refused.asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTER, NATIVE})
    void anAddressThatHasAnAccountTakesNoPlace(String path) {
        var known = SignUps.registered();
        var before = SignUps.rowCounts();

        post(path, body(known)).then().statusCode(200);

        assertThat(signups()).isEqualTo("1");
        assertThat(SignUps.rowCounts()).isEqualTo(before);
    }

    @Test
    void whatFailsGivesItsPlaceBack() throws Exception {
        SignUps.registered();

        SignUps.without("members", () -> SignUps.register(newEmail())).then().statusCode(503);

        assertThat(signups()).isEqualTo("1");
    }

    @Test
    void whoIsDeletedDoesNot() {
        var email = SignUps.registered();

        AdminDatabase.execute("DELETE FROM auth.users WHERE email = ?", email);

        status().then().body("totalToday", equalTo(1));
    }

    @Test
    void yesterdayIsOver() {
        AdminDatabase.execute("INSERT INTO auth.signup_days VALUES ((now() AT TIME ZONE 'UTC')::date - 1, 3)");

        status().then().body("totalToday", equalTo(0));
        SignUps.registered();
    }

    @Test
    void ofManyAtOnceAsManyComeInAsThereArePlaces() throws Exception {
        var signUps = Stream.generate(SignUps::newEmail)
                .limit(12)
                .map(email -> (Callable<Response>) () -> SignUps.register(email))
                .toList();

        var answers = SignUps.allAtOnce(signUps);

        assertThat(answers.stream().filter(answer -> answer.statusCode() == 200))
                .hasSize(3);
        assertThat(answers.stream().filter(answer -> answer.statusCode() == 429))
                .hasSize(9);
        assertThat(signups()).isEqualTo("3");
    }

    @Test
    void withoutItsTableTheStatusIsNotKnown() throws Exception {
        SignUps.without("signup_days", SignUpGateTest::status)
                .then()
                .statusCode(503)
                .body("error", equalTo("SERVICE_UNAVAILABLE"));
        SignUps.without("signup_days", () -> SignUps.register(newEmail()))
                .then()
                .statusCode(503);
    }

    private static Response status() {
        return given().get("/api/v1/auth/signup-status");
    }

    private static String status(boolean open, int left, int today) {
        return "{\"registrationOpen\":%s,\"spotsRemaining\":%d,\"totalToday\":%d,\"limit\":3,\"resetsAt\":\"%sT00:00:00.000Z\"}"
                .formatted(open, left, today, LocalDate.now(ZoneOffset.UTC).plusDays(1));
    }

    private static String signups() {
        return SignUps.text(
                AdminDatabase.rows("SELECT signups::text FROM auth.signup_days").get(0), "signups");
    }
}
