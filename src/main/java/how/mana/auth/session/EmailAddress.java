package how.mana.auth.session;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address as accounts are found by it: without regard to case, in lower case everywhere. Two spellings of one address have one
 * lock and one account.
 *
 * @param value in lower case
 */
public record EmailAddress(String value) {
    /** RFC 5321 section 4.5.3.1.3, less the angle brackets. */
    private static final int MAX_LENGTH = 254;

    private static final Pattern FORM =
            Pattern.compile("[a-z0-9_'+-]++(?:\\.[a-z0-9_'+-]++)*+@(?:[a-z0-9](?:[a-z0-9-]{0,62}\\.))++[a-z]{2,63}");

    /** The address that was typed; empty if it is none. */
    public static Optional<EmailAddress> parse(String typed) {
        var value = typed.toLowerCase(Locale.ROOT);
        return value.length() <= MAX_LENGTH && FORM.matcher(value).matches()
                ? Optional.of(new EmailAddress(value))
                : Optional.empty();
    }

    /** The part before the {@code @}. */
    public String localPart() {
        return value.substring(0, value.indexOf('@'));
    }
}
