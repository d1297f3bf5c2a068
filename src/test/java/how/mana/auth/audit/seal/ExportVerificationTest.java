package how.mana.auth.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that was exported, kept for years, and brought back by somebody who may have changed it. */
class ExportVerificationTest {
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    private Trail trail;
    private Path file;

    @BeforeEach
    void anExport() throws Exception {
        trail = Trail.create().withUsers("alice", "bob", "carol");
        trail.tamper("ALTER TABLE auth.encryption_vault_audit ALTER created_at SET DEFAULT now() - interval '31 days'");
        trail.acts("alice", 3);
        trail.acts("bob", 1);
        trail.acts("carol", 2);
        trail.seal();
        trail.erase("carol");
        trail.acts("alice", 1);
        trail.seal();
        file = folder.resolve("trail");
        export(file);
    }

    @AfterEach
    void drop() throws SQLException {
        trail.close();
    }

    private void export(Path to) throws Exception {
        try (var auditor = trail.auditor();
                var out = Files.newBufferedWriter(to)) {
            new Export(auditor, out).before(END_OF_TIME);
        }
    }

    @Test
    void everyRowOfItIsProven() throws Exception {
        var result = verify(new ArrayList<>());

        // Those of alice and bob, and the receipt; carol's went with her.
        assertThat(result.rows()).isEqualTo(6);
        assertThat(result.seals()).isEqualTo(8);
        assertThat(result.findings()).isZero();
        assertThat(result.newest()).contains(newest());
    }

    @Test
    void itIsStillProvenWhenItsRowsArePruned() throws Exception {
        try (var auditor = trail.auditor()) {
            new Pruning(auditor, trail.ring()).before(Instant.now().plusSeconds(60));
        }
        assertThat(trail.strings("SELECT id FROM auth.encryption_vault_audit")).isEmpty();

        assertThat(findings()).isEmpty();

        var afterwards = folder.resolve("afterwards");
        trail.acts("alice", 2);
        trail.seal();
        export(afterwards);
        file = afterwards;
        assertThat(findings()).isEmpty();
        assertThat(verify(new ArrayList<>()).rows()).isEqualTo(3);
    }

    @Test
    void aRowThatWasEditedIsNamed() throws Exception {
        var row = trail.strings("SELECT id FROM auth.encryption_vault_audit WHERE user_id = 'bob'")
                .get(0);
        change(line -> line.contains("\"id\":\"" + row) ? line.replace("\"status\": 200", "\"status\": 500") : line);

        assertThat(findings()).containsExactly("EDITED " + row);
    }

    @Test
    void aReceiptThatWasEditedIsNamed() throws Exception {
        change(line -> line.replaceAll("\"reason\": \"[^\"]*\"", "\"reason\": \"other\""));

        assertThat(findings()).singleElement().asString().startsWith("EDITED ");
    }

    @Test
    void aRowThatWasTakenOutIsMissed() throws Exception {
        keep(line -> !line.contains("\"chain\":\"alice\"") || !line.contains("\"seq\":2,"));

        assertThat(findings()).containsExactly("DELETED alice", "HEAD head 1");
    }

    @Test
    void aSealThatWasChangedIsMissed() throws Exception {
        change(line -> line.contains("\"chain\":\"bob\"") ? line.replaceAll("\"link\":\"..", "\"link\":\"00") : line);

        assertThat(findings()).hasSize(2).contains("HEAD head 1");
    }

    @Test
    void aHeadThatWasChangedIsMissed() throws Exception {
        change(line -> line.contains("\"type\":\"head\"") && line.contains("\"number\":2")
                ? line.replaceAll("\"sealedAt\":\"....", "\"sealedAt\":\"2001")
                : line);

        assertThat(findings()).isNotEmpty().allMatch("HEAD head 2"::equals);
    }

    @Test
    void anEndThatWasCutOffIsFoundByAPin() throws Exception {
        var pin = Pin.parse(newest()).orElseThrow();
        keep(line -> !line.contains("\"number\":2"));

        assertThat(findings()).containsExactly("CUT head 2");

        keep(line -> !line.contains("\"ordinal\":7") && !line.contains("\"ordinal\":8"));
        assertThat(findings()).isEmpty();
        assertThat(findings(pin)).containsExactly("CUT head 2");
    }

    @Test
    void aDatabaseThatSaysOtherwiseIsNamed() throws Exception {
        trail.tamper("UPDATE auth.audit_heads SET sealed_at = now() WHERE number = 2");
        assertThat(findings()).containsExactly("HEAD head 2");

        trail.tamper("DELETE FROM auth.audit_heads WHERE number = 2");
        assertThat(findings()).containsExactly("CUT head 2");
    }

    @Test
    void aFileOfSomethingElseIsRefusedWithItsLine() throws Exception {
        var lines = new ArrayList<>(Files.readAllLines(file));
        lines.add(2, "{\"type\":\"row\"}");
        Files.write(file, lines);

        assertThatExceptionOfType(ExportVerification.NotAnExportException.class)
                .isThrownBy(this::findings)
                .withMessageContaining("line 3");
    }

    private String newest() throws SQLException {
        try (var auditor = trail.auditor()) {
            var head = Heads.newest(auditor).orElseThrow().head();
            return head.number() + ":" + head.hashInHex();
        }
    }

    private interface Kept {
        boolean keeps(String line);
    }

    private void keep(Kept kept) throws IOException {
        Files.write(file, Files.readAllLines(file).stream().filter(kept::keeps).toList());
    }

    private void change(UnaryOperator<String> change) throws IOException {
        var before = Files.readAllLines(file);
        var after = before.stream().map(change).toList();
        assertThat(after).isNotEqualTo(before);
        Files.write(file, after);
    }

    private List<String> findings(Pin... pins) throws Exception {
        var findings = new ArrayList<Finding>();
        verify(findings, pins);
        return findings.stream()
                .map(found -> found.kind() + " " + found.subject())
                .toList();
    }

    private Verification.Result verify(List<Finding> findings, Pin... pins) throws Exception {
        try (var auditor = trail.auditor()) {
            return new ExportVerification(auditor, trail.ring(), List.of(pins)).run(file, findings::add);
        }
    }
}
