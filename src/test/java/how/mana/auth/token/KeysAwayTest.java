package how.mana.auth.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The wire while the external issuer's keys cannot be had. */
@QuarkusTest
@TestProfile(KeysAwayTest.IssuerAway.class)
class KeysAwayTest {
    /** Nobody listens at the issuer's address. */
    public static final class IssuerAway implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return ServiceEnvironment.with(ServiceEnvironment.Tokens.ISSUER_AWAY);
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @Test
    void anOutageIsOurFaultAndNotTheTokens() {
        var answer =
                given().header("Authorization", "Bearer " + new Forge().token()).get("/api/v1/me/whoami");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("WWW-Authenticate")).isNull();
        assertThat(answer.asString())
                .isEqualTo("{\"statusCode\":503,\"message\":\"Service temporarily unavailable\","
                        + "\"details\":{\"code\":\"SERVICE_UNAVAILABLE\"}}");
    }

    @Test
    void aTokenThatNamesNoKeyIsStillInvalid() {
        var answer = given().header("Authorization", "Bearer a.b.c").get("/api/v1/me/whoami");

        assertThat(answer.statusCode()).isEqualTo(401);
    }
}
