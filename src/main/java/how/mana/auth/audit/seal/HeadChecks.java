package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.crypto.SigningSeed;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether a head is one of ours and follows the one before. */
final class HeadChecks {
    private final AuditKeys keys;
    private final List<Pin> pins;
    private final Consumer<Finding> findings;

    HeadChecks(AuditKeys keys, List<Pin> pins, Consumer<Finding> findings) {
        this.keys = keys;
        this.pins = pins;
        this.findings = findings;
    }

    void check(Head before, Head.Signed signed) {
        var head = signed.head();
        if (head.number() != before.number() + 1) {
            refuse(head, "the heads before it, from " + (before.number() + 1) + ", are gone");
        } else if (!MessageDigest.isEqual(head.previous(), before.number() == 0 ? Head.noHash() : before.hash())) {
            refuse(head, "it does not follow the head before it");
        }
        if (!keys.signed(signed)) {
            refuse(head, "it is not signed by a key of ours");
        }
        if (!goesOn(before, head)) {
            refuse(head, "it takes back what the head before it said");
        }
        checkPins(head);
    }

    /** Only a checkpoint prunes, and it adds no seals. */
    private static boolean goesOn(Head before, Head head) {
        return switch (head.kind()) {
            case BATCH -> head.last() >= before.last() && head.pruned() == before.pruned();
            case CHECKPOINT ->
                head.last() == before.last() && head.pruned() >= before.pruned() && head.pruned() <= head.last();
        };
    }

    private void checkPins(Head head) {
        for (var pin : pins) {
            if (pin.number() == head.number() && !pin.hash().equals(head.hashInHex())) {
                refuse(head, "it is not the one that was pinned");
            }
        }
        var pinnedKeys = pins.stream().filter(Pin::isOfKey).map(Pin::hash).toList();
        var fingerprint = keys.head(head.keyId()).map(key -> SigningSeed.fingerprint(key.publicKey()));
        if (!pinnedKeys.isEmpty() && fingerprint.filter(pinnedKeys::contains).isEmpty()) {
            refuse(head, "it is signed by another key than the pinned one");
        }
    }

    /**
     * Whether a checkpoint was signed for what it left.
     *
     * @param kept of the seals up to what is pruned, those that are there
     * @param checkpoint the newest; empty if nothing was ever pruned
     * @param newest the last head there is
     */
    void checkKept(Coverage kept, Optional<Head> checkpoint, Head newest) {
        var signed = checkpoint.map(Head::digest).orElseGet(() -> new Coverage().digest());
        if (!MessageDigest.isEqual(kept.digest(), signed)) {
            refuse(checkpoint.orElse(newest), "what was kept of the pruned chains is not what it was signed for");
        }
    }

    /** @param newest the last head there is */
    void finish(Head newest) {
        for (var pin : pins) {
            if (pin.number() > newest.number()) {
                findings.accept(new Finding(
                        Kind.CUT, "head " + pin.number(), "it was pinned, and the newest is " + newest.number()));
            }
        }
        var pinnedKey = pins.stream().anyMatch(Pin::isOfKey);
        if (pinnedKey && newest.number() == 0) {
            findings.accept(new Finding(Kind.CUT, "head 1", "a key was pinned, and there is no head"));
        }
    }

    void refuse(Head head, String why) {
        findings.accept(new Finding(Kind.HEAD, "head " + head.number(), why));
    }
}
