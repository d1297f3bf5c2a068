package how.mana.auth.crypto;

import java.util.regex.Pattern;

/**
 * Names a KEK. Stored with every wrap, used as a file name in a key directory, and safe to log.
 *
 * @param value 1 to 128 of {@code A-Z a-z 0-9 . _ : -}, not starting with a dot
 */
public record KekId(String value) {
    // Doubles as the guard of the key directory: no separator and no leading dot, hence no way out of it.
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,127}");

    /** The KEK that {@code MANA_AUTH_KEK} fills, and the only one that databases older than the key ring know. */
    public static final KekId DEFAULT = new KekId("env-v1");

    /** @throws IllegalArgumentException if {@code value} cannot name a KEK; see {@link #isValid} to ask first */
    public KekId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "A KEK id has 1 to 128 characters out of A-Z a-z 0-9 . _ : - and does not start with a dot");
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
