package how.mana.auth.crypto;

import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Base64 with one spelling per value (RFC 4648 sections 3.5 and 4): standard alphabet, padded, no whitespace, unused bits
 * zero, and exactly the expected number of bytes. In other words, the text is accepted only if encoding the bytes gives
 * it back. The JDK's decoder alone would take missing padding and stray bits.
 *
 * <p>The text may be a key: what was decoded from refused text and every copy of accepted text is wiped.
 */
public final class CanonicalBase64 {
    private static final char LAST_ASCII = '\u007f';

    private CanonicalBase64() {}

    /** The bytes {@code text} stands for, or empty. */
    public static Optional<byte[]> decode(CharSequence text, int expectedBytes) {
        byte[] ascii = new byte[text.length()];
        for (int i = 0; i < ascii.length; i++) {
            char c = text.charAt(i);
            ascii[i] = (byte) (c > LAST_ASCII ? '?' : c); // never narrow: 'Ł' (U+0141) would become 'A'
        }
        try {
            return decode(ascii, expectedBytes);
        } finally {
            Arrays.fill(ascii, (byte) 0);
        }
    }

    /** The bytes {@code text} stands for, or empty. Leaves {@code text} as it is; wiping it is up to the caller. */
    public static Optional<byte[]> decode(char[] text, int expectedBytes) {
        return decode(CharBuffer.wrap(text), expectedBytes);
    }

    /** The bytes {@code ascii} stands for, or empty. Leaves {@code ascii} as it is; wiping it is up to the caller. */
    public static Optional<byte[]> decode(byte[] ascii, int expectedBytes) {
        byte[] decoded = new byte[expectedBytes];
        if (isCanonical(ascii, decoded)) {
            return Optional.of(decoded);
        }
        Arrays.fill(decoded, (byte) 0);
        return Optional.empty();
    }

    private static boolean isCanonical(byte[] ascii, byte[] decoded) {
        try {
            Base64.getDecoder().decode(ascii, decoded);
        } catch (IllegalArgumentException e) { // not base64, or too long for the room it is given
            return false;
        }
        byte[] again = Base64.getEncoder().encode(decoded);
        try {
            return MessageDigest.isEqual(again, ascii);
        } finally {
            Arrays.fill(again, (byte) 0);
        }
    }
}
