package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;

/** The owner's connection to one database, on which one migration at a time works. */
final class OwnerSession {
    private OwnerSession() {}

    /**
     * @throws MigrationRefusedException if an operator has to do something first
     * @throws MigrationFailedException if it stopped on the way; running it again carries on
     */
    static MigrationResult run(DatabaseUrl owner, Work work) {
        try (var connection = Jdbc.connect(owner, "migrate");
                var lock = MigrationLock.acquire(connection)) {
            // A change that waits for a table makes everyone else wait behind it: rather fail, and be run again.
            Jdbc.execute(connection, "SET lock_timeout = '60s'");
            return work.on(connection);
        } catch (MigrationRefusedException e) {
            throw e;
        } catch (Exception e) {
            throw new MigrationFailedException(
                    "The database " + owner + " could not be migrated: " + e.getMessage(), e);
        }
    }

    /**
     * @param variables the two that name the roles
     * @throws MigrationRefusedException if both are one role: row-level security would rest on its owner's good will
     */
    static void requireTwoRoles(DatabaseUrl owner, DatabaseUrl serving, String variables) {
        if (owner.role().equals(serving.role())) {
            throw new MigrationRefusedException(variables + " name the same role, " + owner.role()
                    + ". The owner never serves: give the service a role of its own.");
        }
    }

    /** What a migration does once it is alone. */
    interface Work {
        MigrationResult on(Connection connection) throws Exception;
    }
}
