package how.mana.auth.db.keks;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;

/** Stops everything that opens or makes a key, on every replica within five seconds, and lets it go on. */
public final class EmergencySeal {
    private static final String SEAL = """
            UPDATE auth.service_state SET sealed_at = now(), sealed_by = session_user, sealed_why = ?
            WHERE sealed_at IS NULL
            """;

    private static final String UNSEAL = """
            UPDATE auth.service_state SET sealed_at = NULL, sealed_by = NULL, sealed_why = NULL
            WHERE sealed_at IS NOT NULL
            """;

    private EmergencySeal() {}

    /** @return whether this call changed anything */
    public static boolean set(Connection maintenance, String why) throws SQLException {
        return Jdbc.update(maintenance, SEAL, why) == 1;
    }

    /** @return whether this call changed anything */
    public static boolean lift(Connection maintenance) throws SQLException {
        return Jdbc.update(maintenance, UNSEAL) == 1;
    }
}
