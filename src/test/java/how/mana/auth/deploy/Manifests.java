package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Documents that are applied together. */
record Manifests(List<HasMetadata> documents) {
    static Manifests rendered(String directory) {
        return new Manifests(StrictYaml.read(Kustomize.render(directory)));
    }

    /** A file as it is written, before anything is added by kustomize. */
    static Manifests file(String name) {
        return new Manifests(StrictYaml.read(text(Kustomize.ROOT.resolve(name))));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Manifests and(Manifests others) {
        return new Manifests(
                Stream.concat(documents.stream(), others.documents.stream()).toList());
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return documents.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> T one(Class<T> type) {
        assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
        return all(type).get(0);
    }

    <T extends HasMetadata> Optional<T> named(Class<T> type, String name) {
        return all(type).stream()
                .filter(document -> name.equals(document.getMetadata().getName()))
                .findFirst();
    }

    /** The templates of all pods there will be. */
    List<PodTemplateSpec> pods() {
        return Stream.concat(
                        all(Deployment.class).stream()
                                .map(deployment -> deployment.getSpec().getTemplate()),
                        all(Job.class).stream().map(job -> job.getSpec().getTemplate()))
                .toList();
    }

    /** The variables a container is started with, from wherever they come. */
    Map<String, String> variables(Container container) {
        var variables = new TreeMap<String, String>();
        for (var source : container.getEnvFrom()) {
            variables.putAll(named(ConfigMap.class, source.getConfigMapRef().getName())
                    .orElseThrow()
                    .getData());
        }
        for (var variable : container.getEnv()) {
            variables.put(variable.getName(), variable.getValue());
        }
        return variables;
    }

    static Container container(PodTemplateSpec pod) {
        assertThat(pod.getSpec().getContainers()).hasSize(1);
        return pod.getSpec().getContainers().get(0);
    }

    static boolean selects(Map<String, String> selector, PodTemplateSpec pod) {
        return !selector.isEmpty() && pod.getMetadata().getLabels().entrySet().containsAll(selector.entrySet());
    }

    /** The names of a pod's Secrets by the names of its volumes. */
    static Map<String, String> secretsOf(PodTemplateSpec pod) {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .collect(Collectors.toMap(
                        Volume::getName, volume -> volume.getSecret().getSecretName()));
    }

    static List<String> portsOf(Container container) {
        return container.getPorts().stream().map(ContainerPort::getName).toList();
    }

    static List<String> portsOf(Service service) {
        return service.getSpec().getPorts().stream().map(ServicePort::getName).toList();
    }

    List<HTTPIngressPath> ingressPaths() {
        return one(Ingress.class).getSpec().getRules().stream()
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .toList();
    }
}
