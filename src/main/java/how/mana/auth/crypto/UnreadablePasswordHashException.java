package how.mana.auth.crypto;

/**
 * A stored password hash is of no form that this service knows, or asks for more work than it will do. A fault of ours (a
 * damaged or planted row), which says nothing about the password that was tried: whoever catches this must not count it as
 * a wrong one. The message does not repeat the hash.
 */
public final class UnreadablePasswordHashException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadablePasswordHashException() {
        super("A stored password hash is of no known form");
    }
}
