package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes along the lines of an export: what {@link ChainWalk} and {@link HeadWalk} do with a database, in the order of the file. */
final class ExportWalk {
    private final AuditKeys keys;
    private final HeadChecks checks;
    private final long pruned;
    private final Consumer<Finding> findings;
    private final Map<Chain, Seal> ends = new LinkedHashMap<>();
    private final Map<Chain, Long> receipts = new HashMap<>();
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

    /** An erasure ends a chain; the user may be back, and have another. */
    record Chain(String chain, @Nullable String erasure) {
        static Chain of(Seal seal) {
            return new Chain(seal.chain(), seal.erasure());
        }
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
            if (!head.hash().equals(head.signed().head().hashInHex())) {
                checks.refuse(head.signed().head(), "the hash beside it is not its own");
            }
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
        if (seal.isForeign()) {
            findings.accept(new Finding(Kind.INSERTED, seal.auditId(), "its seal is none of ours"));
        }
        var link = linkBefore(seal);
        if (row.row().isPresent()) {
            prove(seal, row.row().get(), link);
        } else if (seal.erasure() == null && !isPruned(seal)) {
            findings.accept(new Finding(Kind.DELETED, seal.auditId(), "the row was gone when this was exported"));
        }
        ends.put(Chain.of(seal), seal);
    }

    private boolean isPruned(Seal seal) {
        return seal.ordinal() <= pruned && !seal.isReceipt();
    }

    /** Null if it is not in the file. */
    private byte @Nullable [] linkBefore(Seal seal) {
        var before = ends.get(Chain.of(seal));
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
            if (keys.vouch(seal, row, link)) {
                proven++;
                if (row instanceof Sealable.Receipt receipt) {
                    receipts.put(new Chain(receipt.subject(), receipt.id()), seal.ordinal());
                }
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

    /** Chains that an erasure is said to have ended, and no receipt among the rows that were proven says so. */
    Set<Chain> erasedWithoutReceipt() {
        var found = new LinkedHashSet<Chain>();
        ends.forEach((chain, last) -> {
            // A receipt is sealed after all that its user has left: what comes later is of somebody who is back.
            if (chain.erasure() != null && receipts.getOrDefault(chain, 0L) < last.ordinal()) {
                found.add(chain);
            }
        });
        return found;
    }

    /** Whether the receipt of that chain is in the file, and what it says does not fit. */
    boolean isContradicted(Chain chain) {
        return receipts.containsKey(chain);
    }

    /** After the last line. */
    void end() {
        uncovered.ifPresent(seal -> findings.accept(new Finding(
                Kind.CUT,
                "head " + (newest.number() + 1),
                "no head covers the seals from that of row " + seal.auditId() + " on: the end of the file is gone")));
        checks.checkKept(kept, checkpoint, newest);
        checks.finish(newest);
    }
}
