package how.mana.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Without a worker nothing can be granted. */
@QuarkusTest
@TestProfile(GrantNotConfiguredTest.NoWorker.class)
class GrantNotConfiguredTest {
    public static final class NoWorker implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("MANA_AI_PUBLIC_KEY_PEM", " ");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(ServiceEnvironment.class));
        }
    }

    @Test
    void thatComesAfterTheShapeAndBeforeTheValues() {
        var missions = Missions.ofNewUser();
        var bad = Map.of("missionId", "m", "tables", List.of(), "recordIds", List.of());

        missions.grant("{}").then().statusCode(400);
        missions.grant(bad).then().statusCode(503).body("code", equalTo("GRANT_NOT_CONFIGURED"));
        missions.grant(Missions.order("m")).then().statusCode(503).body("code", equalTo("GRANT_NOT_CONFIGURED"));

        assertThat(missions.trail())
                .containsExactly("grant 400 bad-request", "grant 503 not-configured", "grant 503 not-configured");
    }

    @Test
    void aBrokenKeyIsRefusedByName() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WorkerKey.fromPem("nonsense"))
                .withMessageStartingWith("MANA_AI_PUBLIC_KEY_PEM cannot be used: it is no PEM block");
    }
}
