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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        trail = Trail.oldOfTwoBatches();
        file = folder.resolve("trail");
        export(END_OF_TIME);
    }

    @AfterEach
    void drop() throws SQLException {
        trail.close();
    }

    private void export(Instant before) throws Exception {
        try (var auditor = trail.auditor();
                var out = Files.newBufferedWriter(file)) {
            new Export(auditor, out).before(before);
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

        trail.acts("alice", 2);
        trail.seal();
        export(END_OF_TIME);
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
    void aRowThatIsSaidToBeErasedIsMissed() throws Exception {
        change(line ->
                line.contains("\"chain\":\"alice\"") && line.contains("\"seq\":2,") ? erased(line, "\"null\"") : line);

        assertThat(findings()).contains("DELETED alice", "VANISHED alice");
    }

    @Test
    void aUserWhoIsSaidToBeErasedIsMissed() throws Exception {
        var receipt =
                trail.strings("SELECT id::text FROM auth.erasure_receipts").get(0);
        change(line -> line.contains("\"chain\":\"alice\"") ? erased(line, "\"" + receipt + "\"") : line);

        assertThat(findings()).containsExactly("VANISHED alice");
    }

    private static String erased(String line, String erasure) {
        return line.replace("\"erasure\":null", "\"erasure\":" + erasure).replaceAll("\"row\":.*", "\"row\":null}");
    }

    @Test
    void whoCameBackAfterAnErasureHasTwoChains() throws Exception {
        trail.withUsers("carol");
        trail.acts("carol", 2);
        trail.seal();
        export(END_OF_TIME);

        assertThat(findings()).isEmpty();
        // The second history passed off as the end of the first.
        var subject = trail.strings("SELECT subject FROM auth.erasure_receipts").get(0);
        var receipt =
                trail.strings("SELECT id::text FROM auth.erasure_receipts").get(0);
        change(line -> line.contains("\"chain\":\"carol\"")
                ? erased(line, "\"" + receipt + "\"").replace("\"chain\":\"carol\"", "\"chain\":\"" + subject + "\"")
                : line);
        assertThat(findings()).contains("VANISHED " + subject);
    }

    @Test
    void anExportOfBeforeTheLastCheckpointIsProven() throws Exception {
        var before = trail.now();
        try (var auditor = trail.auditor()) {
            new Pruning(auditor, trail.ring()).before(Instant.now().plusSeconds(60));
        }
        export(before);

        assertThat(findings()).isEmpty();
    }

    @Test
    void aReceiptThatIsSealedLaterIsInTheDatabase() throws Exception {
        var before = trail.now();
        trail.erase("bob");
        trail.seal();
        export(before);

        assertThat(findings()).isEmpty();
    }

    @Test
    void anEmptyTrailHasNothingToProve() throws Exception {
        try (var fresh = Trail.create();
                var auditor = fresh.auditor()) {
            Files.writeString(file, "");
            var findings = new ArrayList<Finding>();
            new ExportVerification(auditor, fresh.ring(), List.of()).run(file, findings::add);
            assertThat(findings).isEmpty();
        }
        assertThat(findings()).containsExactly("CUT head 1");
    }

    /** Lines that somebody else could read as something else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"link\":\"..|\"link\":\"",
                "\"link\":\"|\"link\":\"00",
                "\"seq\":(\\d+)|\"seq\":9,\"seq\":$1",
                "\"seq\":(\\d+)|\"seq\":$1.0",
                "\"seq\":(\\d+)|\"seq\":$1,\"more\":1",
                "\"status\": 200|\"status\": 18446744073709551816",
                "\"status\": 200|\"status\": 500, \"status\": 200",
                "\"status\": 200|\"status\": 200, \"note\": \"x\"",
                "\\}$|} {}",
            })
    void aLineThatCouldBeReadOtherwiseIsRefused(String what, String by) throws Exception {
        change(line -> line.contains("\"chain\":\"bob\"") ? line.replaceFirst(what, by) : line);

        assertThatExceptionOfType(ExportVerification.NotAnExportException.class).isThrownBy(this::findings);
    }

    @Test
    void aKeyOrAHashThatWasChangedIsNamed() throws Exception {
        change(line -> line.contains("\"type\":\"head\"") && line.contains("\"number\":2")
                ? line.replaceAll("\"hash\":\"....", "\"hash\":\"0000")
                : line);
        assertThat(findings()).containsExactly("HEAD head 2");

        export(END_OF_TIME);
        change(line -> line.replaceFirst("\"publicKey\" : \"....", "\"publicKey\" : \"0000"));
        assertThat(findings()).singleElement().asString().startsWith("KEY ");
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
            return Heads.newest(auditor).orElseThrow().head().pin();
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
