package how.mana.auth.crypto;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * An Argon2id hash (RFC 9106, version 0x13) as a PHC string, {@code $argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>}: standard
 * base64 without padding, one spelling per value.
 */
final class Argon2Hash implements PasswordHash {
    private static final int SALT_LENGTH = 16;
    private static final int TAG_LENGTH = 32;

    // Salts of 8 to 64 bytes, tags of 16 to 64. A tag cut short matches nothing: its length goes into its computation.
    private static final Pattern FORM = Pattern.compile("\\$argon2id\\$v=19"
            + "\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]?)"
            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final Argon2Cost cost;
    private final byte[] salt;
    private final byte[] tag;

    private Argon2Hash(Argon2Cost cost, byte[] salt, byte[] tag) {
        this.cost = cost;
        this.salt = salt;
        this.tag = tag;
    }

    static Optional<Argon2Hash> read(String stored) {
        var parts = FORM.matcher(stored);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var cost = new Argon2Cost(number(parts, 1), number(parts, 2), number(parts, 3));
        return Optional.of(cost).filter(Argon2Cost::isBearable).flatMap(bearable -> bytes(parts.group(4))
                .flatMap(salt -> bytes(parts.group(5)).map(tag -> new Argon2Hash(bearable, salt, tag))));
    }

    /** A new hash, under a salt of its own. The caller wipes the password. */
    static Argon2Hash of(byte[] password, Argon2Cost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_LENGTH];
        random.nextBytes(salt);
        return new Argon2Hash(cost, salt, compute(cost, salt, password, TAG_LENGTH));
    }

    /** A hash that no password is known to have. It costs nothing to make, and as much as any other to check against. */
    static Argon2Hash decoy(Argon2Cost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_LENGTH];
        byte[] tag = new byte[TAG_LENGTH];
        random.nextBytes(salt);
        random.nextBytes(tag);
        return new Argon2Hash(cost, salt, tag);
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] candidate = compute(cost, salt, password, tag.length);
        try {
            return MessageDigest.isEqual(candidate, tag);
        } finally {
            Arrays.fill(candidate, (byte) 0);
        }
    }

    @Override
    public PasswordHashKind kind(Argon2Cost current) {
        return cost.equals(current) && salt.length == SALT_LENGTH && tag.length == TAG_LENGTH
                ? PasswordHashKind.CURRENT
                : PasswordHashKind.OTHER_ARGON2ID;
    }

    /** Everything up to the salt, which all hashes of one cost share. */
    static String prefix(Argon2Cost cost) {
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.iterations() + ",p=" + cost.lanes() + "$";
    }

    /** What is stored. */
    String text() {
        var base64 = Base64.getEncoder().withoutPadding();
        return prefix(cost) + base64.encodeToString(salt) + "$" + base64.encodeToString(tag);
    }

    private static byte[] compute(Argon2Cost cost, byte[] salt, byte[] password, int length) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] output = new byte[length];
        generator.generateBytes(password, output);
        return output;
    }

    private static int number(MatchResult parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    private static Optional<byte[]> bytes(String text) {
        try {
            byte[] decoded = Base64.getDecoder().decode(text);
            var again = Base64.getEncoder().withoutPadding().encodeToString(decoded);
            return again.equals(text) ? Optional.of(decoded) : Optional.empty(); // the decoder ignores stray bits
        } catch (IllegalArgumentException e) { // a length that base64 does not have
            return Optional.empty();
        }
    }
}
