package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes along the lines of an export: what {@link ChainWalk} and {@link HeadWalk} do with a database, in the order of the file. */
final class ExportWalk {
    private final AuditKeys keys;
    private final HeadChecks checks;
    private final long pruned;
    private final Consumer<Finding> findings;
    private final Map<String, Seal> ends = new HashMap<>();
    private final Coverage kept = new Coverage();
    private Coverage batch = new Coverage();
    private Optional<Seal> uncovered = Optional.empty();
    private Optional<Head> checkpoint = Optional.empty();
    private Head newest = Chains.BEFORE_ALL;
    private long heads;
    private long seals;
    private long proven;

    /** @param pruned what the newest head of the file says of that */
    ExportWalk(AuditKeys keys, HeadChecks checks, long pruned, Consumer<Finding> findings) {
        this.keys = keys;
        this.checks = checks;
        this.pruned = pruned;
        this.findings = findings;
    }

    Head newest() {
        return newest;
    }

    long heads() {
        return heads;
    }

    long seals() {
        return seals;
    }

    /** Rows that fit their seal. */
    long proven() {
        return proven;
    }

    void next(ExportedLine line) {
        if (line instanceof ExportedLine.Row row) {
            walk(row.row());
        } else if (line instanceof ExportedLine.SignedHead head) {
            walk(head.signed());
        }
    }

    private void walk(SealedRow row) {
        var seal = row.seal();
        seals++;
        if (seal.ordinal() <= pruned) {
            kept.addToDigest(seal);
        } else {
            batch.add(seal);
            uncovered = Optional.of(uncovered.orElse(seal));
        }
        var link = linkBefore(seal);
        if (row.row().isPresent()) {
            prove(seal, row.row().get(), link);
        } else if (seal.erasure() == null && !isPruned(seal)) {
            findings.accept(new Finding(Kind.DELETED, seal.auditId(), "the row was gone when this was exported"));
        }
        ends.put(chainOf(seal), seal);
    }

    /** An erasure ends a chain; the user may be back, and have another. */
    private static String chainOf(Seal seal) {
        return seal.erasure() + "/" + seal.chain();
    }

    private boolean isPruned(Seal seal) {
        return seal.ordinal() <= pruned && !seal.isReceipt();
    }

    /** Null if it is not in the file. */
    private byte @Nullable [] linkBefore(Seal seal) {
        var before = ends.get(chainOf(seal));
        if (before == null && isPruned(seal)) {
            return null; // the last one kept; the checkpoint answers for it
        }
        if (seal.seq() != (before == null ? 1 : before.seq() + 1)) {
            findings.accept(new Finding(
                    Kind.DELETED,
                    seal.isReceipt() ? "receipts" : seal.chain(),
                    "what was before place %d of the chain is not in the file".formatted(seal.seq())));
            return null;
        }
        return before == null ? Seal.NO_LINK : before.link();
    }

    private void prove(Seal seal, Sealable row, byte @Nullable [] link) {
        if (seal.erasure() != null || isPruned(seal)) {
            findings.accept(new Finding(Kind.INSERTED, seal.auditId(), "the row was erased or pruned, and is there"));
        } else if (link != null) {
            var message = Seal.message(seal.keyId(), row, seal.seq(), link);
            if (keys.seal(seal.keyId())
                    .filter(key -> key.vouches(message, seal.link()))
                    .isPresent()) {
                proven++;
            } else {
                findings.accept(
                        new Finding(Kind.EDITED, seal.auditId(), "the row, or its seal, is not what was sealed"));
            }
        }
    }

    private void walk(Head.Signed signed) {
        var head = signed.head();
        heads++;
        checks.check(newest, signed);
        if (head.kind() == Head.Kind.CHECKPOINT) {
            checkpoint = Optional.of(head);
        } else if (head.last() > pruned) {
            if (!MessageDigest.isEqual(batch.digest(), head.digest())) {
                checks.refuse(head, "the seals it covers are not those it was signed for");
            }
            batch = new Coverage();
            uncovered = Optional.empty();
        }
        newest = head;
    }

    /** After the last line. */
    void end() {
        uncovered.ifPresent(seal -> findings.accept(new Finding(
                Kind.CUT,
                "head " + (newest.number() + 1),
                "no head covers the seals from that of row " + seal.auditId() + " on: the end of the file is gone")));
        var signed = checkpoint.map(Head::digest).orElseGet(() -> new Coverage().digest());
        if (!MessageDigest.isEqual(kept.digest(), signed)) {
            checks.refuse(
                    checkpoint.orElse(newest), "what was kept of the pruned chains is not what it was signed for");
        }
        checks.finish(newest);
    }
}
