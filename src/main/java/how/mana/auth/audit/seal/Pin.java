package how.mana.auth.audit.seal;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an operator noted outside, where nobody who writes the database can reach it.
 *
 * @param number of the head; 0 if a signing key is pinned
 * @param hash of the head, or the fingerprint of the key, in hex
 */
public record Pin(long number, String hash) {
    private static final Pattern FORM = Pattern.compile("(?:([1-9][0-9]{0,17}):)?([0-9a-fA-F]{64})");

    /** {@code <number>:<hash>} of a head, or the fingerprint of the key that signs; empty if it is neither. */
    public static Optional<Pin> parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var number = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1));
        return Optional.of(new Pin(number, parts.group(2).toLowerCase(Locale.ROOT)));
    }

    boolean isOfKey() {
        return number == 0;
    }
}
