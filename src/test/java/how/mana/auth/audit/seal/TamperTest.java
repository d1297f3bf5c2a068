package how.mana.auth.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody who may write anything in the database, and holds no KEK, changes a sealed trail. Each time it is said what and where. */
class TamperTest {
    private Trail trail;
    private List<String> rows;

    @BeforeEach
    void aSealedTrail() throws SQLException {
        trail = Trail.create().withUsers("alice", "bob");
        rows = trail.acts("alice", 3);
        trail.acts("bob", 2);
        trail.seal();
        rows = java.util.stream.Stream.concat(rows.stream(), trail.acts("alice", 3).stream())
                .toList();
        trail.seal();
        assertThat(trail.findings()).isEmpty();
    }

    @AfterEach
    void drop() throws SQLException {
        trail.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user_id = 'bob'",
                "action = 'init'",
                "ip_address = NULL",
                "ip_address = ''",
                "user_agent = ''",
                "context = NULL",
                "status = 500",
                "created_at = created_at + interval '1 microsecond'",
                "created_at = 'infinity'"
            })
    void anEditedRowIsNamed(String change) throws SQLException {
        trail.tamper("UPDATE auth.encryption_vault_audit SET " + change + " WHERE id = '" + rows.get(1) + "'");

        assertThat(trail.findings()).containsExactly("EDITED " + rows.get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "'1'", "(pg_current_xact_id()::text::bigint + 1000)::text::xid8"})
    void anInsertedRowIsNamed(String xid) throws SQLException {
        trail.tamper("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, xid)"
                + " VALUES ('smuggled', 'alice', 'fetch', 200, " + xid + ")");
        trail.seal();

        assertThat(trail.findings()).containsExactly("INSERTED smuggled");
    }

    @Test
    void aRowInsertedWithASealOfItsOwnIsNamed() throws SQLException {
        trail.tamper("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status)"
                + " VALUES ('smuggled', 'alice', 'fetch', 200);"
                + "INSERT INTO auth.audit_seal (ordinal, user_id, seq, audit_id, key_id, link)"
                + " SELECT 9, 'alice', 7, 'smuggled', key_id, sha256('x') FROM auth.audit_seal WHERE ordinal = 1");

        assertThat(trail.findings()).contains("INSERTED smuggled");
    }

    @Test
    void aDeletedRowIsNamed() throws SQLException {
        trail.tamper("DELETE FROM auth.encryption_vault_audit WHERE id = '" + rows.get(1) + "'");

        assertThat(trail.findings()).containsExactly("DELETED " + rows.get(1));
    }

    @Test
    void aRowDeletedWithItsSealIsNamedByItsUser() throws SQLException {
        deleteWithSeal(rows.get(1));

        assertThat(trail.findings()).containsExactly("DELETED alice", "HEAD head 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit_id", "seq", "audit_id, link", "ordinal, audit_id, link"})
    void rowsThatChangedPlacesAreNamed(String exchanged) throws SQLException {
        exchange(exchanged, rows.get(1), rows.get(4));

        assertThat(trail.findings()).contains("REORDERED " + rows.get(1), "REORDERED " + rows.get(4));
        assertThat(trail.findings().stream().filter(finding -> !finding.startsWith("HEAD")))
                .containsExactlyInAnyOrder("REORDERED " + rows.get(1), "REORDERED " + rows.get(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit_id", "seq", "audit_id, link"})
    void neighboursThatChangedPlacesAreNamed(String exchanged) throws SQLException {
        exchange(exchanged, rows.get(1), rows.get(2));

        assertThat(trail.findings().stream().filter(finding -> !finding.startsWith("HEAD")))
                .containsExactlyInAnyOrder("REORDERED " + rows.get(1), "REORDERED " + rows.get(2));
    }

    @Test
    void aTailThatWasCutOffIsNamedByItsUser() throws SQLException {
        deleteWithSeal(rows.get(5));
        deleteWithSeal(rows.get(4));

        assertThat(trail.findings()).contains("CUT alice");
    }

    @Test
    void aTailThatWasCutOffIsStillMissedWhenTheChainGoesOn() throws SQLException {
        deleteWithSeal(rows.get(5));
        deleteWithSeal(rows.get(4));
        trail.acts("alice", 4);
        trail.seal();

        assertThat(trail.findings()).contains("CUT alice");
    }

    @Test
    void headsThatWereCutOffWithTheirSealsAndRowsAreFoundByAPin() throws SQLException {
        var pin = trail.pin();
        trail.tamper("DELETE FROM auth.encryption_vault_audit t USING auth.audit_seal s WHERE s.audit_id = t.id"
                + " AND s.ordinal > 5; DELETE FROM auth.audit_seal WHERE ordinal > 5;"
                + "DELETE FROM auth.audit_heads WHERE last_ordinal > 5");

        assertThat(trail.findings()).isEmpty();
        assertThat(trail.findings(pin)).containsExactly("CUT head " + pin.number());

        trail.act("bob", "fetch");
        trail.seal();
        assertThat(trail.findings(pin)).containsExactly("HEAD head " + pin.number());
    }

    @Test
    void headsThatWereCutOffAloneAreFound() throws SQLException {
        trail.tamper("DELETE FROM auth.audit_heads WHERE last_ordinal > 5");

        assertThat(trail.findings()).containsExactly("CUT head 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "last_ordinal = last_ordinal + 1",
                "pruned_ordinal = 5",
                "digest = sha256('x')",
                "chains = ''",
                "previous = sha256('x')",
                "sealed_at = sealed_at - interval '1 day'",
                "kind = 'checkpoint'",
                "next_xid = '1'",
                "next_id = 'x'",
                "sweep_at = '-infinity', sweep_id = ''",
                "signature = decode(repeat('00', 64), 'hex')"
            })
    void aForgedHeadIsNamed(String change) throws SQLException {
        trail.tamper("UPDATE auth.audit_heads SET " + change + " WHERE number = 2");

        assertThat(trail.findings()).contains("HEAD head 2");
    }

    @Test
    void aKeyThatSomebodyPlantedSealsAndSignsNothing() throws SQLException {
        trail.tamper(
                "INSERT INTO auth.audit_keys (id, purpose, wrapped_key, wrap_iv, format_version, kek_id, created_at)"
                        + " SELECT 'planted', purpose, wrapped_key, wrap_iv, format_version, kek_id, now() + interval '1 day'"
                        + " FROM auth.audit_keys WHERE purpose = 'seal'");
        trail.act("bob", "fetch");
        trail.seal();

        assertThat(trail.strings("SELECT DISTINCT key_id FROM auth.audit_seal")).doesNotContain("planted");
        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void anotherSigningKeyThanThePinnedOneIsNamed() throws SQLException {
        var fingerprint = trail.strings(
                        "SELECT encode(sha256(public_key), 'hex') FROM auth.audit_keys WHERE purpose = 'head'")
                .get(0);

        assertThat(trail.findings(Pin.parse(fingerprint).orElseThrow())).isEmpty();
        assertThat(trail.findings(
                        Pin.parse(HexFormat.of().formatHex(new byte[32])).orElseThrow()))
                .contains("HEAD head 1", "HEAD head 2");
    }

    @Test
    void anErasedUserLeavesATrailThatHoldsAndDoesNotNameThem() throws SQLException {
        trail.erase("alice");
        trail.seal();

        assertThat(trail.findings()).isEmpty();
        assertThat(trail.strings("SELECT s::text FROM auth.audit_seal s WHERE s::text LIKE '%alice%'"))
                .isEmpty();
    }

    @Test
    void whoComesBackAfterAnErasureBeginsANewChain() throws SQLException {
        trail.erase("alice");
        trail.withUsers("alice").acts("alice", 2);
        trail.seal();
        trail.erase("alice");
        trail.seal();

        assertThat(trail.findings()).isEmpty();
    }

    @Test
    void aUserWhoVanishedWithoutAReceiptIsNamed() throws SQLException {
        trail.tamper("DELETE FROM auth.users WHERE id = 'alice'");

        assertThat(trail.findings()).containsExactly("VANISHED alice");
    }

    @Test
    void aUserWhoVanishedWithAllSealsIsMissed() throws SQLException {
        trail.tamper("DELETE FROM auth.users WHERE id = 'alice'; DELETE FROM auth.audit_seal WHERE user_id = 'alice'");

        assertThat(trail.findings()).contains("VANISHED " + HexFormat.of().formatHex(Seal.subjectOf("alice")));
    }

    @Test
    void aHistoryThatWasHungOnAnErasedUserIsFound() throws SQLException {
        trail.withUsers("carol").erase("carol");
        trail.seal();
        trail.tamper("DELETE FROM auth.encryption_vault_audit WHERE user_id = 'alice';"
                + "UPDATE auth.audit_seal s SET user_id = r.subject, erasure = r.id FROM auth.erasure_receipts r"
                + " WHERE s.user_id = 'alice'");

        assertThat(trail.findings()).contains("CUT alice");
    }

    @Test
    void aHistoryHiddenBehindAForgedReceiptIsFoundAsLongAsItsUserLives() throws SQLException {
        trail.tamper("WITH forged AS (INSERT INTO auth.erasure_receipts (id, subject, reason) SELECT gen_random_uuid(),"
                + " encode(sha256(convert_to('mana-erasure-v1:alice', 'UTF8')), 'hex'), 'test' RETURNING id, subject)"
                + " UPDATE auth.audit_seal s SET user_id = subject, erasure = id FROM forged WHERE s.user_id = 'alice';"
                + "DELETE FROM auth.encryption_vault_audit WHERE user_id = 'alice'");
        trail.seal();

        assertThat(trail.findings()).containsExactly("VANISHED alice");
    }

    @Test
    void aReceiptThatWasTakenAwayIsNamed() throws SQLException {
        trail.erase("alice");
        trail.seal();
        var receipt =
                trail.strings("SELECT id::text FROM auth.erasure_receipts").get(0);
        trail.tamper("DELETE FROM auth.erasure_receipts");

        assertThat(trail.findings())
                .containsExactlyInAnyOrder(
                        "DELETED " + receipt, "VANISHED " + HexFormat.of().formatHex(Seal.subjectOf("alice")));
    }

    @Test
    void aForgedSealExemptsNoRow() throws SQLException {
        // Its owner can take the checks of the table away.
        trail.tamper(
                "ALTER TABLE auth.audit_seal DROP CONSTRAINT IF EXISTS audit_seal_ordinal_positive,"
                        + " DROP CONSTRAINT IF EXISTS audit_seal_receipts_are_not_erased;"
                        + "INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, xid)"
                        + " VALUES ('smuggled', 'alice', 'fetch', 200, NULL);"
                        + "INSERT INTO auth.audit_seal (ordinal, user_id, erasure, seq, audit_id, key_id, link)"
                        + " SELECT 0, '', gen_random_uuid(), 1, 'smuggled', key_id, link FROM auth.audit_seal WHERE ordinal = 1");

        assertThat(trail.findings()).contains("INSERTED smuggled", "HEAD head 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0, 'alice', NULL", "100, '', gen_random_uuid()"})
    void theTableTakesNoForgedSealThatWouldExemptARow(String seal) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> trail.tamper("INSERT INTO auth.audit_seal (ordinal, user_id, erasure, seq, audit_id,"
                        + " key_id, link) SELECT " + seal + ", 9, 'x', key_id, link FROM auth.audit_seal LIMIT 1"))
                .withMessageContaining("violates check constraint");
    }

    @Test
    void aRowUnderTheIdOfAReceiptIsMissedLikeAnyOther() throws SQLException {
        trail.erase("bob");
        trail.seal();
        trail.tamper("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, xid)"
                + " SELECT id::text, 'alice', 'fetch', 200, NULL FROM auth.erasure_receipts");

        var receipt =
                trail.strings("SELECT id::text FROM auth.erasure_receipts").get(0);
        assertThat(trail.findings()).containsExactly("INSERTED " + receipt);
    }

    private void deleteWithSeal(String row) throws SQLException {
        trail.tamper("DELETE FROM auth.encryption_vault_audit WHERE id = '" + row + "';"
                + "DELETE FROM auth.audit_seal WHERE audit_id = '" + row + "'");
    }

    private void exchange(String columns, String one, String other) throws SQLException {
        trail.tamper(
                "CREATE TEMP TABLE two AS SELECT * FROM auth.audit_seal WHERE audit_id IN ('" + one + "', '" + other
                        + "'); DELETE FROM auth.audit_seal s USING two WHERE s.audit_id = two.audit_id;"
                        + "INSERT INTO auth.audit_seal (ordinal, user_id, erasure, seq, audit_id, key_id, link) SELECT "
                        + column("ordinal", columns) + ", a.user_id, a.erasure, " + column("seq", columns) + ", "
                        + column("audit_id", columns) + ", a.key_id, " + column("link", columns)
                        + " FROM two a JOIN two b ON a.ordinal <> b.ordinal");
    }

    private static String column(String name, String exchanged) {
        return (List.of(exchanged.split(", ")).contains(name) ? "b." : "a.") + name;
    }
}
