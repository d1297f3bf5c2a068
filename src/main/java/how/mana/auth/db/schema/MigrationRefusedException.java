package how.mana.auth.db.schema;

/** The database is as it was: the message says what an operator has to do first. */
public final class MigrationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MigrationRefusedException(String message) {
        super(message);
    }
}
