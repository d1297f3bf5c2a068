package how.mana.auth.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
        watch.run(new Script(meanwhile, 20, () -> sealed() == 3));

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

        watch(trail::auditor).run(new Script(meanwhile, 1_000, () -> sealed() == 1));

        assertThat(sealed()).isEqualTo(1);
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
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return true;
            }
            return left-- > 0 && !done.isDone();
        }
    }
}
