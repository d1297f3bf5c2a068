package how.mana.auth.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.OperatorConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sealer that never gives up. The test is its clock: what happens meanwhile happens in a pause. */
class SealWatchTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Trail trail;

    @BeforeEach
    void create() throws SQLException {
        trail = Trail.create().withUsers("alice");
    }

    @AfterEach
    void drop() throws SQLException {
        trail.close();
    }

    @Test
    void itSealsWhatComesAndGoesOnAfterItsConnectionBroke() throws SQLException {
        var connections = new ArrayDeque<Connection>();
        var meanwhile = new ArrayDeque<Step>();
        meanwhile.add(() -> trail.acts("alice", 2));
        meanwhile.add(() -> assertThat(sealed()).isEqualTo(2));
        meanwhile.add(() -> trail.acts("alice", 1));
        meanwhile.add(() -> connections.getLast().abort(Runnable::run));

        var watch = watch(() -> {
            connections.add(trail.auditor());
            return connections.getLast();
        });
        run(watch, new Script(meanwhile, 20, () -> sealed() == 3));

        assertThat(sealed()).isEqualTo(3);
        assertThat(metrics.get("mana.audit.sealed").counter().count()).isEqualTo(3);
        assertThat(metrics.get("mana.audit.seal.failures").counter().count()).isPositive();
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void itStandsByWhileAnotherSeals() throws SQLException {
        trail.seal();
        trail.act("alice", "fetch");
        var other = trail.auditor();
        assertThat(Sealer.elect(other)).isTrue();
        var meanwhile = new ArrayDeque<Step>();
        meanwhile.add(() -> assertThat(sealed()).isZero());
        meanwhile.add(other::close);

        run(watch(trail::auditor), new Script(meanwhile, 1_000, () -> sealed() == 1));

        assertThat(sealed()).isEqualTo(1);
    }

    @Test
    void whoSawTheHistorySignsNoOtherOneHoweverOftenItsConnectionBreaks() throws SQLException {
        var connections = new ArrayDeque<Connection>();
        var meanwhile = new ArrayDeque<Step>();
        meanwhile.add(() -> trail.acts("alice", 2));
        meanwhile.add(() -> assertThat(sealed()).isEqualTo(2));
        meanwhile.add(() -> {
            trail.tamper("DELETE FROM auth.audit_seal; DELETE FROM auth.audit_heads WHERE number > 1");
            connections.getLast().abort(Runnable::run);
        });

        run(
                watch(() -> {
                    connections.add(trail.auditor());
                    return connections.getLast();
                }),
                new Script(meanwhile, 20, () -> false));

        assertThat(sealed()).isZero();
        assertThat(metrics.get("mana.audit.seal.failures").counter().count()).isGreaterThan(5);
    }

    @Test
    void itEndsAtOnceIfItMayNotBeTheAuditor() throws SQLException {
        var stranger = trail.database().createRole("stranger", "");

        assertThatExceptionOfType(OperatorConnection.NotAMemberException.class)
                .isThrownBy(() -> watch(() -> OperatorConnection.open(stranger, Group.AUDITOR, "test"))
                        .run(time -> true));
    }

    @Test
    void itGoesOnAfterAnErrorAndTheLagGrowsMeanwhile() throws SQLException {
        trail.act("alice", "fetch");
        var opened = new int[1];

        run(
                watch(() -> {
                    if (opened[0]++ == 0) {
                        throw new StackOverflowError();
                    }
                    return trail.auditor();
                }),
                new Script(new ArrayDeque<>(), 20, () -> sealed() == 1));

        assertThat(sealed()).isEqualTo(1);
        var before = lag();
        assertThat(lag()).isGreaterThan(before);
    }

    private double lag() {
        return metrics.get("mana.audit.seal.lag").gauge().value();
    }

    private static void run(SealWatch watch, Script script) {
        watch.run(script);
        assertThat(script.failure).isNull();
    }

    private long sealed() {
        try {
            return trail.strings("SELECT ordinal::text FROM auth.audit_seal WHERE user_id = 'alice'")
                    .size();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private SealWatch watch(SealWatch.Source source) {
        return new SealWatch(source, trail.ring(), Trail.RANDOM, new SealMetrics(metrics));
    }

    private interface Step {
        void run() throws Exception;
    }

    private interface Done {
        boolean isDone();
    }

    /** Runs a step in each pause, and ends when done. Waits for nothing, except a little for a connection that goes away. */
    private static final class Script implements SealWatch.Pause {
        private final Deque<Step> steps;
        private final Done done;
        private int left;
        private @Nullable Throwable failure;

        Script(Deque<Step> steps, int atMost, Done done) {
            this.steps = steps;
            this.left = atMost;
            this.done = done;
        }

        @Override
        public boolean pause(Duration time) {
            if (!steps.isEmpty()) {
                try {
                    steps.remove().run();
                } catch (Exception | AssertionError e) {
                    failure = e; // the watch would go on after it
                }
                return failure == null;
            }
            return left-- > 0 && !done.isDone();
        }
    }
}
