package how.mana.auth.db.schema;

/** A migration stopped half way. Changesets that were finished stay; running it again carries on from there. */
public final class MigrationFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MigrationFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
