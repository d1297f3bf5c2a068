package how.mana.auth.audit.seal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a head says of the seals it covers, gathered in the order of their ordinals. */
final class Coverage {
    private static final int SUBJECT_LENGTH = 32;
    private static final int ENTRY_LENGTH = SUBJECT_LENGTH + Long.BYTES;

    private final MessageDigest digest = Canonical.sha256();
    private final Map<String, Long> chains = new LinkedHashMap<>();

    /** Adds the next seal. */
    Coverage add(Seal seal) {
        chains.merge(HexFormat.of().formatHex(addToDigest(seal)), seal.seq(), Math::max);
        return this;
    }

    /**
     * Adds the next seal to the digest alone: a checkpoint covers one seal of every chain there is.
     *
     * @return the subject of its chain
     */
    byte[] addToDigest(Seal seal) {
        var subject = seal.subject();
        digest.update(new Canonical()
                .number(seal.ordinal())
                .fixed(subject)
                .number(seal.seq())
                .text(seal.auditId())
                .text(seal.keyId())
                .fixed(seal.link())
                .toBytes());
        return subject;
    }

    /** Of all seals added. Ends the gathering. */
    byte[] digest() {
        return digest.digest();
    }

    /** By the subject in hex, how far each chain had come. */
    Map<String, Long> chains() {
        return chains;
    }

    byte[] encodedChains() {
        var bytes = ByteBuffer.allocate(chains.size() * ENTRY_LENGTH);
        chains.forEach(
                (subject, seq) -> bytes.put(HexFormat.of().parseHex(subject)).putLong(seq));
        return bytes.array();
    }

    /** The inverse of {@link #encodedChains}; what is no whole entry is left out. */
    static Map<String, Long> decodedChains(byte[] encoded) {
        var bytes = ByteBuffer.wrap(encoded);
        var chains = new LinkedHashMap<String, Long>();
        while (bytes.remaining() >= ENTRY_LENGTH) {
            var subject = new byte[SUBJECT_LENGTH];
            bytes.get(subject);
            chains.put(HexFormat.of().formatHex(subject), bytes.getLong());
        }
        return chains;
    }
}
