package how.mana.auth.db.backup;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Which database it is, by whatever name it is reached.
 *
 * @param system the identifier of the cluster, which only copies of its files share; empty where it may not be read
 * @param database its number in the cluster
 * @param changelog the number of the table {@code auth.mana_changelog}; 0 if there is none
 */
public record Place(Optional<String> system, long database, long changelog) {
    private static final String MAY_ASK = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')";
    private static final String SYSTEM = "SELECT system_identifier::text FROM pg_control_system()";

    private static final String NUMBERS = """
            SELECT (SELECT d.oid::bigint FROM pg_database d WHERE d.datname = current_database()) AS database,
                   coalesce((SELECT c.oid::bigint
                             FROM pg_class c
                             JOIN pg_namespace n ON n.oid = c.relnamespace
                             WHERE n.nspname = 'auth' AND c.relname = 'mana_changelog'), 0) AS changelog
            """;

    /** The one behind {@code connection}, of any role. */
    public static Place of(Connection connection) throws SQLException {
        var system = Jdbc.isTrue(connection, MAY_ASK)
                ? Optional.of(Jdbc.strings(connection, SYSTEM).get(0))
                : Optional.<String>empty();
        return Jdbc.rows(
                        connection,
                        row -> new Place(system, row.getLong("database"), row.getLong("changelog")),
                        NUMBERS)
                .get(0);
    }

    /** Whether the two may be one. Never false of one and the same, as long as nobody made its changelog anew. */
    public boolean mayBe(Place other) {
        if (system.isPresent() && other.system.isPresent()) {
            return system.equals(other.system) && database == other.database;
        }
        return database == other.database && changelog == other.changelog;
    }
}
