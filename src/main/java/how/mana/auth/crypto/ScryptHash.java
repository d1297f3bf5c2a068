package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * The service before this one hashed with scrypt (RFC 7914): {@code <salt>:<key>}, 32 and 128 hex digits. Its salt is the
 * text of those 32 digits, not the 16 bytes they spell. Read, never written.
 */
final class ScryptHash implements PasswordHash {
    private static final int N = 16384;
    private static final int R = 16;
    private static final int P = 1;
    private static final int KEY_LENGTH = 64;
    private static final int SALT_BYTES = 16;

    // The whole key or none: the start of a key would match, and be easier to guess.
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F]{32}):([0-9a-fA-F]{128})");

    private final byte[] salt;
    private final byte[] key;

    private ScryptHash(byte[] salt, byte[] key) {
        this.salt = salt;
        this.key = key;
    }

    static Optional<ScryptHash> read(String stored) {
        var parts = FORM.matcher(stored);
        return parts.matches()
                ? Optional.of(new ScryptHash(
                        parts.group(1).getBytes(US_ASCII), HexFormat.of().parseHex(parts.group(2))))
                : Optional.empty();
    }

    /** The text of a hash that no password is known to have. */
    static String decoy(SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(salt);
        random.nextBytes(key);
        return HexFormat.of().formatHex(salt) + ":" + HexFormat.of().formatHex(key);
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] candidate = SCrypt.generate(password, salt, N, R, P, KEY_LENGTH);
        try {
            return MessageDigest.isEqual(candidate, key);
        } finally {
            Arrays.fill(candidate, (byte) 0);
        }
    }

    @Override
    public PasswordHashKind kind(Argon2Cost current) {
        return PasswordHashKind.SCRYPT;
    }
}
