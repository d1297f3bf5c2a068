package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * The additional authenticated data of a wrap (NIST SP 800-38D section 4.2.1), built here and nowhere else:
 *
 * <pre>"mana-wrap" ‖ u8 format ‖ field(purpose) ‖ field(owner) ‖ field(KEK id) ‖ u64 generation</pre>
 *
 * where {@code field} is a u16 byte length and the UTF-8 bytes, all numbers big-endian. The lengths make the encoding
 * injective: no two contexts share their bytes. The layout never changes; every stored wrap depends on it.
 */
final class Aad {
    private static final byte[] PREFIX = "mana-wrap".getBytes(US_ASCII);
    private static final int LONGEST_FIELD = 0xFFFF;

    private Aad() {}

    /** @throws IllegalArgumentException if a text has no UTF-8 form or one longer than 65535 bytes */
    static byte[] of(int format, WrapContext context, KekId kekId) {
        byte[] purpose = field(context.purpose().label());
        byte[] owner = field(context.owner());
        byte[] kek = field(kekId.value());
        return ByteBuffer.allocate(PREFIX.length + Byte.BYTES + purpose.length + owner.length + kek.length + Long.BYTES)
                .put(PREFIX)
                .put((byte) format)
                .put(purpose)
                .put(owner)
                .put(kek)
                .putLong(context.generation())
                .array();
    }

    private static byte[] field(String text) {
        byte[] utf8 = Utf8.strict(text);
        if (utf8.length > LONGEST_FIELD) {
            throw new IllegalArgumentException("A name in a wrap has at most " + LONGEST_FIELD + " bytes of UTF-8");
        }
        return ByteBuffer.allocate(Short.BYTES + utf8.length)
                .putShort((short) utf8.length)
                .put(utf8)
                .array();
    }
}
