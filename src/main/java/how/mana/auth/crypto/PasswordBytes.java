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
 */
final class PasswordBytes implements AutoCloseable {
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD}; // U+FFFD; the JDK's own is "?"
    private static final int MOST_BYTES_PER_CHAR = 3;

    private final byte[] bytes;

    private PasswordBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    static PasswordBytes of(String password) {
        var text = Normalizer.normalize(password, Normalizer.Form.NFKC);
        byte[] room = new byte[text.length() * MOST_BYTES_PER_CHAR];
        try {
            var written = ByteBuffer.wrap(room);
            UTF_8.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith(REPLACEMENT)
                    .encode(CharBuffer.wrap(text), written, true);
            return new PasswordBytes(Arrays.copyOf(room, written.position()));
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    /** The bytes themselves, not a copy. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
