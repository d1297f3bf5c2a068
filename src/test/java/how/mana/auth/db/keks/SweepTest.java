package how.mana.auth.db.keks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.Rings;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metrics say of a sweep that rewraps, as the serving role sees it. */
class SweepTest {
    private static final String RUN =
            "INSERT INTO auth.rewrap_runs (id, kek_id, total, done, failed, started_at, seen_at)"
                    + " VALUES (gen_random_uuid(), 'env-v1', 400, 100, 3, now() - interval '10 seconds', now())";

    private TestDatabase database;

    @BeforeEach
    void create() throws SQLException {
        database = TestPostgres.instance()
                .createDatabase()
                .migrated()
                .with("INSERT INTO auth.keks (id, state) VALUES ('env-v1', 'active')");
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    @Test
    void beforeTheFirstThereIsNothingToSay() throws SQLException {
        assertThat(last()).isEqualTo(Sweep.NONE);
    }

    @Test
    void oneThatRunsSaysHowFarItIsAndHowLongItTakes() throws SQLException {
        database.with(RUN);
        var registry = new SimpleMeterRegistry();
        var kek = Kek.takeOwnershipOf(KekId.DEFAULT, new byte[32]);
        var metrics = new RingMetrics(Rings.of(List.of(kek), KekId.DEFAULT, new SecureRandom()), registry);

        metrics.swept(last());

        for (var state : List.of("total", "done", "failed")) {
            assertThat(registry.get("mana.kek.rewrap.keys")
                            .tag("state", state)
                            .gauge()
                            .value())
                    .isEqualTo(state.equals("total") ? 400 : state.equals("done") ? 100 : 3);
        }
        assertThat(registry.get("mana.kek.rewrap.left").gauge().value()).isCloseTo(30, within(10.0));
    }

    @Test
    void oneThatIsOverOrDeadTakesNoLonger() throws SQLException {
        database.with(RUN).with("UPDATE auth.rewrap_runs SET seen_at = now() - interval '2 minutes'");
        assertThat(last().secondsLeft()).isZero();

        database.with("UPDATE auth.rewrap_runs SET seen_at = now(), finished_at = now()");
        assertThat(last().secondsLeft()).isZero();
    }

    private Sweep last() throws SQLException {
        try (var app = database.connectAsApp()) {
            return Sweep.last(app);
        }
    }
}
