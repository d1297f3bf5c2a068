package how.mana.auth.db.keks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.Eventually;
import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several processes on one database, each with KEKs of its own. */
class ReplicaTest {
    private static final KekId ONE = new KekId("env-v1");
    private static final KekId TWO = new KekId("env-v2");

    private final SecureRandom random = new SecureRandom();
    private final List<Replica> started = new ArrayList<>();
    private TestDatabase database;
    private Connection app;

    @BeforeEach
    void create() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
        app = database.connectAsApp();
    }

    @AfterEach
    void drop() throws SQLException {
        started.forEach(Replica::close);
        app.close();
        database.close();
    }

    @Test
    void theFirstProcessActivatesTheKekItWants() throws SQLException {
        var ring = ring(ONE, 1);

        start(ring);

        assertThat(ring.active()).contains(ONE);
        assertThat(states()).containsExactly("env-v1 active");
        assertThat(history()).containsExactly("env-v1 announced", "env-v1 active");
    }

    @Test
    void aKekBecomesActiveOnceTheLastProcessWithoutItIsGone() throws SQLException {
        var old = ring(ONE, 1);
        var oldest = start(old);
        var both = ring(TWO, 1, 2);

        start(both);

        assertThat(states()).containsExactly("env-v1 active", "env-v2 announced");
        assertThat(both.active()).contains(ONE);

        oldest.close();

        Eventually.holds(() -> both.active().equals(Optional.of(TWO)));
        assertThat(states()).containsExactly("env-v1 retiring", "env-v2 active");
    }

    /** It beats no more and its connection is open: it counts until it was silent for half a minute, and then writes nothing. */
    @Test
    void aProcessThatSleptThroughAChangeCannotWriteWithTheFormerKek() throws SQLException {
        var slept = ring(ONE, 1);
        sleeping(slept);
        var both = ring(TWO, 1, 2);
        start(both);
        assertThat(states()).containsExactly("env-v1 active", "env-v2 announced");

        database.with("UPDATE auth.replicas SET seen_at = now() - interval '31 seconds'"
                + " WHERE cardinality(fingerprints) = 1");

        Eventually.holds(() -> both.active().equals(Optional.of(TWO)));
        assertThat(slept.active()).contains(ONE);
        slept.credit(ONE, 1);
        try (var key = KeyMaterial.random(random)) {
            var wrapped = slept.wrap(key, WrapContext.masterKeyOf("sleeper", 1));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> store("sleeper", wrapped))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("MK001"));
        }
    }

    @Test
    void aWriterThatIsNotDoneYetHoldsTheChangeUp() throws Exception {
        var ring = ring(ONE, 1);
        start(ring).close();
        ring.credit(ONE, 1);
        try (var writer = database.connectAsApp();
                var key = KeyMaterial.random(random)) {
            writer.setAutoCommit(false);
            store(writer, "early", ring.wrap(key, WrapContext.masterKeyOf("early", 1)));
            var both = ring(TWO, 1, 2);
            var joining = new Thread(() -> startQuietly(both));
            joining.start();
            Eventually.holds(() -> Jdbc.isTrue(app, "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"));

            assertThat(states()).containsExactly("env-v1 active", "env-v2 announced");
            writer.commit();
            joining.join();

            assertThat(states()).containsExactly("env-v1 retiring", "env-v2 active");
            assertThat(both.active()).contains(TWO);
        }
    }

    @Test
    void aProcessWithoutANeededKekDoesNotStartAndLeavesNobodyWaiting() throws SQLException {
        var ring = ring(TWO, 1, 2);
        start(ring).close();
        ring.credit(TWO, 1);
        try (var key = KeyMaterial.random(random)) {
            store("alice", ring.wrap(key, WrapContext.masterKeyOf("alice", 1)));
        }

        assertThatExceptionOfType(KekRefusedException.class)
                .isThrownBy(() -> start(ring(ONE, 1)))
                .withMessageContaining(
                        "env-v2 (fingerprint " + ring.fingerprint(TWO).orElseThrow() + ")")
                .withMessageContaining("wraps 1 keys");
        assertThat(Jdbc.strings(app, "SELECT id FROM auth.replicas")).isEmpty();
    }

    @Test
    void aLostKekIsNotedAndFoundAgain() throws SQLException {
        start(ring(TWO, 1, 2)).close();

        var without = ring(ONE, 1);
        start(without, Set.of(TWO.value()));

        assertThat(states()).containsExactly("env-v1 active", "env-v2 lost");
        started.forEach(Replica::close);
        start(ring(ONE, 1, 2));
        assertThat(states()).containsExactly("env-v1 active", "env-v2 retiring");
    }

    @Test
    void aWishForAFormerKekIsNotFulfilledByARestart() throws SQLException {
        start(ring(ONE, 1)).close();
        start(ring(TWO, 1, 2)).close();
        var back = ring(ONE, 1, 2);

        start(back);

        assertThat(back.active()).contains(TWO);
        assertThat(states()).containsExactly("env-v1 retiring", "env-v2 active");
    }

    /** As after a migration from a version that knew no order among its KEKs. */
    @Test
    void withNoneActiveTheFirstWishDecides() throws SQLException {
        start(ring(ONE, 1)).close();
        start(ring(TWO, 1, 2)).close();
        database.with("UPDATE auth.keks SET state = 'retiring'");

        var ring = ring(ONE, 1, 2);
        start(ring);

        assertThat(ring.active()).contains(ONE);
    }

    /** One that was given too little does not take a KEK from those that hold it. */
    @Test
    void aKekThatSomebodyHoldsIsNotDeclaredLost() throws SQLException {
        start(ring(TWO, 1, 2));

        assertThatExceptionOfType(KekRefusedException.class)
                .isThrownBy(() -> start(ring(ONE, 1), Set.of(TWO.value())))
                .withMessageContaining("env-v2");

        assertThat(states()).containsExactly("env-v2 active");
    }

    /** A writer that hangs keeps the KEK from changing, and nobody from hearing who wraps. */
    @Test
    void whoWaitsToChangeTheKekGivesUpAndHoldsNobodyUp() throws SQLException {
        var ring = ring(ONE, 1);
        start(ring);
        ring.credit(ONE, 1);
        try (var writer = database.connectAsApp();
                var key = KeyMaterial.random(random)) {
            writer.setAutoCommit(false);
            store(writer, "hanging", ring.wrap(key, WrapContext.masterKeyOf("hanging", 1)));
            var both = ring(TWO, 1, 2);
            start(both);

            assertThat(KekActivation.of(app, both, TWO).busy()).isTrue();
            writer.rollback();
        }
    }

    @Test
    void aSealIsObeyedAndLifted() throws SQLException {
        var ring = ring(ONE, 1);
        start(ring);

        database.with("UPDATE auth.service_state SET sealed_at = now()");
        Eventually.holds(ring::isSealed);

        database.with("UPDATE auth.service_state SET sealed_at = NULL");
        Eventually.holds(() -> !ring.isSealed());
    }

    @Test
    void aProcessThatHearsNothingOpensNothing() throws SQLException {
        var ring = ring(ONE, 1);
        start(ring);
        ring.credit(ONE, 1);
        try (var key = KeyMaterial.random(random)) {
            var context = WrapContext.masterKeyOf("alice", 1);
            var wrapped = ring.wrap(key, context);

            database.with("REVOKE EXECUTE ON FUNCTION auth.replica_beat(uuid, text[], text) FROM mana_app");

            Eventually.passes(() -> assertThatExceptionOfType(KekUnavailableException.class)
                    .isThrownBy(() -> ring.unwrap(wrapped, context).close()));
            database.with("GRANT EXECUTE ON FUNCTION auth.replica_beat(uuid, text[], text) TO mana_app");
            Eventually.passes(() -> ring.unwrap(wrapped, context).close());
        }
    }

    @Test
    void aKekThatCameAfterTheStartIsTakenUp() throws SQLException {
        var ring = ring(ONE, 1);
        var reload = new KekReload(() -> ring(ONE, 1, 2));
        var replica = new Replica(database.appUrl(), ring, reload, new RingMetrics(ring, new SimpleMeterRegistry()));
        begin(replica, ring, Set.of());

        KekRegistry.announce(app, ring(TWO, 1, 2), TWO);

        Eventually.holds(() -> ring.ids().contains(TWO));
        Eventually.holds(() -> Jdbc.isTrue(app, "SELECT min(cardinality(fingerprints)) = 2 FROM auth.replicas"));
        assertThat(KekActivation.of(app, ring, TWO)).isEqualTo(new KekActivation(true, 0, false));
        Eventually.holds(() -> ring.active().equals(Optional.of(TWO)));
    }

    private void startQuietly(KekRing ring) {
        try {
            start(ring);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Replica start(KekRing ring) throws SQLException {
        return start(ring, Set.of());
    }

    private Replica start(KekRing ring, Set<String> lost) throws SQLException {
        var replica = replica(ring);
        begin(replica, ring, lost);
        return replica;
    }

    private void begin(Replica replica, KekRing ring, Set<String> lost) throws SQLException {
        started.add(replica);
        try (var boot = database.connectAsApp()) {
            replica.join(boot);
            KekRegistry.require(boot, ring, lost);
            replica.begin(boot);
        } catch (KekRefusedException e) {
            replica.close();
            throw e;
        }
    }

    /** Joins and knows its orders, and says nothing more. */
    private void sleeping(KekRing ring) throws SQLException {
        start(ring).close();
        replica(ring).join(app);
        ring.follow(new KekRing.Orders(ring.active(), false, 1, Long.MAX_VALUE), ring.now());
    }

    private Replica replica(KekRing ring) {
        var nothing = new KekReload(() -> {
            throw new KekRefusedException("nothing to find");
        });
        return new Replica(database.appUrl(), ring, nothing, new RingMetrics(ring, new SimpleMeterRegistry()));
    }

    private KekRing ring(KekId wanted, int... fills) {
        var keks = Arrays.stream(fills)
                .mapToObj(fill -> {
                    var bytes = new byte[32];
                    Arrays.fill(bytes, (byte) fill);
                    return Kek.takeOwnershipOf(new KekId("env-v" + fill), bytes);
                })
                .toList();
        return KekRing.of(keks, wanted, random);
    }

    private void store(String user, WrappedKey wrapped) throws SQLException {
        store(app, user, wrapped);
    }

    private void store(Connection connection, String user, WrappedKey wrapped) throws SQLException {
        database.with(
                "INSERT INTO auth.users (id, name, email) VALUES ('%1$s', '%1$s', '%1$s@example.org')".formatted(user));
        Jdbc.strings(connection, "SELECT set_config('app.current_user_id', ?, false)", user);
        Jdbc.update(
                connection,
                "INSERT INTO auth.encryption_vaults (user_id, wrapped_mk, wrap_iv, format_version, kek_id)"
                        + " VALUES (?, ?, ?, ?, ?)",
                user,
                wrapped.ciphertext(),
                wrapped.nonce(),
                wrapped.format(),
                wrapped.kekId().value());
    }

    private List<String> states() throws SQLException {
        return Jdbc.strings(app, "SELECT id || ' ' || state FROM auth.keks ORDER BY id");
    }

    private List<String> history() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Stream.of(Jdbc.strings(admin, "SELECT kek_id || ' ' || state FROM auth.kek_history ORDER BY id"))
                    .flatMap(List::stream)
                    .toList();
        }
    }
}
