package how.mana.auth.deploy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.ServiceEnvironment;
import how.mana.auth.Users;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests ask of the running service, it answers. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class ProbesTest {
    static Stream<String> probed() {
        var container = Manifests.container(Manifests.file("base/deployment.yaml")
                .one(Deployment.class)
                .getSpec()
                .getTemplate());
        return Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())
                .map(Probe::getHttpGet)
                .map(get -> get.getPath());
    }

    static Stream<String> scraped() {
        return Manifests.file("components/monitoring/servicemonitor.yaml")
                .one(ServiceMonitor.class)
                .getSpec()
                .getEndpoints()
                .stream()
                .map(Endpoint::getPath);
    }

    @ParameterizedTest
    @MethodSource({"probed", "scraped"})
    void whatKubernetesAndPrometheusAskForIsThere(String path) {
        given().get(path).then().statusCode(200);
    }

    @Test
    void theMetricsThatAlertsAskForAreThere() {
        // With the first request of the vault; the alerts are made for that.
        given().header("Authorization", "Bearer " + Users.create().token()).post("/api/v1/me/encryption-vault/init");
        var metrics = given().get(scraped().findFirst().orElseThrow())
                .asString()
                .lines()
                .toList();

        assertThat(Alerts.askedOfTheService()).hasSizeGreaterThan(5).allSatisfy(series -> assertThat(metrics)
                .as("%s", series)
                .anyMatch(line -> line.matches(series.metric() + "[{ ].*")
                        && series.labels().stream().allMatch(line::contains)));
    }

    @Test
    void requestsAreCountedByTheStatusThatTheAlertAsksFor() {
        given().get("/health");

        assertThat(given().get("/q/metrics").asString())
                .containsPattern("http_server_requests_seconds_count\\{[^}]*status=\"200\"");
    }
}
