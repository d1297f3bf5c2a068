package how.mana.auth.crypto;

/** What an Argon2id hash costs to compute (RFC 9106 section 3.1): {@code m}, {@code t} and {@code p}. */
record Argon2Cost(int memoryKib, int iterations, int lanes) {
    static final int MIN_MEMORY_KIB = 19 * 1024;
    static final int MIN_ITERATIONS = 2;

    /** The second recommended option of RFC 9106 section 4. What asks for more was planted, to exhaust us. */
    static final int MAX_MEMORY_KIB = 64 * 1024;

    static final int MAX_ITERATIONS = 16;
    static final int MAX_LANES = 4;

    private static final int MIN_MEMORY_PER_LANE = 8;

    /** Whether a stored hash that asks for this is computed at all. */
    boolean isBearable() {
        return lanes >= 1
                && lanes <= MAX_LANES
                && iterations >= 1
                && iterations <= MAX_ITERATIONS
                && memoryKib >= MIN_MEMORY_PER_LANE * lanes
                && memoryKib <= MAX_MEMORY_KIB;
    }

    /** Whether new hashes may be made with this. */
    boolean isStrong() {
        return isBearable() && memoryKib >= MIN_MEMORY_KIB && iterations >= MIN_ITERATIONS && lanes == 1;
    }
}
