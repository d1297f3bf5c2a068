package how.mana.auth.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import how.mana.auth.db.jdbc.Jdbc;
import java.io.StringWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Old rows go behind a checkpoint, and only behind one. */
class PruningTest {
    private Trail trail;
    private Instant between;

    @BeforeEach
    void aTrailOfThreeBatches() throws SQLException {
        trail = Trail.oldOfTwoBatches();
        between = trail.now();
        trail.acts("alice", 2);
        trail.seal();
    }

    @AfterEach
    void drop() throws SQLException {
        trail.close();
    }

    @Test
    void whatWasSealedBeforeGoesAndTheRestStillHolds() throws SQLException {
        assertThat(prune(between)).isEqualTo(5);

        assertThat(trail.strings("SELECT user_id FROM auth.encryption_vault_audit"))
                .containsExactly("alice", "alice");
        assertThat(trail.strings("SELECT id::text FROM auth.erasure_receipts")).hasSize(1);
        assertThat(trail.findings()).isEmpty();

        trail.acts("bob", 2);
        trail.seal();
        trail.erase("alice");
        trail.seal();
        assertThat(trail.findings()).isEmpty();
        assertThat(prune(Instant.now().plusSeconds(60))).isEqualTo(2);
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void aSecondTimeNothingIsLeftToPrune() throws SQLException {
        prune(between);

        assertThat(prune(between)).isZero();
    }

    @Test
    void rowsThatAreGoneWithoutACheckpointAreNamed() throws SQLException {
        trail.tamper("DELETE FROM auth.encryption_vault_audit t USING auth.audit_seal s WHERE s.audit_id = t.id"
                + " AND s.ordinal <= 3; DELETE FROM auth.audit_seal WHERE ordinal <= 2");

        assertThat(trail.findings()).contains("DELETED alice");
    }

    @Test
    void whatWasKeptOfThePrunedIsHeldToo() throws SQLException {
        prune(between);
        trail.tamper("UPDATE auth.audit_seal SET link = sha256('x') WHERE user_id = 'bob'");

        assertThat(trail.findings()).containsExactly("HEAD head 4");
    }

    @Test
    void aRowThatWasPrunedAndIsBackIsNamed() throws SQLException {
        prune(between);
        var pruned = trail.strings("SELECT audit_id FROM auth.audit_seal WHERE user_id = 'bob'")
                .get(0);
        trail.tamper("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status) VALUES ('" + pruned
                + "', 'bob', 'fetch', 200)");

        assertThat(trail.findings()).containsExactly("INSERTED " + pruned);
    }

    @Test
    void theDatabasePrunesNothingWithoutACheckpointOfTheSameTransaction() throws SQLException {
        prune(between);
        try (var auditor = trail.auditor()) {
            for (var forbidden : List.of("SELECT auth.prune_trail(4)", "SELECT auth.prune_trail(1)")) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> Jdbc.execute(auditor, forbidden))
                        .withMessageContaining("without a checkpoint");
            }
            for (var forbidden : List.of(
                    "DELETE FROM auth.encryption_vault_audit",
                    "DELETE FROM auth.audit_seal",
                    "UPDATE auth.audit_seal SET seq = 1",
                    "DELETE FROM auth.audit_heads",
                    "UPDATE auth.audit_keys SET kek_id = 'x'")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(forbidden)
                        .isThrownBy(() -> Jdbc.execute(auditor, forbidden))
                        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            }
        }
    }

    @Test
    void rowsOfTheLast30DaysAreNeverPruned() throws SQLException {
        trail.tamper("ALTER TABLE auth.encryption_vault_audit ALTER created_at SET DEFAULT now() - interval '29 days'");
        trail.act("bob", "fetch");
        trail.seal();

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> prune(Instant.now().plusSeconds(60)))
                .withMessageContaining("never pruned");
        assertThat(trail.strings("SELECT id FROM auth.encryption_vault_audit")).hasSize(8);
        assertThat(prune(between)).isEqualTo(5);
    }

    @Test
    void nothingIsPrunedBeforeItIsSealed() throws SQLException {
        try (var fresh = Trail.create();
                var auditor = fresh.auditor()) {
            assertThatExceptionOfType(Pruning.NotSealedException.class)
                    .isThrownBy(() -> new Pruning(auditor, fresh.ring()).before(between));
        }
    }

    @Test
    void anExportHoldsEveryRowUnderTheHeadThatCoversIt() throws Exception {
        var written = new StringWriter();
        try (var auditor = trail.auditor()) {
            var result = new Export(auditor, written).before(between);
            assertThat(result.rows()).isEqualTo(8);
            assertThat(result.heads()).isEqualTo(2);
            assertThat(trail.findings(Pin.parse(result.newest().orElseThrow()).orElseThrow()))
                    .isEmpty();
        }
        var json = new ObjectMapper();
        var types = new java.util.ArrayList<String>();
        for (var line : written.toString().split("\n")) {
            var parsed = json.readTree(line);
            types.add(parsed.path("type").asText());
            if (parsed.path("chain").asText().equals("alice")) {
                assertThat(parsed.path("row").path("action").asText()).isEqualTo("fetch");
            }
        }
        assertThat(types)
                .startsWith("key", "key", "row")
                .endsWith("head")
                .containsOnlyOnce("receipt")
                .hasSize(12);
    }

    private long prune(Instant moment) throws SQLException {
        try (var auditor = trail.auditor()) {
            return new Pruning(auditor, trail.ring()).before(moment);
        }
    }
}
