package how.mana.auth.db.schema;

import java.util.List;

/** The service must not serve from this database as this role. Says everything that is wrong, each with its remedy. */
public final class BootRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BootRefusedException(List<String> refusals) {
        super("This database does not protect its users from this service. Refusing to start:\n- "
                + String.join("\n- ", refusals));
    }
}
