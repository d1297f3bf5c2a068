package how.mana.auth.cli.doctor;

import java.util.Locale;

/**
 * One thing that a check found.
 *
 * @param text what is so, and if that is wrong, after a colon what to do
 */
record Finding(Level level, String text) {
    /** How bad it is. */
    enum Level {
        OK,
        /** It works, and somebody should look. */
        WARN,
        /** It does not work, or is not safe. */
        FAIL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text);
    }

    static Finding warn(String text) {
        return new Finding(Level.WARN, text);
    }

    static Finding fail(String text) {
        return new Finding(Level.FAIL, text);
    }
}
