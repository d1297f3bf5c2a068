package how.mana.auth.db.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** A secret of local mode: random, made at the first start, readable by its owner only and never printed. */
public final class LocalSecret {
    private static final int BYTES = 32;

    private LocalSecret() {}

    /**
     * The secret in {@code file}, which is made if it is not there.
     *
     * @throws LocalPostgresException if that cannot be
     */
    public static String keptIn(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[BYTES];
                new SecureRandom().nextBytes(secret);
                OwnerOnly.write(file, List.of(HexFormat.of().formatHex(secret)));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new LocalPostgresException("No use of " + file, e);
        }
    }
}
