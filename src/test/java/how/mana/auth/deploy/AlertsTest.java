package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts lead somewhere, and go off when they should and only then. */
class AlertsTest {
    @Test
    void anAlertSaysHowBadItIsAndWhereToReadOn() {
        assertThat(Alerts.all()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.getLabels().get("severity")).isIn("critical", "warning");
            assertThat(alert.getAnnotations())
                    .containsOnlyKeys("summary", "description", "runbook")
                    .containsEntry("runbook", "docs/deploy.md#" + inKebabCase(alert.getAlert()));
        });
        assertThat(Alerts.all()).extracting(Rule::getAlert).doesNotHaveDuplicates();
        assertThat(Manifests.text(Path.of("docs", "deploy.md")).lines())
                .containsAll(Alerts.all().stream()
                        .map(alert -> "### " + inKebabCase(alert.getAlert()))
                        .toList());
    }

    private static String inKebabCase(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    @Test
    void anAlertThatFiresIsPlayed() {
        var played = Manifests.text(Alerts.DIRECTORY.resolve("alerts.test.yaml"));

        assertThat(Alerts.all()).extracting(Rule::getAlert).allSatisfy(name -> assertThat(played)
                .contains("alertname=\"" + name + "\""));
    }

    @Test
    @Tag("promtool")
    void theAlertsGoOffWhenTheyShould(@TempDir Path directory) throws IOException {
        var promtool = Kustomize.program("promtool").orElseThrow();
        var rules = StrictYaml.trees(Manifests.text(Alerts.DIRECTORY.resolve("alerts.yaml")))
                .get(0)
                .path("spec");
        Files.writeString(directory.resolve("alerts.yaml"), new YAMLMapper().writeValueAsString(rules));
        var played = Files.copy(Alerts.DIRECTORY.resolve("alerts.test.yaml"), directory.resolve("alerts.test.yaml"));

        assertThat(Kustomize.run(List.of(promtool, "test", "rules", played.toString())))
                .contains("SUCCESS");
    }
}
