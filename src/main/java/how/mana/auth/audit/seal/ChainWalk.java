package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes along every chain, from its first link, or from where a checkpoint left it, to its last. */
final class ChainWalk {
    private final Connection connection;
    private final AuditKeys keys;
    private final Head newest;
    private final Consumer<Finding> findings;
    private final Set<String> gaps = new HashSet<>();
    private Suspects suspects;
    private long seals;
    private long proven;

    /** Of the chain that is walked. */
    private @Nullable SealedRow before;

    /** The link to go on from; null where that is lost. */
    private byte @Nullable [] previous;

    ChainWalk(Connection connection, AuditKeys keys, Head newest, Consumer<Finding> findings) {
        this.connection = connection;
        this.keys = keys;
        this.newest = newest;
        this.findings = findings;
        this.suspects = new Suspects(keys, findings);
    }

    void run() throws SQLException {
        run(SealedRow::ofUser, SealedRow.OF_USERS);
        run(SealedRow::ofReceipt, SealedRow.OF_RECEIPTS);
    }

    private void run(Jdbc.RowReader<SealedRow> reader, String sql) throws SQLException {
        try (var rows = Cursor.over(connection, reader, sql)) {
            for (var row = rows.next(); row.isPresent(); row = rows.next()) {
                walk(row.get());
            }
        }
        suspects.report();
        before = null;
    }

    long seals() {
        return seals;
    }

    /** Rows that fit their seal. */
    long proven() {
        return proven;
    }

    /** Subjects, in hex, of the chains that miss something this walk has reported. */
    Set<String> gaps() {
        return gaps;
    }

    private void walk(SealedRow row) {
        seals++;
        if (row.seal().isForeign()) {
            findings.accept(new Finding(Kind.INSERTED, row.seal().auditId(), "its seal is none of ours"));
            return;
        }
        var last = before;
        if (last == null || !row.continues(last)) {
            begin(row);
        } else if (row.seal().seq() != last.seal().seq() + 1) {
            gap(row, last.seal().seq() + 1);
        }
        check(row);
        previous = row.seal().link();
        before = row;
    }

    private void begin(SealedRow row) {
        suspects.report();
        suspects = new Suspects(keys, findings);
        previous = Seal.NO_LINK;
        if (!row.accounted()) {
            findings.accept(new Finding(
                    Kind.VANISHED, row.seal().chain(), "the user is gone, and there is no receipt of an erasure"));
        }
        if (isPruned(row.seal())) {
            previous = null; // the last one kept; the checkpoint answers for it
        } else if (row.seal().seq() != 1) {
            gap(row, 1);
        }
    }

    private boolean isPruned(Seal seal) {
        return seal.ordinal() <= newest.pruned() && !seal.isReceipt();
    }

    private void gap(SealedRow row, long from) {
        var seal = row.seal();
        gaps.add(HexFormat.of().formatHex(seal.subject()));
        findings.accept(new Finding(
                Kind.DELETED,
                seal.isReceipt() ? "receipts" : seal.chain(),
                "places %d to %d of the chain are gone; of the row after them, %s, nothing can be proven"
                        .formatted(from, seal.seq() - 1, seal.auditId())));
        previous = null;
    }

    private void check(SealedRow row) {
        var seal = row.seal();
        if (row.row().isEmpty()) {
            if (seal.erasure() == null && row.accounted() && !isPruned(seal)) {
                findings.accept(new Finding(Kind.DELETED, seal.auditId(), "the row of " + whose(seal) + " is gone"));
            }
        } else if (seal.erasure() != null || isPruned(seal)) {
            findings.accept(new Finding(Kind.INSERTED, seal.auditId(), "the row was erased or pruned, and is there"));
        } else if (previous != null) {
            prove(row, row.row().get(), previous);
        }
    }

    private void prove(SealedRow place, Sealable row, byte[] link) {
        var seal = place.seal();
        if (keys.vouch(seal, row, link)) {
            proven++;
        } else if (seal.ordinal() > newest.last()) {
            findings.accept(new Finding(Kind.INSERTED, seal.auditId(), "its seal is none of ours"));
        } else {
            suspects.add(new Suspects.Suspect(seal, row, link));
        }
    }

    private static String whose(Seal seal) {
        return seal.isReceipt() ? "the receipts" : seal.chain();
    }
}
