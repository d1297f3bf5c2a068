package how.mana.auth.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An e-mail address as the database spells it: in lower case, one person's one address (RFC 5321 section 4.5.3.1 for the
 * lengths). Quoted local parts, comments and lists are refused: what stands here ends up in the header of a mail.
 *
 * @param value the address
 */
public record EmailAddress(String value) {
    private static final int MAX_LENGTH = 254;
    private static final String WORD = "[\\p{L}\\p{M}\\p{N}-]+";
    private static final Pattern SHAPE =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:" + WORD + "\\.)*" + WORD);

    /** What people type: no quirks, and a domain that has a dot. */
    private static final Pattern TYPED =
            Pattern.compile("[a-z0-9_'+-]++(?:\\.[a-z0-9_'+-]++)*+@(?:[a-z0-9](?:[a-z0-9-]{0,62}\\.))++[a-z]{2,63}");

    /** Nobody's, now and ever (RFC 6761 section 6.4): only {@link #placeholderOf} ends so. */
    private static final Pattern NOBODYS = Pattern.compile("[@.]invalid$");

    private static final int PLACEHOLDER_BYTES = 16;

    /** @throws IllegalArgumentException if {@code value} is none, or not in lower case */
    public EmailAddress {
        if (!isAddress(value)) {
            throw new IllegalArgumentException("This is no e-mail address in lower case");
        }
    }

    /** The address that another service claims, in whatever case; empty if that is none to which mail could go. */
    public static Optional<EmailAddress> of(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return asciiOf(text) == asciiOf(lower) && isSpelled(lower) ? somebodys(lower) : Optional.empty();
    }

    /** The address that somebody typed into a form, in whatever case; empty if it is none, or not in ASCII. */
    public static Optional<EmailAddress> typed(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return asciiOf(text) == text.length() && isTyped(lower) ? somebodys(lower) : Optional.empty();
    }

    /** The address that an account may have, whoever said so when it was made. */
    public static Optional<EmailAddress> ofAccount(String text) {
        return typed(text).or(() -> of(text));
    }

    private static Optional<EmailAddress> somebodys(String lower) {
        return NOBODYS.matcher(lower).find() ? Optional.empty() : Optional.of(new EmailAddress(lower));
    }

    /** What stands for the address of a user who has none. No mail can be delivered to it, and it tells nothing of the id. */
    public static EmailAddress placeholderOf(UserId user) {
        var hash = sha256(user.value().getBytes(StandardCharsets.UTF_8));
        return new EmailAddress(HexFormat.of().formatHex(hash, 0, PLACEHOLDER_BYTES) + "@users.invalid");
    }

    public String localPart() {
        return value.substring(0, value.indexOf('@'));
    }

    /** For logs: nothing of it. */
    @Override
    public String toString() {
        return "EmailAddress[hidden]";
    }

    private static boolean isAddress(String text) {
        return text.equals(text.toLowerCase(Locale.ROOT)) && (isSpelled(text) || isTyped(text));
    }

    private static boolean isSpelled(String text) {
        return text.length() <= MAX_LENGTH && SHAPE.matcher(text).matches();
    }

    private static boolean isTyped(String text) {
        return text.length() <= MAX_LENGTH && TYPED.matcher(text).matches();
    }

    /** Lower case makes an ASCII letter of some that are none, such as the sign of Kelvin: another's address. */
    private static long asciiOf(String text) {
        return text.chars().filter(c -> c < 0x80).count();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
