package how.mana.auth.deploy;

import static how.mana.auth.deploy.Overlay.DEV;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A rollout and the drain of a node are not noticed. */
class RolloutTest {
    @ParameterizedTest
    @CsvSource({"base,2", "overlays/production,3"})
    void thereIsMoreThanOneAndTheAutoscalerOwnsTheirNumber(String directory, int atLeast) {
        var manifests = Manifests.rendered(directory);
        var autoscaler = manifests.one(HorizontalPodAutoscaler.class).getSpec();
        var budget = manifests.one(PodDisruptionBudget.class).getSpec();

        assertThat(autoscaler.getMinReplicas()).isGreaterThanOrEqualTo(atLeast);
        assertThat(autoscaler.getMaxReplicas()).isGreaterThan(autoscaler.getMinReplicas());
        assertThat(manifests.one(Deployment.class).getSpec().getReplicas())
                .as("an apply would undo what the autoscaler did")
                .isNull();
        assertThat(autoscaler.getMinReplicas() - budget.getMaxUnavailable().getIntVal())
                .as("left while a node is drained")
                .isPositive();
        assertThat(budget.getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
    }

    @Test
    void onADevelopersClusterThereIsOne() {
        var manifests = DEV.service();

        assertThat(manifests.one(Deployment.class).getSpec().getReplicas()).isEqualTo(1);
        assertThat(manifests.all(HorizontalPodAutoscaler.class)).isEmpty();
        assertThat(manifests.all(PodDisruptionBudget.class)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void noPodGoesBeforeItsSuccessorIsReady(Overlay overlay) {
        var strategy = overlay.service().one(Deployment.class).getSpec().getStrategy();

        assertThat(strategy.getType()).isEqualTo("RollingUpdate");
        assertThat(strategy.getRollingUpdate().getMaxSurge().getIntVal()).isEqualTo(1);
        assertThat(strategy.getRollingUpdate().getMaxUnavailable().getIntVal()).isZero();
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void aPodHasTheTimeToStopThatItTakes(Overlay overlay) {
        var settings = overlay.settings();
        var stopping = Stream.of("QUARKUS_SHUTDOWN_DELAY", "QUARKUS_SHUTDOWN_TIMEOUT")
                .map(name -> DurationConverter.parseDuration(settings.get(name)))
                .reduce(Duration.ZERO, Duration::plus);

        assertThat(stopping).isPositive();
        assertThat(Duration.ofSeconds(overlay.serving().getSpec().getTerminationGracePeriodSeconds()))
                .isGreaterThan(stopping);
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void podsKeepApart(Overlay overlay) {
        var spread = overlay.serving().getSpec().getTopologySpreadConstraints();

        assertThat(spread)
                .extracting(one -> one.getTopologyKey() + " " + one.getWhenUnsatisfiable())
                .containsExactly("kubernetes.io/hostname DoNotSchedule", "topology.kubernetes.io/zone ScheduleAnyway");
        assertThat(spread).allSatisfy(one -> assertThat(one.getMaxSkew()).isEqualTo(1));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.deploy.Overlay#all")
    void aMigrationEndsAndLeavesItsLog(Overlay overlay) {
        var job = overlay.migration().one(Job.class).getSpec();

        assertThat(job.getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(job.getBackoffLimit()).isBetween(1, 5);
        assertThat(job.getActiveDeadlineSeconds()).isPositive();
        assertThat(job.getTtlSecondsAfterFinished()).isPositive();
    }
}
