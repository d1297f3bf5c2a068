package how.mana.auth.crypto;

/**
 * The configured KEKs cannot be used, so the service must not start. The message names the environment variable and the
 * fix, and never holds key bytes.
 */
public final class KekRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public KekRefusedException(String message) {
        super(message);
    }
}
