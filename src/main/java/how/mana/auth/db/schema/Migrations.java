package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Brings a database to the schema this build needs: roles, tables, policies, grants, functions. Run by the owner role,
 * before serving or as a command; blocking. Any number may start at once: one works, the others wait and find nothing to do.
 */
public final class Migrations {
    private static final Logger LOG = Logger.getLogger(Migrations.class);

    private final DatabaseUrl owner;
    private final Optional<String> servingRole;

    private Migrations(DatabaseUrl owner, Optional<String> servingRole) {
        this.owner = owner;
        this.servingRole = servingRole;
    }

    /** Migrates; who serves is not known and is left to the administrator. */
    public static Migrations by(DatabaseUrl owner) {
        return new Migrations(owner, Optional.empty());
    }

    /**
     * Migrates, and makes the serving role a member of {@code mana_app}.
     *
     * @throws MigrationRefusedException if both are one role: row-level security would rest on its owner's good will
     */
    public static Migrations by(DatabaseUrl owner, DatabaseUrl serving) {
        if (owner.role().equals(serving.role())) {
            throw new MigrationRefusedException("DATABASE_URL and MIGRATION_DATABASE_URL name the same role, "
                    + owner.role() + ". The owner never serves: give the service a role of its own.");
        }
        return new Migrations(owner, Optional.of(serving.role()));
    }

    /**
     * @throws MigrationRefusedException if an operator has to do something first
     * @throws MigrationFailedException if it stopped on the way; running it again carries on
     */
    public MigrationResult run(OldService wish) {
        try (var connection = Jdbc.connect(owner, "migrate")) {
            return migrate(connection, wish);
        } catch (MigrationRefusedException e) {
            throw e;
        } catch (Exception e) {
            throw new MigrationFailedException(
                    "The database " + owner + " could not be migrated: " + e.getMessage(), e);
        }
    }

    private MigrationResult migrate(Connection connection, OldService wish) throws Exception {
        try (var lock = MigrationLock.acquire(connection)) {
            // A change that waits for a table makes everyone else wait behind it: rather fail, and be run again.
            Jdbc.execute(connection, "SET lock_timeout = '60s'");
            var adopting = OldDatabase.isHere(connection);
            if (adopting) {
                OldDatabase.requireAdoptable(connection, wish);
            }
            GroupRoles.ensure(connection, servingRole);
            createSchema(connection);
            return adopting ? adopt(connection) : update(connection, false);
        }
    }

    private static MigrationResult adopt(Connection connection) throws Exception {
        var before = OldDatabase.protectedRows(connection);
        LOG.infof("Adopting the old service's database; rows of protected tables: %s", before);
        var result = update(connection, true);
        requireNothingLost(before, OldDatabase.protectedRows(connection));
        return result;
    }

    private static MigrationResult update(Connection connection, boolean adopted) throws Exception {
        var before = Changelog.appliedTo(connection);
        Changelog.update(connection);
        var after = Changelog.appliedTo(connection);
        var applied = after.subList(before.size(), after.size());
        LOG.infof("Database schema %s, %d changesets applied now", Changelog.LATEST, applied.size());
        return new MigrationResult(applied, adopted);
    }

    private static void requireNothingLost(Map<String, Long> before, Map<String, Long> after) {
        before.forEach((table, rows) -> {
            if (after.getOrDefault(table, 0L) < rows) {
                throw new IllegalStateException("auth." + table + " had " + rows + " rows and now has "
                        + after.get(table) + ": restore the backup");
            }
        });
    }

    /** Liquibase keeps its tables there, so the schema comes before the first changeset. */
    private static void createSchema(Connection connection) throws SQLException {
        if (!Jdbc.isTrue(connection, "SELECT to_regnamespace('auth') IS NOT NULL")) {
            Jdbc.execute(connection, "CREATE SCHEMA auth");
        }
    }
}
