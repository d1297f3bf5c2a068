package how.mana.auth.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A file that holds one key: its canonical base64 and at most one newline ({@code \n} or {@code \r\n}) after it. */
final class KekFile implements KekProvider {
    private static final int TEXT_LENGTH = 44;
    /** Room for the newline and for one byte more, which gives a longer file away without reading all of it. */
    private static final int ROOM = TEXT_LENGTH + 3;

    private final KekId id;
    private final Path file;
    private final String source;

    /** @param setting that named the file, or its directory */
    KekFile(KekId id, Path file, String setting) {
        this.id = id;
        this.file = file;
        this.source = source(setting, file);
    }

    @Override
    public void read(Taker taker) {
        try {
            taker.take(id, read(file).orElseThrow(() -> noKey(source)), source);
        } catch (IOException e) {
            throw unreadable(source, e);
        }
    }

    static KekRefusedException noKey(String source) {
        return new KekRefusedException(source
                + " must hold the standard base64 of exactly 32 bytes: 44 characters, padded, without spaces. "
                + KekSources.HOW_TO_MAKE);
    }

    /** Base64 of 32 bytes ends with "=" and paths do not: a key set where a path belongs must not reach the log. */
    static String source(String setting, Path path) {
        var shown = path.toString().endsWith("=") ? "its value looks like a key, not like a path" : path.toString();
        return setting + " (" + shown + ")";
    }

    /** Without the cause: its message repeats the path. */
    static KekRefusedException unreadable(String source, IOException e) {
        return new KekRefusedException(source + " cannot be read: "
                + e.getClass().getSimpleName() + ". Check that it exists and that the service may read it");
    }

    /** The key, which the caller wipes, or empty if the file holds anything else. Symbolic links are followed. */
    private static Optional<byte[]> read(Path file) throws IOException {
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
