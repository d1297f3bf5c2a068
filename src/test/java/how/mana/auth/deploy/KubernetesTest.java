package how.mana.auth.deploy;

import static how.mana.auth.deploy.Manifests.container;
import static how.mana.auth.deploy.Manifests.portsOf;
import static how.mana.auth.deploy.Manifests.secretsOf;
import static how.mana.auth.deploy.Manifests.selects;
import static how.mana.auth.deploy.Overlay.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in {@code k8s} is known to Kubernetes, and what is named there is there. */
class KubernetesTest {
    /** What operators bring themselves. */
    private static final Manifests SECRETS = Manifests.file("secrets.example.yaml");

    /** Not applied by a kustomization: by hand and once, as an example, and as a test. */
    private static final Set<String> ASIDE = Set.of("namespace.yaml", "secrets.example.yaml", "alerts.test.yaml");

    /** What the kustomizations here use: a misspelt field is none of these, and found where nothing can be rendered, too. */
    private static final Set<String> KUSTOMIZATION_FIELDS = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "components",
            "labels",
            "images",
            "replicas",
            "patches",
            "configMapGenerator");

    private static List<Path> files() throws IOException {
        try (var files = Files.walk(Kustomize.ROOT)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }

    static Stream<Path> kustomizations() throws IOException {
        return files().stream().filter(KubernetesTest::isKustomization);
    }

    static Stream<Path> documents() throws IOException {
        return files().stream()
                .filter(file -> !isKustomization(file))
                .filter(file -> !file.endsWith("alerts.test.yaml"));
    }

    private static boolean isKustomization(Path file) {
        return file.endsWith("kustomization.yaml");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aFileHoldsWhatKubernetesKnows(Path file) {
        assertThat(StrictYaml.read(Manifests.text(file))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void whatIsRenderedIsWhatKubernetesKnows(String directory) {
        assertThat(Manifests.rendered(directory).documents()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "readinessProbe:, readinesProbe:",
        "runAsNonRoot: true, runAsNonroot: true",
        "kind: Deployment, kind: Deploymnet",
        "apiVersion: apps/v1, apiVersion: apps/v1beta7",
        "failureThreshold: 60, failureThreshold: sixty",
        "failureThreshold: 60, failureThreshold: \"60\"",
        "value: /run/secrets/keks, value: 3001",
        "value: /run/secrets/keks, value: true",
        "minReadySeconds: 5, revisionHistoryLimit: 5",
    })
    void aMistakeInAFileIsNoticed(String right, String wrong) {
        var file = Manifests.text(Kustomize.ROOT.resolve("base/deployment.yaml"));
        assertThat(file).contains(right);

        assertThatThrownBy(() -> StrictYaml.read(file.replace(right, wrong))).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void aKustomizationNamesFilesThatAreThere(Path file) {
        var kustomization = StrictYaml.trees(Manifests.text(file)).get(0);

        assertThat(kustomization.fieldNames()).toIterable().isSubsetOf(KUSTOMIZATION_FIELDS);
        assertThat(named(file))
                .as("named by %s", file)
                .allMatch(named ->
                        Files.isRegularFile(named) || Files.isRegularFile(named.resolve("kustomization.yaml")));
    }

    @Test
    void noFileIsForgotten() throws IOException {
        var named = kustomizations().flatMap(file -> named(file).stream()).collect(Collectors.toSet());

        assertThat(documents())
                .filteredOn(file -> !ASIDE.contains(file.getFileName().toString()))
                .isNotEmpty()
                .isSubsetOf(named);
    }

    private static List<Path> named(Path kustomization) {
        var content = StrictYaml.trees(Manifests.text(kustomization)).get(0);
        return Stream.of("/resources", "/components", "/patches")
                .flatMap(field -> elements(content.at(field)))
                .map(element -> element.isTextual() ? element : element.path("path"))
                .filter(JsonNode::isTextual)
                .map(path -> kustomization.resolveSibling(path.textValue()).normalize())
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return Stream.iterate(0, index -> index < list.size(), index -> index + 1)
                .map(list::get);
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void everythingIsInTheNamespaceThatHoldsPodsToTheStrictestRules(Overlay overlay) {
        var namespace = Manifests.file(overlay.directory() + "/namespace.yaml").one(Namespace.class);

        assertThat(namespace.getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
        assertThat(overlay.whole().documents()).allSatisfy(document -> {
            assertThat(document.getMetadata().getNamespace())
                    .isEqualTo(namespace.getMetadata().getName());
            assertThat(document.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/name", "mana-auth")
                    .containsKey("app.kubernetes.io/component");
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void whatSelectsPodsMeansTheServingOnesAndNoOthers(Overlay overlay) {
        var manifests = overlay.service();
        var selectors = Stream.of(
                        manifests.all(Service.class).stream()
                                .map(service -> service.getSpec().getSelector()),
                        manifests.all(Deployment.class).stream()
                                .map(deployment ->
                                        deployment.getSpec().getSelector().getMatchLabels()),
                        manifests.all(PodDisruptionBudget.class).stream()
                                .map(budget -> budget.getSpec().getSelector().getMatchLabels()),
                        overlay.serving().getSpec().getTopologySpreadConstraints().stream()
                                .map(spread -> spread.getLabelSelector().getMatchLabels()))
                .flatMap(some -> some);

        assertThat(selectors).hasSizeGreaterThanOrEqualTo(4).allSatisfy(selector -> {
            assertThat(selects(selector, overlay.serving())).isTrue();
            assertThat(selects(selector, overlay.migrating())).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/production"})
    void theAutoscalerScalesTheDeployment(String directory) {
        var deployment = Manifests.rendered(directory).one(Deployment.class);
        var target = Manifests.rendered(directory)
                .one(HorizontalPodAutoscaler.class)
                .getSpec()
                .getScaleTargetRef();

        assertThat(target.getApiVersion()).isEqualTo(deployment.getApiVersion());
        assertThat(target.getKind()).isEqualTo(deployment.getKind());
        assertThat(target.getName()).isEqualTo(deployment.getMetadata().getName());
    }

    @Test
    void theMonitorFindsTheServiceAndItsPort() {
        var service = PRODUCTION.service().one(Service.class);
        var monitor = PRODUCTION.service().one(ServiceMonitor.class).getSpec();

        assertThat(service.getMetadata().getLabels())
                .containsAllEntriesOf(monitor.getSelector().getMatchLabels())
                // The alerts ask for this job.
                .containsEntry(monitor.getJobLabel(), "mana-auth");
        assertThat(monitor.getSelector().getMatchLabels()).isNotEmpty();
        assertThat(monitor.getEndpoints()).isNotEmpty().allSatisfy(endpoint -> {
            assertThat(portsOf(service)).contains(endpoint.getPort());
            assertThat(endpoint.getPath()).isEqualTo("/q/metrics");
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void theServiceLeadsToANamedPort(Overlay overlay) {
        var service = overlay.service().one(Service.class);

        assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
        assertThat(service.getSpec().getPorts()).isNotEmpty().allSatisfy(port -> assertThat(
                        portsOf(container(overlay.serving())))
                .contains(port.getTargetPort().getStrVal()));
    }

    @Test
    void theIngressLeadsToTheService() {
        var service = PRODUCTION.service().one(Service.class);

        assertThat(PRODUCTION.service().ingressPaths()).isNotEmpty().allSatisfy(path -> {
            var backend = path.getBackend().getService();
            assertThat(backend.getName()).isEqualTo(service.getMetadata().getName());
            assertThat(portsOf(service)).contains(backend.getPort().getName());
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void podsNameOnlyWhatIsThereOrWasBrought(String directory) {
        var manifests = Manifests.rendered(directory);

        assertThat(manifests.pods()).isNotEmpty().allSatisfy(pod -> {
            assertThat(manifests.named(ServiceAccount.class, pod.getSpec().getServiceAccountName()))
                    .isPresent();
            assertThat(container(pod).getEnvFrom()).allSatisfy(source -> assertThat(manifests.named(
                            ConfigMap.class, source.getConfigMapRef().getName()))
                    .isPresent());
            assertThat(secretsOf(pod).values()).allSatisfy(name -> assertThat(SECRETS.named(Secret.class, name))
                    .as(name)
                    .isPresent());
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void everyVolumeIsMountedAndEveryMountHasAVolume(String directory) {
        assertThat(Manifests.rendered(directory).pods()).allSatisfy(pod -> assertThat(
                        container(pod).getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        pod.getSpec().getVolumes().stream().map(Volume::getName).toList()));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void aFileThatAVariableNamesIsInAMountedSecret(String directory) {
        var manifests = Manifests.rendered(directory);

        assertThat(manifests.pods()).allSatisfy(pod -> {
            var files = manifests.variables(container(pod)).entrySet().stream()
                    .filter(variable -> variable.getKey().endsWith("_FILE"))
                    .map(Map.Entry::getValue)
                    .toList();
            assertThat(files).isNotEmpty().allSatisfy(file -> {
                var content = mounted(pod, file);
                assertThat(content).isNotEmpty();
                if (content.startsWith("postgresql:")) {
                    var certificate = content.replaceFirst(".*&sslrootcert=", "");
                    assertThat(mounted(pod, certificate)).isNotEmpty();
                }
            });
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void theKekThatWrapsIsAmongThoseThatAreMounted(Overlay overlay) {
        var settings = overlay.settings();

        assertThat(mounted(
                        overlay.serving(), settings.get("MANA_AUTH_KEK_DIR") + "/" + settings.get("MANA_AUTH_KEK_ID")))
                .isNotEmpty();
    }

    /** What the example of a Secret says for a file in a pod. */
    private static String mounted(PodTemplateSpec pod, String file) {
        var path = Path.of(file);
        var secret = container(pod).getVolumeMounts().stream()
                .filter(mount -> Path.of(mount.getMountPath()).equals(path.getParent()))
                .map(mount -> secretsOf(pod).get(mount.getName()))
                .flatMap(name -> SECRETS.named(Secret.class, name).stream())
                .findFirst();
        assertThat(secret).as("a Secret for %s", file).isPresent();
        var content = secret.orElseThrow().getStringData().get(String.valueOf(path.getFileName()));
        return Objects.requireNonNull(content, file);
    }
}
