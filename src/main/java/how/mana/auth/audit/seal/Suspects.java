package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The rows of one chain that do not fit their place. Were two of them exchanged, each fits the place of the other, and what follows
 * fits its own place behind the link that used to stand before it; everything else was changed.
 */
final class Suspects {
    /** More than these in one chain are not compared with each other: they are many anyway. */
    private static final int COMPARED = 16;

    private final AuditKeys keys;
    private final Consumer<Finding> findings;
    private final List<Suspect> found = new ArrayList<>();

    Suspects(AuditKeys keys, Consumer<Finding> findings) {
        this.keys = keys;
        this.findings = findings;
    }

    /** @param previous the link that stands before it now */
    record Suspect(Seal seal, Sealable row, byte[] previous) {}

    void add(Suspect suspect) {
        if (found.size() < COMPARED) {
            found.add(suspect);
        } else {
            edited(suspect);
        }
    }

    /** Says what was done to each. Once. */
    void report() {
        found.forEach(this::report);
        found.clear();
    }

    private void report(Suspect suspect) {
        if (fits(suspect, suspect.seal().seq(), suspect.seal().link())) {
            return; // only its predecessor is another one
        }
        if (found.stream().anyMatch(other -> belongsTo(suspect, other))) {
            findings.accept(new Finding(
                    Kind.REORDERED,
                    suspect.seal().auditId(),
                    "the row of " + suspect.seal().chain() + " stands at place "
                            + suspect.seal().seq() + ", where it was not sealed"));
            return;
        }
        edited(suspect);
    }

    private void edited(Suspect suspect) {
        findings.accept(new Finding(
                Kind.EDITED,
                suspect.seal().auditId(),
                "the row of " + suspect.seal().chain() + " or its seal, or the seal before it, was changed"));
    }

    private boolean belongsTo(Suspect suspect, Suspect place) {
        return suspect != place
                && (fits(suspect, place.seal().seq(), place.seal().link())
                        || fits(suspect, place.seal().seq(), suspect.seal().link()));
    }

    /** Whether {@code link} vouches for the row at that place of the chain, behind any link we have lost the place of. */
    private boolean fits(Suspect suspect, long seq, byte[] link) {
        return keys.seal(suspect.seal().keyId())
                .filter(key -> previousLinks()
                        .anyMatch(previous ->
                                key.vouches(Seal.message(suspect.seal().keyId(), suspect.row(), seq, previous), link)))
                .isPresent();
    }

    private Stream<byte[]> previousLinks() {
        return found.stream()
                .flatMap(suspect -> Stream.of(suspect.previous(), suspect.seal().link()));
    }
}
