package how.mana.auth.crypto;

import java.util.Optional;

/** A stored password hash that was read. Reading one computes nothing. */
sealed interface PasswordHash permits Argon2Hash, ScryptHash {
    /**
     * Tells what {@code stored} is.
     *
     * @throws UnreadablePasswordHashException if {@code stored} is none of the known forms
     */
    static PasswordHash read(String stored) {
        return Optional.<PasswordHash>empty()
                .or(() -> Argon2Hash.read(stored))
                .or(() -> ScryptHash.read(stored))
                .orElseThrow(UnreadablePasswordHashException::new);
    }

    /** Whether this is the hash of {@code password}. Takes the same time whatever the answer; the caller wipes the password. */
    boolean matches(byte[] password);

    /** What this was made with, for a service that makes new ones with {@code current}. */
    PasswordHashKind kind(Argon2Cost current);
}
