package how.mana.auth.crypto;

/**
 * A wrapped key did not open. One failure for every cause (malformed text, unknown format, wrong key, wrong context,
 * tampering), so that it is no oracle; it has no details and no stack to tell them apart by.
 */
public final class UnwrapFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnwrapFailedException() {
        super("The wrapped key does not open", null, false, false);
    }
}
