package how.mana.auth.db;

import how.mana.auth.caller.EmailAddress;
import how.mana.auth.caller.UserId;
import java.util.Optional;

/**
 * What is known of a user who has no row yet. Neither role nor tier: everybody begins with the least.
 *
 * @param emailVerified whether somebody we believe vouches that the address is the user's
 */
public record NewUser(UserId id, EmailAddress email, String name, boolean emailVerified) {
    private static final int MAX_NAME = 255;

    /** {@code text} without the space around it; empty if it cannot be a name. */
    public static Optional<String> name(String text) {
        var name = text.strip();
        var fits = !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.codePoints().noneMatch(NewUser::isUnprintable);
        return fits ? Optional.of(name) : Optional.empty();
    }

    private static boolean isUnprintable(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }
}
