package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * What of a password is hashed: UTF-8 of its NFKC form (Unicode annex 15), so that one password typed on two keyboards is
 * one password. Exactly as the service before this one did it, whose hashes have to match: an unpaired surrogate becomes
 * U+FFFD. Wiped on close; the {@code String} it came from is out of reach.
 *
 * <p>A password longer than {@link #MOST_CHARS} is nobody's. It is not even normalised, which takes a time that grows with the
 * square of its length: in its place stands a byte that is no UTF-8, so that a check of it costs as much as any other and never
 * succeeds.
 */
public final class PasswordBytes implements AutoCloseable {
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD}; // U+FFFD; the JDK's own is "?"
    private static final byte[] NOBODYS = {(byte) 0xFF};

    /** UTF-16 units. New passwords, and those of the service before this one, have half as many at most. */
    static final int MOST_CHARS = 256;

    private static final int MOST_BYTES_PER_CHAR = 3;

    private final byte[] bytes;
    private final boolean nobodys;

    private PasswordBytes(byte[] bytes, boolean nobodys) {
        this.bytes = bytes;
        this.nobodys = nobodys;
    }

    public static PasswordBytes of(String password) {
        if (password.length() > MOST_CHARS) {
            return new PasswordBytes(NOBODYS.clone(), true);
        }
        var text = Normalizer.normalize(password, Normalizer.Form.NFKC);
        byte[] room = new byte[text.length() * MOST_BYTES_PER_CHAR];
        try {
            var written = ByteBuffer.wrap(room);
            UTF_8.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith(REPLACEMENT)
                    .encode(CharBuffer.wrap(text), written, true);
            return new PasswordBytes(Arrays.copyOf(room, written.position()), false);
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    /** The bytes themselves, not a copy. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether it is too long to be a password. */
    boolean isNobodys() {
        return nobodys;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
