package how.mana.auth.db.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.database.core.PostgresDatabase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.ui.LoggerUIService;
import org.jboss.logging.Logger;

/** The changelog files, and what a database has seen of them. */
final class Changelog {
    /** Id of the last changeset: the schema version this build needs. A newer database is fine, an older one is not. */
    static final String LATEST = "0008-strangers";

    static final String FILE = "db/changelog.xml";
    private static final String SCHEMA = "auth";
    private static final String TABLE = "mana_changelog";
    private static final String LOCK_TABLE = "mana_changelog_lock";
    private static final Logger LOG = Logger.getLogger(Changelog.class);

    private Changelog() {}

    /** Ids of the changesets this database has, oldest first; empty if it never saw one. */
    static List<String> appliedTo(Connection connection) throws SQLException {
        if (!exists(connection, TABLE)) {
            return List.of();
        }
        return Jdbc.strings(connection, "SELECT id FROM auth.mana_changelog ORDER BY orderexecuted");
    }

    /**
     * Runs what is missing. The caller holds {@link MigrationLock}, so whoever left Liquibase's own lock behind is dead.
     *
     * <p>This is plain Liquibase on the caller's connection, not Quarkus's factory: that one wants a pool, and the advisory
     * lock belongs to one session. Each changeset is one transaction.
     */
    static void update(Connection connection) throws Exception {
        releaseStaleLock(connection);
        var settings = Map.<String, Object>of(
                Scope.Attr.resourceAccessor.name(),
                new ClassPathResources(),
                Scope.Attr.ui.name(),
                new LoggerUIService(), // stdout belongs to the commands
                "liquibase.analytics.enabled",
                false);
        try {
            Scope.child(settings, () -> liquibaseOn(connection).update(new Contexts(), new LabelExpression()));
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static Liquibase liquibaseOn(Connection connection) throws Exception {
        var database = new PostgresDatabase();
        database.setConnection(new JdbcConnection(connection));
        database.setLiquibaseSchemaName(SCHEMA);
        database.setDatabaseChangeLogTableName(TABLE);
        database.setDatabaseChangeLogLockTableName(LOCK_TABLE);
        var liquibase = new Liquibase(FILE, new ClassPathResources(), database);
        liquibase.setShowSummary(UpdateSummaryEnum.OFF);
        return liquibase;
    }

    private static void releaseStaleLock(Connection connection) throws SQLException {
        if (!exists(connection, LOCK_TABLE)) {
            return;
        }
        var holders = Jdbc.strings(
                connection,
                "UPDATE auth.mana_changelog_lock l SET locked = false, lockgranted = NULL, lockedby = NULL"
                        + " FROM auth.mana_changelog_lock held WHERE l.id = held.id AND held.locked"
                        + " RETURNING held.lockedby || ' since ' || held.lockgranted");
        if (!holders.isEmpty()) {
            LOG.warnf("Released the changelog lock of a migration that no longer runs: %s", holders);
        }
    }

    /** Not to_regclass: that is an error in a schema this role may not use, and a schema may be somebody else's still. */
    private static boolean exists(Connection connection, String table) throws SQLException {
        return Jdbc.isTrue(
                connection,
                "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ?)",
                SCHEMA,
                table);
    }
}
