package how.mana.auth.cli;

/** A command was called wrongly. The message repeats nothing of what was typed: it may be a secret in the wrong place. */
final class MisusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MisusedException(String message) {
        super(message, null, false, false);
    }
}
