package how.mana.auth.session;

import how.mana.auth.crypto.RandomText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The opaque text that opens a session, or a link of ours. Its holder has it and nobody else: the database keeps its hash, which
 * needs no salt, because nobody can guess 190 random bits.
 */
public record SessionToken(String value) {
    /** As today's clients know it. */
    private static final int LENGTH = 32;

    /** Longer than any token: not worth hashing. */
    private static final int MAX_LENGTH = 256;

    public static SessionToken random(SecureRandom random) {
        return new SessionToken(RandomText.alphanumeric(random, LENGTH));
    }

    /** Whether {@code text} could be a token at all. */
    static boolean isPlausible(String text) {
        return !text.isEmpty() && text.length() <= MAX_LENGTH;
    }

    /** Hex SHA-256, as it is stored. */
    public String hash() {
        return hash(value);
    }

    /** Hex SHA-256 of the token of a link. */
    public static String hash(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This runtime cannot do SHA-256", e);
        }
    }

    /** A record would print it. */
    @Override
    public String toString() {
        return "SessionToken[hidden]";
    }
}
