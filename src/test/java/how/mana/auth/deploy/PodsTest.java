package how.mana.auth.deploy;

import static how.mana.auth.deploy.Manifests.container;
import static how.mana.auth.deploy.Manifests.secretsOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods may do no more than they need, and know no more. */
class PodsTest {
    private static final Manifests SECRETS = Manifests.file("secrets.example.yaml");
    private static final String CREDENTIALS = ".*://[^/]*:[^/]*@.*";
    private static final String NOBODY = "65532";

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void aPodIsNobodyAndTalksToNoClusterApi(String directory) {
        var manifests = Manifests.rendered(directory);

        assertThat(manifests.all(ServiceAccount.class)).isNotEmpty().allSatisfy(account -> assertThat(
                        account.getAutomountServiceAccountToken())
                .isFalse());
        assertThat(manifests.pods()).allSatisfy(pod -> {
            var spec = pod.getSpec();
            assertThat(spec.getAutomountServiceAccountToken()).isFalse();
            assertThat(spec.getEnableServiceLinks()).isFalse();
            assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(spec.getSecurityContext().getRunAsUser()).hasToString(NOBODY);
            assertThat(spec.getSecurityContext().getRunAsGroup()).hasToString(NOBODY);
            assertThat(spec.getSecurityContext().getFsGroup()).hasToString(NOBODY);
            assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(spec.getInitContainers()).isEmpty();
            assertThat(Stream.of(spec.getHostNetwork(), spec.getHostPID(), spec.getHostIPC()))
                    .containsOnlyNulls();
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void aContainerGainsNothingAndIsHeldToItsShare(String directory) {
        assertThat(Manifests.rendered(directory).pods()).allSatisfy(pod -> {
            var container = container(pod);
            var security = container.getSecurityContext();
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getReadOnlyRootFilesystem()).isTrue();
            assertThat(security.getRunAsNonRoot()).isTrue();
            assertThat(security.getPrivileged()).isNull();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(security.getCapabilities().getAdd()).isEmpty();
            assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
            assertThat(container.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
            assertThat(container.getLifecycle()).as("no shell for a hook").isNull();
            assertThat(container.getCommand()).as("the image knows its program").isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void aPodWritesOnlyToALittleScratchSpace(String directory) {
        assertThat(Manifests.rendered(directory).pods()).allSatisfy(pod -> {
            var secrets = secretsOf(pod);
            assertThat(container(pod).getVolumeMounts())
                    .filteredOn(mount -> secrets.containsKey(mount.getName()))
                    .isNotEmpty()
                    .allSatisfy(mount -> assertThat(mount.getReadOnly()).isTrue());
            assertThat(pod.getSpec().getVolumes()).allSatisfy(volume -> {
                if (volume.getSecret() == null) {
                    assertThat(volume.getEmptyDir().getSizeLimit().getNumericalAmount())
                            .isPositive();
                } else {
                    assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
                }
            });
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void noSecretIsInTheManifestsOrInAVariable(String directory) {
        var manifests = Manifests.rendered(directory);

        assertThat(manifests.all(Secret.class)).isEmpty();
        assertThat(manifests.pods()).allSatisfy(pod -> {
            assertThat(container(pod).getEnvFrom())
                    .allSatisfy(source -> assertThat(source.getSecretRef()).isNull());
            assertThat(container(pod).getEnv())
                    .allSatisfy(variable -> assertThat(variable.getValueFrom()).isNull());
            assertThat(manifests.variables(container(pod)))
                    .doesNotContainKeys(
                            "DATABASE_URL",
                            "MIGRATION_DATABASE_URL",
                            "AUDITOR_DATABASE_URL",
                            "MANA_AUTH_KEK",
                            "MANA_SERVICE_KEY",
                            "BETTER_AUTH_SECRET")
                    .allSatisfy((name, value) -> assertThat(value).as(name).doesNotMatch(CREDENTIALS));
        });
    }

    @Test
    void theExampleOfTheSecretsHoldsNone() {
        assertThat(SECRETS.all(Secret.class)).isNotEmpty().allSatisfy(secret -> {
            assertThat(secret.getData()).isEmpty();
            assertThat(secret.getStringData().values())
                    .allSatisfy(value -> assertThat(value).contains("REPLACE"));
        });
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void whoServesDoesNotKnowTheOwnerAndWhoMigratesNoKeyOrSecret(Overlay overlay) {
        var migration = overlay.migration();

        assertThat(overlay.settings())
                .allSatisfy((name, value) -> assertThat(name).doesNotContain("MIGRATION"));
        assertThat(secretsOf(overlay.serving()).values())
                .containsExactlyInAnyOrder(
                        "mana-auth-database", "mana-auth-auditor", "mana-auth-keks", "mana-auth-secrets");
        assertThat(container(overlay.serving()).getArgs()).isEmpty();

        assertThat(migration.variables(container(overlay.migrating())))
                .containsOnlyKeys("MIGRATION_DATABASE_URL_FILE", "DATABASE_URL_FILE", "AUDITOR_DATABASE_URL_FILE");
        assertThat(secretsOf(overlay.migrating()).values())
                .containsExactlyInAnyOrder("mana-auth-database", "mana-auth-owner", "mana-auth-auditor");
        assertThat(container(overlay.migrating()).getArgs()).containsExactly("migrate");
    }
}
