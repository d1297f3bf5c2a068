package how.mana.auth.crypto;

import java.util.regex.Pattern;

/**
 * Names a KEK. Stored with every wrap, the name of its file in a key directory, and safe to log.
 *
 * @param value 1 to 255 of {@code A-Z a-z 0-9 . _ : / -}, so that the ARN of a key management service is one too; it does
 *     not start with a dot or a slash
 */
public record KekId(String value) {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_:-][A-Za-z0-9._:/-]{0,254}");

    /** The KEK that {@code MANA_AUTH_KEK} fills, and the only one that databases older than the key ring know. */
    public static final KekId DEFAULT = new KekId("env-v1");

    /** @throws IllegalArgumentException if {@code value} cannot name a KEK; see {@link #isValid} to ask first */
    public KekId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "A KEK id has 1 to 255 characters out of A-Z a-z 0-9 . _ : / - and starts with no dot or slash");
        }
    }

    /** Whether {@code value} could name a KEK at all. Says nothing about whether there is such a KEK. */
    public static boolean isValid(String value) {
        return VALID.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
