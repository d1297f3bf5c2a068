package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Asks for a KEK to become the one that wraps.
 *
 * @param done whether it now is
 * @param lacking how many live processes do not hold it, which is why it is not
 * @param busy whether somebody wrote or changed something for too long to wait for: try again
 */
public record KekActivation(boolean done, int lacking, boolean busy) {
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String ACTIVATE = "SELECT activated, lacking FROM auth.activate_kek(?, ?)";

    /**
     * Makes {@code id} active, if it is announced or retiring and every live process holds it.
     *
     * @param ring holds the KEK: nobody activates one that they only heard of
     */
    public static KekActivation of(Connection connection, KekRing ring, KekId id) throws SQLException {
        try {
            return Jdbc.rows(
                            connection,
                            row -> new KekActivation(row.getBoolean("activated"), row.getInt("lacking"), false),
                            ACTIVATE,
                            id.value(),
                            ring.fingerprint(id).orElseThrow())
                    .get(0);
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return new KekActivation(false, 0, true);
            }
            throw e;
        }
    }
}
