package how.mana.auth.session.password;

import java.util.Optional;

/**
 * What a check of a password found.
 *
 * @param matches whether the password is the one that was hashed; never for a user who is not there
 * @param rehash the hash to store in place of the old one, which was made with other parameters; only where the password
 *     matches
 */
public record Checked(boolean matches, Optional<String> rehash) {
    static final Checked WRONG = new Checked(false, Optional.empty());

    /** Without the hash, which is nobody's to log. */
    @Override
    public String toString() {
        return "Checked[matches=" + matches + ", " + (rehash.isPresent() ? "with" : "without") + " a new hash]";
    }
}
