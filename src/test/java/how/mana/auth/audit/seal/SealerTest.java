package how.mana.auth.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.Eventually;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.UnwrapFailedException;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sealing on a real Postgres, as the auditor, of rows that the app role wrote. */
class SealerTest {
    private static final String UNSEALED = "SELECT id FROM auth.encryption_vault_audit t"
            + " WHERE NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = t.id)";

    private Trail trail;

    @BeforeEach
    void create() throws SQLException {
        trail = Trail.create().withUsers("alice", "bob");
    }

    @AfterEach
    void drop() throws SQLException {
        trail.close();
    }

    @Test
    void everyRowIsSealedOnceAndTheTrailVerifies() throws SQLException {
        trail.acts("alice", 3);
        trail.acts("bob", 2);

        assertThat(trail.seal()).isEqualTo(5);
        assertThat(trail.seal()).isZero();

        var findings = new ArrayList<String>();
        var result = trail.verify(findings);
        assertThat(findings).isEmpty();
        assertThat(result.rows()).isEqualTo(5);
        assertThat(result.pending()).isZero();
        assertThat(trail.strings("SELECT user_id || ' ' || max(seq) FROM auth.audit_seal GROUP BY user_id ORDER BY 1"))
                .containsExactly("alice 3", "bob 2");
    }

    @Test
    void rowsOlderThanTheColumnAreSealedOldestFirst() throws SQLException {
        var ids = trail.acts("alice", 3);
        trail.tamper("UPDATE auth.encryption_vault_audit SET xid = NULL, created_at = CASE id WHEN '" + ids.get(2)
                + "' THEN timestamptz '2020-01-01' ELSE created_at END");

        assertThat(trail.seal()).isEqualTo(3);

        assertThat(trail.findings()).isEmpty();
        assertThat(trail.strings("SELECT audit_id FROM auth.audit_seal ORDER BY seq"))
                .startsWith(ids.get(2));
    }

