package how.mana.auth.crypto;

import static java.util.Objects.requireNonNull;

/**
 * A wrapped key in its stored form. Safe to log and to hand around: without the KEK it is noise.
 *
 * <p>Nothing is checked here, because this is whatever a database holds. Text that is not the canonical base64 of the right
 * number of bytes makes {@link KekRing#unwrap} fail like any other wrap that does not open.
 *
 * @param format {@link #FORMAT_1} or {@link #FORMAT_2}
 * @param kekId the KEK that made the wrap
 * @param nonce canonical base64 of 12 bytes
 * @param ciphertext canonical base64 of 48 bytes: the encrypted key, then the 128-bit tag
 */
public record WrappedKey(int format, KekId kekId, String nonce, String ciphertext) {
    /** AES-256-GCM without AAD, bound to nothing. Read, never written. */
    public static final int FORMAT_1 = 1;

    /** AES-256-GCM whose AAD binds the wrap to its context and its KEK id. */
    public static final int FORMAT_2 = 2;

    /** @throws NullPointerException if a column was null */
    public WrappedKey {
        requireNonNull(kekId, "kekId");
        requireNonNull(nonce, "nonce");
        requireNonNull(ciphertext, "ciphertext");
    }
}
