package how.mana.auth.session.password;

import how.mana.auth.caller.UserId;
import java.util.Optional;

/**
 * That somebody knew a password, a moment ago. Counts once it is settled, see {@link PasswordGate#settle}.
 *
 * @param email whose account it was
 */
public record PasswordProof(UserId user, String email, Checking checking) {
    /**
     * @param number of the attempt
     * @param stored the hash that was checked
     * @param rehash of the same password, if the stored one is not of today's kind
     */
    record Checking(int number, String stored, Optional<String> rehash) {}

    /** The same attempt with the same password, checked against another hash. */
    PasswordProof against(String stored, Optional<String> rehash) {
        return new PasswordProof(user, email, new Checking(checking.number(), stored, rehash));
    }

    /** A record would print the hashes. */
    @Override
    public String toString() {
        return "PasswordProof[" + user + "]";
    }
}
