package how.mana.auth.deploy;

import static how.mana.auth.deploy.Manifests.container;
import static how.mana.auth.deploy.Manifests.portsOf;
import static how.mana.auth.deploy.Manifests.selects;
import static how.mana.auth.deploy.Overlay.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods reach, and are reached by, no more than they need. */
class NetworkTest {
    private static final List<String> SERVICES = List.of("MANA_NOTIFY_URL", "MANA_CREDITS_URL", "MANA_MAIL_URL");

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#directories")
    void aPodIsCutOffInBothDirectionsByWhatIsAppliedWithIt(String directory) {
        var manifests = Manifests.rendered(directory);

        assertThat(manifests.pods()).allSatisfy(pod -> assertThat(policiesOf(pod, manifests))
                .flatExtracting(policy -> policy.getSpec().getPolicyTypes())
                .contains("Ingress", "Egress"));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void aPolicyThatAllowsNothingHoldsForAllPods(Overlay overlay) {
        var silent = overlay.service().all(NetworkPolicy.class).stream()
                .filter(policy -> policy.getSpec().getPolicyTypes().containsAll(List.of("Ingress", "Egress")))
                .filter(policy -> policy.getSpec().getIngress().isEmpty())
                .filter(policy -> policy.getSpec().getEgress().isEmpty())
                .toList();

        assertThat(overlay.whole().pods()).hasSize(2).allSatisfy(pod -> assertThat(silent)
                .anyMatch(policy -> selects(policy.getSpec().getPodSelector().getMatchLabels(), pod)));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void onlyTheIngressAndPrometheusComeInAndOnlyToTheNamedPort(Overlay overlay) {
        var rules = policiesOf(overlay.serving(), overlay.whole()).stream()
                .flatMap(policy -> policy.getSpec().getIngress().stream())
                .toList();

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.getPorts()).singleElement().satisfies(port -> assertThat(
                            portsOf(container(overlay.serving())))
                    .contains(port.getPort().getStrVal()));
            assertThat(rule.getFrom()).isNotEmpty().allSatisfy(peer -> {
                assertThat(peer.getIpBlock()).isNull();
                assertThat(peer.getNamespaceSelector().getMatchLabels())
                        .containsOnlyKeys("kubernetes.io/metadata.name");
            });
        });
        assertThat(rules.stream()
                        .flatMap(rule -> rule.getFrom().stream())
                        .flatMap(peer -> peer.getNamespaceSelector().getMatchLabels().values().stream()))
                .containsExactlyInAnyOrder("ingress-nginx", "monitoring");
        assertThat(policiesOf(overlay.migrating(), overlay.whole()))
                .flatExtracting(policy -> policy.getSpec().getIngress())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void podsReachNamesPostgresAndWhatTheyAreToldOf(Overlay overlay) {
        var hasIssuer = overlay.settings().containsKey("AUTH_JWKS_URL");

        assertThat(reached(overlay.migrating(), overlay)).isEqualTo(Set.of(53, 5432));
        var expected = new HashSet<>(Set.of(53, 5432));
        if (hasIssuer) {
            expected.add(443);
        }
        SERVICES.stream()
                .filter(overlay.settings()::containsKey)
                .map(name -> URI.create(overlay.settings().get(name)).getPort())
                .forEach(expected::add);
        assertThat(reached(overlay.serving(), overlay)).isEqualTo(expected);
    }

    @Test
    void inProductionOurOtherServicesAreReachedAndNobodyElseAtTheirPorts() {
        var rules = policiesOf(PRODUCTION.serving(), PRODUCTION.whole()).stream()
                .flatMap(policy -> policy.getSpec().getEgress().stream())
                .filter(rule -> rule.getPorts().stream().anyMatch(port -> Integer.valueOf(3013)
                        .equals(port.getPort().getIntVal())))
                .toList();

        assertThat(PRODUCTION.settings()).containsKeys(SERVICES.toArray(String[]::new));
        assertThat(rules).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getIntVal())
                    .containsExactlyInAnyOrder(3013, 3061, 3042);
            assertThat(rule.getTo())
                    .extracting(peer -> peer.getIpBlock().getCidr())
                    .containsExactlyInAnyOrder("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
        });
    }

    @Test
    void onlyTheIssuerIsOutsideAndTheWayThereLeadsNowhereInside() {
        var outside = policiesOf(PRODUCTION.serving(), PRODUCTION.whole()).stream()
                .flatMap(policy -> policy.getSpec().getEgress().stream())
                .filter(rule -> rule.getTo().stream().anyMatch(NetworkTest::isAnybody))
                .toList();

        assertThat(outside).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts())
                    .singleElement()
                    .satisfies(port -> assertThat(port.getPort().getIntVal()).isEqualTo(443));
            assertThat(rule.getTo()).singleElement().satisfies(peer -> assertThat(
                            peer.getIpBlock().getExcept())
                    .contains("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"));
        });
    }

    private static boolean isAnybody(NetworkPolicyPeer peer) {
        return peer.getIpBlock() != null && peer.getIpBlock().getCidr().endsWith("/0");
    }

    /** The ports that a pod may reach, somewhere. */
    private static Set<Integer> reached(PodTemplateSpec pod, Overlay overlay) {
        var rules = policiesOf(pod, overlay.whole()).stream()
                .flatMap(policy -> policy.getSpec().getEgress().stream())
                .toList();
        assertThat(rules).allSatisfy(rule -> {
            assertThat(rule.getPorts()).as("no port would be any").isNotEmpty();
            assertThat(rule.getTo()).as("nobody would be anybody").isNotEmpty();
        });
        return rules.stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getIntVal())
                .collect(Collectors.toSet());
    }

    private static List<NetworkPolicy> policiesOf(PodTemplateSpec pod, Manifests manifests) {
        return manifests.all(NetworkPolicy.class).stream()
                .filter(policy -> selects(policy.getSpec().getPodSelector().getMatchLabels(), pod))
                .toList();
    }
}