    @Test
    void whatCommitsLateIsNeitherPassedByNorOvertaken() throws SQLException {
        trail.act("alice", "init");
        trail.seal();
        try (var slow = trail.database().connectAsApp()) {
            slow.setAutoCommit(false);
            Trail.act(slow, "alice", "slow");
            trail.act("alice", "fast");

            assertThat(trail.seal()).isZero();

            slow.commit();
        }

        assertThat(trail.seal()).isEqualTo(2);
        assertThat(trail.strings(UNSEALED)).isEmpty();
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void onlyOneIsElected() throws SQLException {
        try (var one = trail.auditor();
                var other = trail.auditor()) {
            assertThat(Sealer.elect(one)).isTrue();
            assertThat(Sealer.elect(other)).isFalse();
        }
    }

    @Test
    void twoThatSealAllTheSameDoNotGetInEachOthersWay() throws Exception {
        trail.seal();
        trail.acts("alice", 40);
        trail.acts("bob", 40);
        var threads = Executors.newFixedThreadPool(2);
        try {
            Callable<Long> sealing = () -> {
                try (var auditor = trail.auditor();
                        var sealer = Sealer.on(auditor, trail.ring(), Trail.RANDOM, 7)) {
                    return sealer.sealAll();
                }
            };
            var sealed = 0L;
            for (var done : threads.invokeAll(List.of(sealing, sealing))) {
                sealed += done.get();
            }
            assertThat(sealed).isEqualTo(80);
        } finally {
            threads.shutdownNow();
        }
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void aSealerThatIsKilledInTheMiddleOfABatchLeavesNothingHalfDone() throws Exception {
        trail.seal();
        trail.acts("alice", 20);
        var threads = Executors.newSingleThreadExecutor();
        try (var gate = trail.database().connectAsApp();
                var auditor = trail.auditor();
                var sealer = Sealer.on(auditor, trail.ring(), Trail.RANDOM, 7)) {
            gate.setAutoCommit(false);
            // An erasure that goes on keeps the batch from its last step.
            Jdbc.strings(gate, "SELECT pg_advisory_xact_lock_shared(x'6d616e6165726173'::bigint)::text");
            var batch = threads.submit(sealer::sealAll);
            killOnceItWaits();
            assertThat(batch).failsWithin(java.time.Duration.ofSeconds(30));
        } finally {
            threads.shutdownNow();
        }

        assertThat(trail.strings("SELECT ordinal::text FROM auth.audit_seal")).isEmpty();
        assertThat(trail.seal()).isEqualTo(20);
        assertThat(trail.findings()).isEmpty();
    }

    private void killOnceItWaits() throws SQLException {
        List<String> killed = List.of();
        while (killed.isEmpty()) {
            killed = trail.strings("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'");
        }
    }

    @Test
    void anErasureWaitsForTheBatchThatMaySealItsUser() throws Exception {
        trail.seal();
        trail.acts("alice", 2);
        var threads = Executors.newSingleThreadExecutor();
        try (var batch = trail.auditor()) {
            batch.setAutoCommit(false);
            Jdbc.strings(batch, "SELECT pg_advisory_xact_lock(x'6d616e6165726173'::bigint)::text");
            var erasure = threads.submit(() -> {
                trail.erase("alice");
                return true;
            });
            while (trail.strings("SELECT pid::text FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND wait_event_type = 'Lock' AND wait_event = 'advisory'")
                    .isEmpty()) {
                assertThat(erasure.isDone()).isFalse();
            }
            batch.rollback();
            assertThat(erasure.get()).isTrue();
        } finally {
            threads.shutdownNow();
        }
        trail.seal();
        assertThat(trail.findings()).isEmpty();
    }

    /** It has found the rows by then; once it may go on, they are gone, and it seals what is still there. */
    @Test
    void aBatchWaitsForTheErasureOfAUserItWouldSeal() throws Exception {
        trail.seal();
        trail.acts("alice", 2);
        trail.acts("bob", 1);
        var threads = Executors.newSingleThreadExecutor();
        try (var erasure = trail.database().connectAsApp()) {
            erasure.setAutoCommit(false);
            Jdbc.strings(erasure, "SELECT set_config('app.current_user_id', 'alice', true)");
            Jdbc.strings(erasure, "SELECT auth.erase_user('alice', 'test')::text");
            // The sealer looks no further than the oldest transaction: rows of before are all there is for it.
            var batch = threads.submit(trail::seal);
            Eventually.holds(
                    () -> !trail.strings("SELECT pid::text FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock' AND wait_event = 'advisory'")
                            .isEmpty());
            erasure.commit();
            assertThat(batch.get()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        trail.seal();
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void aRestoredDumpIsSealedFromWhereItWasWhateverTheNewClusterCounts() throws SQLException {
        trail.acts("alice", 3);
        trail.seal();
        var unsealed = trail.act("alice", "late");
        try (var restored = Trail.create()) {
            Restore.of(trail).into(restored);
            var fresh = restored.act("alice", "fresh");

            assertThat(restored.findings()).isEmpty();
            assertThat(restored.seal()).isEqualTo(2);
            assertThat(restored.act("bob", "after")).isNotNull();
            assertThat(restored.seal()).isEqualTo(1);

            var findings = new ArrayList<String>();
            assertThat(restored.verify(findings).rows()).isEqualTo(6);
            assertThat(findings).isEmpty();
            assertThat(restored.strings("SELECT audit_id FROM auth.audit_seal WHERE user_id = 'alice' ORDER BY seq"))
                    .endsWith(unsealed, fresh);
        }
    }

    @Test
    void aRowAndAReceiptOfOneIdAreBothSealed() throws SQLException {
        trail.seal();
        trail.erase("bob");
        trail.tamper("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, xid)"
                + " SELECT id::text, 'alice', 'fetch', 200, xid FROM auth.erasure_receipts");

        try (var auditor = trail.auditor();
                var sealer = Sealer.on(auditor, trail.ring(), Trail.RANDOM, 1)) {
            assertThat(sealer.sealAll()).isEqualTo(2);
        }

        assertThat(trail.act("alice", "after")).isNotNull();
        assertThat(trail.seal()).isEqualTo(1);
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void aSealerThatRunsSignsNoHistoryThatWasCutOff() throws SQLException {
        trail.acts("alice", 2);
        trail.seal();
        try (var auditor = trail.auditor();
                var sealer = Sealer.on(auditor, trail.ring(), Trail.RANDOM)) {
            trail.acts("alice", 2);
            sealer.sealAll();
            trail.tamper("DELETE FROM auth.audit_seal WHERE ordinal > 2; DELETE FROM auth.audit_heads WHERE number > 1;"
                    + "DELETE FROM auth.encryption_vault_audit WHERE created_at = (SELECT max(created_at)"
                    + " FROM auth.encryption_vault_audit)");

            assertThatExceptionOfType(HistoryLostException.class)
                    .isThrownBy(sealer::seal)
                    .withMessageContaining("is gone");
        }
        assertThat(trail.strings("SELECT number::text FROM auth.audit_heads")).containsExactly("1");
    }

    @Test
    void nothingIsPutOnTopOfAHeadThatIsNotOurs() throws SQLException {
        trail.acts("alice", 2);
        trail.seal();
        trail.tamper("UPDATE auth.audit_heads SET next_xid = '1'");

        assertThatExceptionOfType(HistoryLostException.class)
                .isThrownBy(trail::seal)
                .withMessageContaining("not signed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE FROM auth.audit_heads | CUT head 1",
                "DELETE FROM auth.audit_heads; DELETE FROM auth.audit_seal | CUT head 1",
                "DELETE FROM auth.audit_keys | KEY head-",
                "DELETE FROM auth.audit_keys WHERE purpose = 'seal' | KEY seal-",
                "UPDATE auth.audit_keys SET id = 'x' WHERE purpose = 'head' | KEY head-"
            })
    void withoutHeadsOrKeysNothingIsSealedAndOneThingIsSaid(String tampering, String found) throws SQLException {
        trail.acts("alice", 3);
        trail.seal();
        trail.tamper(tampering);

        assertThatExceptionOfType(HistoryLostException.class).isThrownBy(trail::seal);
        assertThat(trail.findings()).singleElement().asString().startsWith(found);
    }

    @Test
    void aRowThatWaitsForMoreThanAMinuteIsAFinding() throws SQLException {
        trail.act("alice", "fetch");
        assertThat(trail.findings()).isEmpty();
        trail.tamper("UPDATE auth.encryption_vault_audit SET created_at = created_at - interval '2 minutes'");

        assertThat(trail.findings()).containsExactly("UNSEALED trail");
    }

    @Test
    void theKeysOfTheTrailOpenForNothingElse() throws SQLException {
        trail.seal();
        for (var purpose : List.of("seal", "head")) {
            var stored = stored(purpose);
            var id = trail.strings("SELECT id FROM auth.audit_keys WHERE purpose = ?", purpose)
                    .get(0);
            for (var other : List.of(WrapContext.tokenSigningKey(id), WrapContext.masterKeyOf(id, 1))) {
                assertThatExceptionOfType(UnwrapFailedException.class)
                        .isThrownBy(() -> open(trail.ring(), stored, other));
            }
        }
    }

    private WrappedKey stored(String purpose) throws SQLException {
        try (var admin = trail.database().connectAsAdmin()) {
            return Jdbc.rows(
                            admin,
                            row -> StoredAuditKey.of(row).wrapped(),
                            "SELECT * FROM auth.audit_keys WHERE purpose = ?",
                            purpose)
                    .get(0);
        }
    }

    private static void open(KekRing ring, WrappedKey wrapped, WrapContext context) {
        ring.unwrap(wrapped, context).close();
    }
}
