package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
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
    private final Optional<String> auditorRole;

    private Migrations(DatabaseUrl owner, Optional<String> servingRole, Optional<String> auditorRole) {
        this.owner = owner;
        this.servingRole = servingRole;
        this.auditorRole = auditorRole;
    }

    /** Migrates; who serves is not known and is left to the administrator. */
    public static Migrations by(DatabaseUrl owner) {
        return new Migrations(owner, Optional.empty(), Optional.empty());
    }

    /**
     * Migrates, and makes the serving role a member of {@code mana_app}.
     *
     * @throws MigrationRefusedException if both are one role: row-level security would rest on its owner's good will
     */
    public static Migrations by(DatabaseUrl owner, DatabaseUrl serving) {
        OwnerSession.requireTwoRoles(owner, serving, "DATABASE_URL and MIGRATION_DATABASE_URL");
        return new Migrations(owner, Optional.of(serving.role()), Optional.empty());
    }

    /**
     * The same, and makes the role that seals the trail a member of {@code mana_auditor}.
     *
     * @param auditor empty if nobody is to seal, or if an administrator sees to that role
     * @throws MigrationRefusedException if that is the serving role, which must not read everybody's trail
     */
    public Migrations sealedBy(Optional<DatabaseUrl> auditor) {
        var role = auditor.map(DatabaseUrl::role);
        if (role.isPresent() && role.equals(servingRole)) {
            throw new MigrationRefusedException("DATABASE_URL and AUDITOR_DATABASE_URL name the same role, "
                    + role.get() + ". Who serves must not read everybody's trail: give the sealer a role of its own.");
        }
        return new Migrations(owner, servingRole, role);
    }

    /**
     * @throws MigrationRefusedException if an operator has to do something first
     * @throws MigrationFailedException if it stopped on the way; running it again carries on
     */
    public MigrationResult run(OldService wish) {
        return OwnerSession.run(owner, connection -> migrate(connection, wish));
    }

    private MigrationResult migrate(Connection connection, OldService wish) throws Exception {
        var adopting = OldDatabase.isHere(connection);
        if (adopting) {
            OldDatabase.requireAdoptable(connection, wish);
        }
        new GroupRoles(connection, servingRole, auditorRole).ensure();
        return adopting ? adopt(connection) : new MigrationResult(Changelog.MAIN.migrate(connection), false);
    }

    private static MigrationResult adopt(Connection connection) throws Exception {
        var before = OldDatabase.protectedRows(connection);
        LOG.infof("Adopting the old service's database; rows of protected tables: %s", before);
        var applied = Changelog.MAIN.migrate(connection);
        requireNothingLost(before, OldDatabase.protectedRows(connection));
        return new MigrationResult(applied, true);
    }

    private static void requireNothingLost(Map<String, Long> before, Map<String, Long> after) {
        before.forEach((table, rows) -> {
            if (after.getOrDefault(table, 0L) < rows) {
                throw new IllegalStateException("auth." + table + " had " + rows + " rows and now has "
                        + after.get(table) + ": restore the backup");
            }
        });
    }
}
