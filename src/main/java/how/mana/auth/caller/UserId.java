package how.mana.auth.caller;

/**
 * A user's identifier as the database and the tokens spell it. Opaque text, never empty, at most {@value #MAX_LENGTH}
 * characters and without NUL, which Postgres cannot store.
 *
 * @param value the identifier; safe to log
 */
public record UserId(String value) {
    static final int MAX_LENGTH = 255;

    /** @throws IllegalArgumentException if {@code value} cannot name a user; see {@link #isValid} to ask first */
    public UserId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "A user id has 1 to " + MAX_LENGTH + " characters, none of them NUL or an unpaired surrogate");
        }
    }

    /** Whether {@code value} could name a user at all. Says nothing about whether that user exists. */
    public static boolean isValid(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_LENGTH
                && value.indexOf('\0') < 0
                && value.codePoints().noneMatch(UserId::isUnpairedSurrogate);
    }

    private static boolean isUnpairedSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /** For logs: control characters, which could forge a line, are shown as {@code ?}. */
    @Override
    public String toString() {
        return value.replaceAll("\\p{Cntrl}", "?");
    }
}
