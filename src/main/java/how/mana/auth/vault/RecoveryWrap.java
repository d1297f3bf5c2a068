package how.mana.auth.vault;

import how.mana.auth.crypto.CanonicalBase64;

/**
 * A master key wrapped by its user under a recovery code. The service cannot open it and cannot tell a well-formed bogus
 * one from a real one.
 *
 * @param wrapped base64 of 48 bytes, nonce base64 of 12; rows adopted from the old service may hold anything
 * @param format always 1 so far
 */
record RecoveryWrap(String wrapped, String nonce, int format) {
    static final int FORMAT = 1;
    private static final int WRAPPED_BYTES = 48;
    private static final int NONCE_BYTES = 12;

    /** Whether it has the shape that every client makes: what else is stored can never have been opened again. */
    boolean isWellFormed() {
        return CanonicalBase64.decode(wrapped, WRAPPED_BYTES).isPresent()
                && CanonicalBase64.decode(nonce, NONCE_BYTES).isPresent();
    }
}
