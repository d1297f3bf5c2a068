package how.mana.auth.deploy;

import static how.mana.auth.deploy.Manifests.container;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Map;
import java.util.stream.Stream;

/** What an operator applies to one namespace: the kustomization of the service, and that of its migration. */
record Overlay(String directory) {
    static final Overlay DEV = new Overlay("overlays/dev");
    static final Overlay PRODUCTION = new Overlay("overlays/production");

    static Stream<Overlay> all() {
        return Stream.of(DEV, PRODUCTION);
    }

    /** Everything that can be rendered. */
    static Stream<String> directories() {
        return Stream.concat(
                Stream.of("base", "migrate"),
                all().flatMap(overlay -> Stream.of(overlay.directory, overlay.migrate())));
    }

    private String migrate() {
        return directory + "/migrate";
    }

    Manifests service() {
        return Manifests.rendered(directory);
    }

    Manifests migration() {
        return Manifests.rendered(migrate());
    }

    Manifests whole() {
        return service().and(migration());
    }

    PodTemplateSpec serving() {
        return service().one(Deployment.class).getSpec().getTemplate();
    }

    PodTemplateSpec migrating() {
        return migration().one(Job.class).getSpec().getTemplate();
    }

    /** The variables of the serving pods. */
    Map<String, String> settings() {
        return service().variables(container(serving()));
    }
}
