package how.mana.auth.db.rewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.AtOnce;
import how.mana.auth.crypto.Rings;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.keks.OperatorRing;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sweeps beside other sweeps, beside users, and with an end in the middle. */
class RewrapTest {
    private static final int MANY = 1_700; // more than three batches

    private TestDatabase database;
    private WrappedRows rows;

    @BeforeEach
    void create() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
        rows = new WrappedRows(database);
        rows.activate(1);
        rows.vaults("user", MANY, 1);
        rows.activate(2);
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    @Test
    void twoSweepsShareTheWork() throws Exception {
        var outcomes = AtOnce.times(2, i -> sweepQuietly());

        assertThat(outcomes).allMatch(Rewrap.Outcome::complete);
        assertThat(outcomes.stream().mapToLong(Rewrap.Outcome::done).sum()).isEqualTo(MANY);
        assertThat(rows.opening(2)).isEqualTo(MANY);
        assertThat(counted()).isGreaterThanOrEqualTo(MANY);
    }

    @Test
    void aSweepThatWasEndedGoesOnWhereItWas() throws Exception {
        var ended = sweep(new Endless() {
            @Override
            public boolean goesOn(long done, long total) {
                return done < 500;
            }
        });

        assertThat(ended.complete()).isFalse();
        assertThat(ended.done()).isEqualTo(500);
        assertThat(ended.fenceClosed()).isTrue(); // nothing of format 1 was there
        var rest = sweep(new Endless());
        assertThat(rest.done()).isEqualTo(MANY - 500);
        assertThat(rows.opening(2)).isEqualTo(MANY);
    }

    /** A user who changes something holds the row; the sweep goes on with the others and comes back. */
    @Test
    void aRowThatSomebodyHoldsIsMovedOnceItIsFree() throws Exception {
        try (var user = database.connectAsAdmin()) {
            user.setAutoCommit(false);
            Jdbc.strings(user, "SELECT user_id FROM auth.encryption_vaults WHERE user_id = 'user-7' FOR UPDATE");

            var outcome = sweep(new Endless() {
                @Override
                public boolean pause(Duration time) {
                    release(user);
                    return true;
                }
            });

            assertThat(outcome.complete()).isTrue();
            assertThat(outcome.done()).isEqualTo(MANY);
            assertThat(rows.opening(2)).isEqualTo(MANY);
        }
    }

    @Test
    void aRetainedKeyIsMovedTooAndNeedsItsKekUntilThen() throws Exception {
        try (var admin = database.connectAsAdmin()) {
            Jdbc.execute(admin, """
                    INSERT INTO auth.retained_keys (user_id, key_generation, wrapped_mk, wrap_iv, format_version, kek_id,
                                                    key_check_value, recovery_format_version, reason, expires_at)
                    SELECT user_id, key_generation, wrapped_mk, wrap_iv, format_version, kek_id, key_check_value, 1, 'rotate',
                           now() + interval '7 days'
                    FROM auth.encryption_vaults WHERE user_id = 'user-7'""");
            assertThat(Jdbc.strings(admin, "SELECT auth.rows_of_kek('env-v1')::text"))
                    .containsExactly(String.valueOf(MANY + 1));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> Jdbc.execute(admin, "UPDATE auth.retained_keys SET wrap_iv = 'x'"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("MK001"));

            assertThat(sweep(new Endless()).done()).isEqualTo(MANY + 1);

            assertThat(Jdbc.strings(admin, "SELECT auth.rows_of_kek('env-v1')::text"))
                    .containsExactly("0");
            var kept = Jdbc.rows(admin, StoredWrap::read, WrapTable.RETAINED_KEYS.after("kek_id = 'env-v2'"), "", 0L, 2)
                    .get(0);
            try (var key = kept.open(WrapTable.RETAINED_KEYS, Rings.ready(WrappedRows.ring(2, 2)))) {
                assertThat(key.copy()).isEqualTo(WrappedRows.masterKey("user-7"));
            }
        }
    }

    @Test
    void aChangeOfTheActiveKekTurnsASweepToTheNewOne() throws Exception {
        var outcome = sweep(new Endless() {
            @Override
            public boolean goesOn(long done, long total) {
                if (done == 1_000) {
                    activateThird();
                }
                return true;
            }
        });

        assertThat(outcome.complete()).isTrue();
        assertThat(rows.opening(3)).isEqualTo(MANY);
    }

    private Rewrap.Outcome sweep(Rewrap.Watch watch) throws SQLException {
        try (var connection = OperatorConnection.open(database.ownerUrl(), Group.MAINTENANCE, "test")) {
            var ring = OperatorRing.of(connection, WrappedRows.ring(2, 1, 2, 3));
            return new Rewrap(connection, ring, watch).run();
        }
    }

    private Rewrap.Outcome sweepQuietly() {
        try {
            return sweep(new Endless());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long counted() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Long.parseLong(
                    Jdbc.strings(admin, "SELECT reserved::text FROM auth.kek_uses WHERE kek_id = 'env-v2'")
                            .get(0));
        }
    }

    private void activateThird() {
        try {
            rows.activate(3);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void release(Connection user) {
        try {
            user.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static class Endless implements Rewrap.Watch {
        @Override
        public boolean goesOn(long done, long total) {
            return true;
        }

        @Override
        public boolean pause(Duration time) {
            return true;
        }
    }
}
