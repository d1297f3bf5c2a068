package how.mana.auth;

/** The environment does not say how to run. The message names the variable and what to set it to. */
public final class BadEnvironmentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadEnvironmentException(String message) {
        super(message, null, false, false);
    }
}
