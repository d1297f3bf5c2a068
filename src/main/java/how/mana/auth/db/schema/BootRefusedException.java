package how.mana.auth.db.schema;

import java.util.List;

/** The service must not serve from this database as this role. Says everything that is wrong, each with its remedy. */
public final class BootRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param database which one, as the subject of a sentence */
    BootRefusedException(String database, List<String> refusals) {
        super(database + " does not protect its users from this service. Refusing to start:\n- "
                + String.join("\n- ", refusals));
    }
}
