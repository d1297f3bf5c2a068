package how.mana.auth.deploy;

import static how.mana.auth.deploy.Manifests.container;
import static how.mana.auth.deploy.Manifests.portsOf;
import static how.mana.auth.deploy.Overlay.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The service understands what it is told, and answers where it is asked. */
class SettingsTest {
    /** What operators bring themselves. */
    private static final Manifests SECRETS = Manifests.file("secrets.example.yaml");

    private static final Map<String, String> PROBES = Map.of(
            "startup", "/q/health/started",
            "readiness", "/q/health/ready",
            "liveness", "/q/health/live");

    private static final Pattern VARIABLE = Pattern.compile("`([A-Z][A-Z_]+)`");

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void aVariableIsOneThatTheReadmeDescribesAndTheServiceReads(String directory) throws IOException {
        var manifests = Manifests.rendered(directory);
        var described = describedVariables();
        var sources = sources();

        for (var pod : manifests.pods()) {
            assertThat(manifests.variables(container(pod)).keySet())
                    .isNotEmpty()
                    .allSatisfy(name -> {
                        var variable =
                                name.replaceFirst("(DATABASE_URL|MANA_SERVICE_KEY|BETTER_AUTH_SECRET)_FILE$", "$1");
                        assertThat(described).contains(variable);
                        assertThat(
                                        variable.startsWith("QUARKUS_")
                                                ? isOfTheFramework(variable)
                                                : sources.contains("\"" + variable + "\""))
                                .as("%s is read", name)
                                .isTrue();
                    });
        }
    }

    /** The variables in the first column of the README's tables. */
    private static Set<String> describedVariables() {
        return Manifests.text(Path.of("README.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.indexOf(" |")))
                .flatMap(cell -> VARIABLE.matcher(cell).results())
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    private static String sources() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(Manifests::text)
                    .collect(Collectors.joining());
        }
    }

    /** Whether an extension on the class path describes a property that goes by this variable. */
    private static boolean isOfTheFramework(String variable) {
        try {
            var models = SettingsTest.class
                    .getClassLoader()
                    .getResources("META-INF/quarkus-config-doc/quarkus-config-model.json");
            for (var model : Collections.list(models)) {
                try (var json = model.openStream()) {
                    if (new String(json.readAllBytes(), StandardCharsets.UTF_8).contains("\"" + variable + "\"")) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void thePortIsTheOneThatTheServiceListensOn(Overlay overlay) {
        assertThat(container(overlay.serving()).getPorts()).singleElement().satisfies(port -> assertThat(
                        port.getContainerPort())
                .hasToString(overlay.settings().get("PORT")));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void theProbesAskOnANamedPort(Overlay overlay) {
        var container = container(overlay.serving());
        var probes = Map.of(
                "startup", container.getStartupProbe(),
                "readiness", container.getReadinessProbe(),
                "liveness", container.getLivenessProbe());

        probes.forEach((name, probe) -> {
            assertThat(probe.getHttpGet().getPath()).isEqualTo(PROBES.get(name));
            assertThat(portsOf(container)).contains(probe.getHttpGet().getPort().getStrVal());
            assertThat(probe.getExec()).as("there is no shell in the image").isNull();
        });
        assertThat(budget(container.getStartupProbe()))
                .as("the boot's patience with a database, and its own time")
                .isGreaterThan(Duration.ofSeconds(35));
        assertThat(container.getReadinessProbe().getTimeoutSeconds())
                .as("the database's deadline is 1.8 s")
                .isGreaterThanOrEqualTo(2);
    }

    private static Duration budget(Probe probe) {
        return Duration.ofSeconds((long) probe.getPeriodSeconds() * probe.getFailureThreshold());
    }

    @Test
    void inProductionTheServiceKnowsItsPlace() {
        var settings = PRODUCTION.settings();
        var ingress = PRODUCTION.service().one(Ingress.class).getSpec();
        var host = URI.create(settings.get("BASE_URL")).getHost();

        assertThat(settings.get("BASE_URL")).startsWith("https://");
        assertThat(settings.get("AUTH_JWKS_URL")).startsWith("https://");
        assertThat(settings).containsEntry("TRUSTED_PROXIES", "1").containsKeys("CORS_ORIGINS", "AUTH_ISSUER");
        assertThat(ingress.getRules())
                .allSatisfy(rule -> assertThat(rule.getHost()).isEqualTo(host));
        assertThat(ingress.getTls()).singleElement().satisfies(tls -> {
            assertThat(tls.getHosts()).containsExactly(host);
            assertThat(SECRETS.named(Secret.class, tls.getSecretName())).isPresent();
        });
    }

    @Test
    void theIngressLetsTheApiThroughAndNothingForMachines() {
        var api = StrictYaml.trees(Manifests.text(Path.of("src/main/resources/META-INF/openapi.yaml")))
                .get(0)
                .path("paths");

        assertThat(api.fieldNames()).toIterable().isNotEmpty().allMatch(SettingsTest::isLetThrough);
        assertThat(Stream.of("/", "/q", "/q/metrics", "/q/health/ready", "/q/openapi", "/healthy", "/apis"))
                .noneMatch(SettingsTest::isLetThrough);
    }

    private static boolean isLetThrough(String path) {
        return PRODUCTION.service().ingressPaths().stream()
                .anyMatch(rule -> path.equals(rule.getPath())
                        || (rule.getPathType().equals("Prefix") && path.startsWith(rule.getPath() + "/")));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void theImageHasAVersionAndTheMigrationHasTheSame(Overlay overlay) {
        var image = container(overlay.serving()).getImage();

        assertThat(container(overlay.migrating()).getImage()).isEqualTo(image);
        assertThat(image).matches(".*mana-auth:.+").doesNotEndWith(":latest");
    }

    @Test
    void inProductionTheImageComesFromARegistryAndLabelsSayItsVersion() {
        var version = PRODUCTION.serving().getMetadata().getLabels().get("app.kubernetes.io/version");

        assertThat(container(PRODUCTION.serving()).getImage()).contains("/mana-auth:" + version);
        assertThat(PRODUCTION.migrating().getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/version", version);
    }
}
