package how.mana.auth.outbound;

/** Text that somebody typed, made fit to be stored and sent. */
final class PlainText {
    private static final int REPLACEMENT = 0xFFFD;

    private PlainText() {}

    /** Control characters become spaces, and half characters, which neither Postgres nor JSON knows, a mark. */
    static String clean(String typed) {
        return typed.codePoints()
                .map(PlainText::clean)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** At most {@code length} characters of it. */
    static String cut(String typed, int length) {
        return typed.codePoints()
                .limit(length)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static int clean(int codePoint) {
        if (Character.isISOControl(codePoint)) {
            return ' ';
        }
        return Character.getType(codePoint) == Character.SURROGATE ? REPLACEMENT : codePoint;
    }
}
