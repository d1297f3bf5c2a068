package how.mana.auth.crypto;

import java.security.SecureRandom;

/**
 * Hashes of users' passwords: makes Argon2id hashes, and checks passwords against those and against the scrypt hashes that
 * the service before this one left behind. {@link #hash} and {@link #verify} cost tens of milliseconds of processor and
 * tens of megabytes, on purpose: never call them on an event loop. Safe for any number of threads.
 *
 * <p>Where a stored hash is read, {@link UnreadablePasswordHashException} says that the row is broken. That is never the
 * answer "wrong password", which {@code false} is.
 */
public final class PasswordHashes {
    private final Argon2Cost cost;
    private final SecureRandom random;

    /**
     * @param memoryKib what a new hash takes, {@code m}: 19456 to 65536
     * @param iterations how often it goes over that, {@code t}: 2 to 16
     * @param random draws the salts
     * @throws IllegalArgumentException if that is too weak, or more than a stored hash may ask for
     */
    public PasswordHashes(int memoryKib, int iterations, SecureRandom random) {
        this.cost = new Argon2Cost(memoryKib, iterations, 1);
        this.random = random;
        if (!cost.isStrong()) {
            throw new IllegalArgumentException("Argon2id is configured with " + memoryKib + " KiB and " + iterations
                    + " iterations; it takes " + Argon2Cost.MIN_MEMORY_KIB + " to " + Argon2Cost.MAX_MEMORY_KIB
                    + " KiB and " + Argon2Cost.MIN_ITERATIONS + " to " + Argon2Cost.MAX_ITERATIONS + " iterations");
        }
    }

    /**
     * A new hash of {@code password}, with a salt that no other has.
     *
     * @throws IllegalArgumentException if it is too long to be anybody's
     */
    public String hash(String password) {
        try (var text = PasswordBytes.of(password)) {
            return hash(text);
        }
    }

    /** The same of a password that was normalised before, which the caller wipes. */
    public String hash(PasswordBytes password) {
        if (password.isNobodys()) {
            throw new IllegalArgumentException("A password has at most " + PasswordBytes.MOST_CHARS + " characters");
        }
        return Argon2Hash.of(password.bytes(), cost, random).text();
    }

    /**
     * Whether {@code stored} is a hash of {@code password}.
     *
     * @throws UnreadablePasswordHashException if {@code stored} is no hash that this service reads
     */
    public boolean verify(String password, String stored) {
        try (var text = PasswordBytes.of(password)) {
            return verify(text, stored);
        }
    }

    /** The same of a password that was normalised before, which the caller wipes. */
    public boolean verify(PasswordBytes password, String stored) {
        return PasswordHash.read(stored).matches(password.bytes()) && !password.isNobodys();
    }

    /**
     * Whether a new hash would be made with exactly the parameters of this one. If not, it is to be replaced when its
     * password is known, at the next sign-in.
     *
     * @throws UnreadablePasswordHashException if {@code stored} is no hash that this service reads
     */
    public boolean isCurrent(String stored) {
        return kind(stored) == PasswordHashKind.CURRENT;
    }

    /**
     * What {@code stored} was made with.
     *
     * @throws UnreadablePasswordHashException if {@code stored} is no hash that this service reads
     */
    public PasswordHashKind kind(String stored) {
        return PasswordHash.read(stored).kind(cost);
    }

    /** How every current hash begins; its salt follows. */
    public String currentPrefix() {
        return Argon2Hash.prefix(cost);
    }

    /** A current hash that no password is known to have, to be checked where there is no user. Costs nothing to make. */
    public String decoy() {
        return Argon2Hash.decoy(cost, random).text();
    }

    /** The same in scrypt, to learn what a check of one costs. */
    public String scryptDecoy() {
        return ScryptHash.decoy(random);
    }
}
