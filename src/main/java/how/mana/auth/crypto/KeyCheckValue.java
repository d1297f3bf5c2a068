package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Recognises a user's master key without holding it: {@code HMAC-SHA-256(HKDF-SHA-256(key, "mana-vault-kcv-v1"), user id)}
 * (RFC 2104, RFC 5869). Reveals nothing about a random 256-bit key, and two users with one key have different values.
 */
public final class KeyCheckValue {
    private static final byte[] INFO = "mana-vault-kcv-v1".getBytes(US_ASCII);
    private static final byte[] NO_SALT = {};

    private KeyCheckValue() {}

    /** The 32-byte check value of {@code key} as the key of {@code userId}. Safe to store. */
    public static byte[] of(KeyMaterial key, String userId) {
        byte[] message = Utf8.strict(userId);
        byte[] derived = key.lend(bytes -> Hkdf.sha256(bytes, NO_SALT, INFO, KeyMaterial.LENGTH));
        try {
            return Hkdf.hmac(derived).doFinal(message);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    /** Whether {@code expected} is the check value of {@code key} for {@code userId}, found out in constant time. */
    public static boolean matches(KeyMaterial key, String userId, byte[] expected) {
        return MessageDigest.isEqual(of(key, userId), expected);
    }
}
