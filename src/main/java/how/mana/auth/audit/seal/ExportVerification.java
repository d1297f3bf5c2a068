package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks whether a file is what {@link Export} wrote of a trail: each row against its link, each seal against the head above it, and the
 * last head against the database. What was pruned before the export is not in the file, and nothing is proven of it.
 */
public final class ExportVerification {
    private static final String RECEIPT =
            "SELECT EXISTS (SELECT FROM auth.erasure_receipts WHERE id::text = ? AND subject = ?)";

    private static final String SAME_NUMBER = "SELECT " + Heads.COLUMNS + " FROM auth.audit_heads WHERE number = ?";

    private final Connection connection;
    private final KekRing ring;
    private final List<Pin> pins;

    /**
     * @param connection works as the auditor of the database that was exported
     * @param ring opens the audit keys
     */
    public ExportVerification(Connection connection, KekRing ring, List<Pin> pins) {
        this.connection = connection;
        this.ring = ring;
        this.pins = List.copyOf(pins);
    }

    /** A line that no export has. */
    public static final class NotAnExportException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotAnExportException(long line) {
            super("line " + line + " is none that `audit export` writes");
        }
    }

    /**
     * @param findings told each thing as it is found
     * @return what was looked at; of rows, those that fit their seal
     * @throws NotAnExportException if the file is none
     * @throws how.mana.auth.crypto.KekUnavailableException if the ring lacks the KEK of an audit key
     */
    public Verification.Result run(Path file, Consumer<Finding> findings) throws SQLException, IOException {
        var counted = new Verification.Count(findings);
        try (var keys = AuditKeys.open(connection, ring)) {
            var walk = new ExportWalk(keys, new HeadChecks(keys, pins, counted), prunedBefore(file), counted);
            var keysHere = Set.copyOf(Jdbc.strings(connection, Export.KEYS));
            each(file, line -> {
                compareKey(line, keysHere, counted);
                walk.next(line);
            });
            walk.end();
            compareErasures(walk, counted);
            if (walk.heads() + walk.seals() > 0 || Heads.newest(connection).isPresent()) {
                compareWithDatabase(walk.newest(), counted);
            }
            var newest = walk.newest().number() == 0
                    ? Optional.<String>empty()
                    : Optional.of(walk.newest().pin());
            return new Verification.Result(walk.heads(), walk.seals(), walk.proven(), 0, counted.count(), newest);
        }
    }

    /** Heads come after the seals that they say this of. */
    private static long prunedBefore(Path file) throws IOException {
        var pruned = new long[1];
        each(file, line -> {
            if (line instanceof ExportedLine.SignedHead head) {
                pruned[0] = Math.max(pruned[0], head.signed().head().pruned());
            }
        });
        return pruned[0];
    }

    private static void each(Path file, Consumer<ExportedLine> lines) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            var number = 1L;
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                lines.accept(parsed(line, number++));
            }
        }
    }

    private static ExportedLine parsed(String line, long number) {
        try {
            return ExportedLine.parse(line);
        } catch (IllegalArgumentException e) {
            throw new NotAnExportException(number);
        }
    }

    private static void compareKey(ExportedLine line, Set<String> here, Consumer<Finding> findings) {
        if (line instanceof ExportedLine.Key key && !here.contains(key.line())) {
            findings.accept(new Finding(Kind.KEY, key.id(), "the file has another one than the database"));
        }
    }

    /** That a user was erased is not in what was signed, for that was before. It has a receipt: in the file, or sealed after it ends. */
    private void compareErasures(ExportWalk walk, Consumer<Finding> findings) throws SQLException {
        for (var chain : walk.erasedWithoutReceipt()) {
            if (walk.isContradicted(chain) || !Jdbc.isTrue(connection, RECEIPT, chain.erasure(), chain.chain())) {
                findings.accept(new Finding(
                        Kind.VANISHED, chain.chain(), "the file says that this user was erased, and no receipt does"));
            }
        }
    }

    private void compareWithDatabase(Head last, Consumer<Finding> findings) throws SQLException {
        if (last.number() == 0) {
            findings.accept(new Finding(Kind.CUT, "head 1", "there is no head in the file, so nothing is proven"));
            return;
        }
        var subject = "head " + last.number();
        var here = Jdbc.rows(connection, Heads::signed, SAME_NUMBER, last.number());
        if (here.isEmpty()) {
            findings.accept(new Finding(Kind.CUT, subject, "the file has it, and the database does not"));
        } else if (!MessageDigest.isEqual(here.get(0).head().hash(), last.hash())) {
            findings.accept(new Finding(Kind.HEAD, subject, "the file has another one than the database"));
        }
    }
}
