package how.mana.auth.cli;

/** A command does not do what was asked. The message is for the operator: it says why and what to do, and holds no secret. */
public final class CommandRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandRefusedException(String message) {
        super(message, null, false, false);
    }
}
