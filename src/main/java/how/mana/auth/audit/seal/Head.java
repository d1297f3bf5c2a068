package how.mana.auth.audit.seal;

import java.time.Instant;
import java.util.HexFormat;

/**
 * A signed statement: so many seals there are, these are the newest, and that was the head before.
 *
 * @param number counts heads from 1
 * @param previous hash of the head before; zeros before the first
 * @param last ordinal of the newest seal there is
 * @param pruned rows sealed up to this ordinal may be gone, for all but the receipts; 0 if none was ever pruned
 * @param digest of the seals of the batch; of a checkpoint, of all that is kept up to {@code pruned}
 * @param chains how far each chain of the batch had come, see {@link Coverage}; of a checkpoint, empty
 * @param sealedAt by the database's clock, in microseconds
 * @param progress where the sealer goes on from here
 */
record Head(
        long number,
        Kind kind,
        byte[] previous,
        long last,
        long pruned,
        byte[] digest,
        byte[] chains,
        Instant sealedAt,
        String keyId,
        Progress progress) {
    private static final int VERSION = 1;
    private static final int HASH_LENGTH = 32;

    /** What a head is made for. */
    enum Kind {
        BATCH("batch"),
        CHECKPOINT("checkpoint");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        static Kind of(String word) {
            return word.equals(CHECKPOINT.word) ? CHECKPOINT : BATCH;
        }
    }

    /** A head and who answers for it. */
    record Signed(Head head, byte[] signature) {}

    /** What is signed. */
    byte[] statement() {
        return new Canonical()
                .text("mana-audit-head")
                .number(VERSION)
                .number(number)
                .text(kind.word())
                .fixed(previous)
                .number(last)
                .number(pruned)
                .fixed(digest)
                .fixed(Canonical.sha256().digest(chains))
                .moment(sealedAt)
                .text(keyId)
                .text(progress.nextXid())
                .text(progress.nextId())
                .text(progress.sweepAt())
                .text(progress.sweepId())
                .toBytes();
    }

    /** What the next head refers to, and what an operator pins. */
    byte[] hash() {
        return Canonical.sha256().digest(statement());
    }

    String hashInHex() {
        return HexFormat.of().formatHex(hash());
    }

    /** {@code <number>:<hash>}, which {@link Pin} reads. */
    String pin() {
        return number + ":" + hashInHex();
    }

    /** What stands before the first head. */
    static byte[] noHash() {
        return new byte[HASH_LENGTH];
    }
}
