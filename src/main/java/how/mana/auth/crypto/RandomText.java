package how.mana.auth.crypto;

import java.security.SecureRandom;

/** Names and tokens that nobody guesses. Every character is drawn without bias. */
public final class RandomText {
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String URL_SAFE = ALPHANUMERIC + "_-";
    private static final int NANOID_LENGTH = 21;

    private RandomText() {}

    /** {@code length} letters and digits, of 5.95 bits each. */
    public static String alphanumeric(SecureRandom random, int length) {
        return of(ALPHANUMERIC, random, length);
    }

    /** 21 characters of 6 bits each, letters, digits, {@code _} and {@code -}: the form of today's row ids. */
    public static String nanoid(SecureRandom random) {
        return of(URL_SAFE, random, NANOID_LENGTH);
    }

    private static String of(String alphabet, SecureRandom random, int length) {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
