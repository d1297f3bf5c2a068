package how.mana.auth.caller;

import org.jspecify.annotations.Nullable;

/** A User-Agent header as it is kept. HTTP/2 lets through what a text in Postgres cannot hold. */
final class UserAgent {
    private UserAgent() {}

    /** Without control characters and halves of characters, and not too long. */
    static @Nullable String kept(@Nullable String header) {
        if (header == null) {
            return null;
        }
        var kept = new StringBuilder();
        header.codePoints()
                .filter(UserAgent::isStorable)
                .takeWhile(c -> kept.length() + Character.charCount(c) <= Caller.MAX_USER_AGENT)
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static boolean isStorable(int codePoint) {
        return !Character.isISOControl(codePoint) && Character.getType(codePoint) != Character.SURROGATE;
    }
}
