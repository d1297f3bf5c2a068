package how.mana.auth.audit.seal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to be linked or signed. Text carries its length and whether it is there at all, numbers are big-endian and of one size:
 * two different sequences of the same calls never make the same bytes. Links and heads depend on it, so it never changes.
 */
final class Canonical {
    private static final byte ABSENT = 0;
    private static final byte PRESENT = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    Canonical text(@Nullable String text) {
        if (text == null) {
            bytes.write(ABSENT);
            return this;
        }
        // What the database holds is UTF-8 already, so nothing is lost here.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.write(PRESENT);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
        bytes.writeBytes(utf8);
        return this;
    }

    Canonical number(long number) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return this;
    }

    Canonical moment(Instant moment) {
        return number(moment.getEpochSecond()).number(moment.getNano());
    }

    /** Bytes of a length that never differs at this place. */
    Canonical fixed(byte[] raw) {
        bytes.writeBytes(raw);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** SHA-256 (FIPS 180-4). */
    byte[] digest() {
        return sha256().digest(toBytes());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This runtime cannot do SHA-256", e);
        }
    }
}
