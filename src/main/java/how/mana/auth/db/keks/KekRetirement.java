package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The end of a KEK, or why it did not come.
 *
 * @param needing how many keys it wraps
 * @param writing how many live replicas took it for the active one a moment ago
 */
public record KekRetirement(boolean done, long needing, int writing) {
    private static final String RETIRE = "SELECT retired, needing, writing FROM auth.retire_kek(?)";

    /** Retires {@code id}, unless it is the active one or something needs it. */
    public static KekRetirement of(Connection maintenance, KekId id) throws SQLException {
        return Jdbc.rows(
                        maintenance,
                        row -> new KekRetirement(
                                row.getBoolean("retired"), row.getLong("needing"), row.getInt("writing")),
                        RETIRE,
                        id.value())
                .get(0);
    }

    /** In words for an operator. */
    public String why() {
        if (needing > 0) {
            return needing + " keys are wrapped by it; `kek rewrap` moves them once another KEK is active";
        }
        return writing > 0
                ? writing + " live replicas still write with it; try again in a moment"
                : "it is the active one, retired already, or not known";
    }
}
