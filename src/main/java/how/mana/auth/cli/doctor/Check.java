package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import java.util.List;

/** Looks at one thing. Changes nothing. */
interface Check {
    /** In one word. */
    String name();

    /** What it finds, at least one thing. Whatever it throws is a {@code fail} of its own. */
    List<Finding> look(Operation operation) throws Exception;
}
