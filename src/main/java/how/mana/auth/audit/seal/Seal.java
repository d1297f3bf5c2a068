package how.mana.auth.audit.seal;

import how.mana.auth.crypto.LinkKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One link of a chain, as it is stored.
 *
 * @param ordinal counts all seals from 1
 * @param chain a user, or the receipts; of an erased user, the subject of the receipt
 * @param erasure the receipt that ended the chain, if the user was erased
 * @param seq place in the chain, from 1
 * @param auditId the row that it seals
 * @param keyId names the audit key
 */
record Seal(long ordinal, String chain, @Nullable String erasure, long seq, String auditId, String keyId, byte[] link) {
    private static final int VERSION = 1;
    private static final Pattern SUBJECT = Pattern.compile("[0-9a-f]{64}");

    /** Stands for the link before the first. */
    static final byte[] NO_LINK = new byte[LinkKey.LENGTH];

    /** What the link of {@code row} at a place vouches for. */
    static byte[] message(String keyId, Sealable row, long seq, byte[] previous) {
        return new Canonical()
                .number(VERSION)
                .text(keyId)
                .fixed(row.encoded()) // begins with what it is, which says how many fields follow
                .number(seq)
                .fixed(previous)
                .toBytes();
    }

    boolean isReceipt() {
        return chain.equals(Sealable.RECEIPTS);
    }

    /** Whether no sealer ever made such a one: the table refuses it too, until its owner drops the check. */
    boolean isForeign() {
        return ordinal <= 0 || (isReceipt() && erasure != null);
    }

    /** Whom the chain belongs to, as a receipt of erasure says it: the same before an erasure and after it. */
    byte[] subject() {
        return erasure != null && SUBJECT.matcher(chain).matches()
                ? HexFormat.of().parseHex(chain)
                : subjectOf(chain);
    }

    /** SHA-256, as {@code auth.erase_user} makes it. */
    static byte[] subjectOf(String user) {
        return Canonical.sha256().digest(("mana-erasure-v1:" + user).getBytes(StandardCharsets.UTF_8));
    }
}
