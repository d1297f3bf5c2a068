package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import java.sql.Connection;
import java.util.List;

/** Looks at one thing in the database. Changes nothing. */
interface DatabaseCheck {
    /** In one word. */
    String name();

    /**
     * What it finds, at least one thing. Whatever it throws is a {@code fail} of its own.
     *
     * @param serving as the role that serves
     */
    List<Finding> look(Connection serving, Operation operation) throws Exception;
}
