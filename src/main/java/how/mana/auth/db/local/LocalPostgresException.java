package how.mana.auth.db.local;

/** Why the Postgres of local mode cannot serve. The message is for the person who started it and says what to do. */
public final class LocalPostgresException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LocalPostgresException(String message) {
        super(message);
    }

    LocalPostgresException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
