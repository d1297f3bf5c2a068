package how.mana.auth.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A file that holds one key: its canonical base64 and at most one newline ({@code \n} or {@code \r\n}) after it. */
final class KekFile {
    private static final int TEXT_LENGTH = 44;
    /** Room for the newline and for one byte more, which gives a longer file away without reading all of it. */
    private static final int ROOM = TEXT_LENGTH + 3;

    private KekFile() {}

    /** The key, which the caller wipes, or empty if the file holds anything else. Symbolic links are followed. */
    static Optional<byte[]> read(Path file) throws IOException {
        byte[] content = new byte[ROOM];
        byte[] text = {};
        try (var in = Files.newInputStream(file)) {
            int length = in.readNBytes(content, 0, ROOM);
            text = Arrays.copyOf(content, withoutNewline(content, length));
            return CanonicalBase64.decode(text, KeyMaterial.LENGTH);
        } finally {
            Arrays.fill(content, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    private static int withoutNewline(byte[] content, int length) {
        if (length == 0 || content[length - 1] != '\n') {
            return length;
        }
        return length > 1 && content[length - 2] == '\r' ? length - 2 : length - 1;
    }
}
