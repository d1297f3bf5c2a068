package how.mana.auth.account.signup;

import how.mana.auth.crypto.RandomText;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;

/**
 * What a personal space is called in URLs, before somebody else's of that name makes it another one (contract A12).
 *
 * @param value lower-case letters, digits and single dashes between them; 30 characters at most
 */
record Slug(String value) {
    private static final int LONGEST = 30;
    private static final int RANDOM = 6;

    /** Paths of the apps. */
    private static final Set<String> RESERVED = Set.of(
            "me",
            "admin",
            "api",
            "auth",
            "login",
            "logout",
            "signup",
            "signin",
            "register",
            "settings",
            "new",
            "app",
            "www",
            "support",
            "help",
            "billing",
            "invite");

    /** Of a name that consists of nothing a slug may hold, a random one. */
    static Slug of(String name, SecureRandom random) {
        var plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("-{2,}", "-");
        var trimmed = plain.startsWith("-") ? plain.substring(1) : plain;
        var cut = trimmed.substring(0, Math.min(LONGEST, trimmed.length())).replaceFirst("-$", "");
        return cut.isEmpty() ? new Slug("user").randomly(random) : new Slug(cut);
    }

    boolean isReserved() {
        return RESERVED.contains(value);
    }

    /** The same, and what nobody else's has. */
    Slug randomly(SecureRandom random) {
        return new Slug(value + "-" + RandomText.alphanumeric(random, RANDOM).toLowerCase(Locale.ROOT));
    }
}
