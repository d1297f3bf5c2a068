package how.mana.auth.cli.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import how.mana.auth.audit.seal.ExportVerification;
import how.mana.auth.audit.seal.Finding;
import how.mana.auth.audit.seal.Pin;
import how.mana.auth.audit.seal.Verification;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Output;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekOrders;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Looks whether the trail is what was sealed. */
public final class VerifyTrail implements Command {
    private static final String PIN = "--pin";
    private static final String EXPORT = "--export";
    private static final int LISTED = 1_000;

    @Override
    public Syntax syntax() {
        return Syntax.of("audit verify").option(PIN, "PIN").option(EXPORT, "FILE");
    }

    @Override
    public String summary() {
        return "walk the whole trail and name every row, user and head that is not as it was sealed;"
                + " --pin compares with what was noted outside, --export does the same with a file of `audit export`";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.AUDITOR;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var pins = pins(invocation);
        var findings = listing(invocation.output());
        var export = invocation.arguments().find(EXPORT).map(Path::of);
        var result = export.isPresent()
                ? verify(invocation, pins, export.get(), findings)
                : verify(invocation, pins, findings);
        report(invocation.output(), result);
        return result.findings() == 0 ? DONE : FAILED;
    }

    static Verification.Result verify(Invocation invocation, List<Pin> pins, Consumer<Finding> findings)
            throws SQLException {
        var ring = invocation.operation().keks();
        try (var connection = invocation.operation().connect(Group.AUDITOR, "audit verify")) {
            KekOrders.follow(connection, ring);
            return new Verification(connection, ring, pins).run(findings);
        }
    }

    private static Verification.Result verify(
            Invocation invocation, List<Pin> pins, Path export, Consumer<Finding> findings) throws SQLException {
        var ring = invocation.operation().keks();
        try (var connection = invocation.operation().connect(Group.AUDITOR, "audit verify")) {
            KekOrders.follow(connection, ring);
            return new ExportVerification(connection, ring, pins).run(export, findings);
        } catch (IOException e) {
            throw new CommandRefusedException("The file of " + EXPORT + " cannot be read");
        } catch (ExportVerification.NotAnExportException e) {
            throw new CommandRefusedException("In the file of " + EXPORT + ", " + e.getMessage());
        }
    }

    private static List<Pin> pins(Invocation invocation) {
        return invocation.arguments().find(PIN).stream()
                .flatMap(pins -> Stream.of(pins.split(",")))
                .map(
                        pin -> Pin.parse(pin)
                                .orElseThrow(
                                        () -> new CommandRefusedException(
                                                PIN + " wants <number>:<hash> of a head, or the"
                                                        + " fingerprint of the key that signs: 64 hexadecimal digits each; several with commas")))
                .toList();
    }

    /** Lists the first of them; all are counted. */
    private static Consumer<Finding> listing(Output output) {
        ArrayNode listed = output.json().putArray("findings");
        return finding -> {
            if (listed.size() < LISTED) {
                listed.addObject()
                        .put("kind", finding.kind().name())
                        .put("subject", finding.subject())
                        .put("detail", finding.detail());
                output.say(plain(finding.kind() + " " + finding.subject() + ": " + finding.detail()));
            }
        };
    }

    /** An id is whatever somebody wrote into the database: it must not look like more than one line. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static void report(Output output, Verification.Result result) {
        output.say("%d heads, %d seals, %d rows proven, %d rows waiting to be sealed, %d findings"
                .formatted(result.heads(), result.seals(), result.rows(), result.pending(), result.findings()));
        result.newest().ifPresent(head -> output.say("newest head: " + head));
        output.json()
                .put("heads", result.heads())
                .put("seals", result.seals())
                .put("rows", result.rows())
                .put("pending", result.pending())
                .put("found", result.findings())
                .put("newest", result.newest().orElse(null));
    }
}
