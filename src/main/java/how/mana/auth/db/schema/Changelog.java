package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
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

/** The changelog files of one database, and what a database has seen of them. */
final class Changelog {
    /** Id of the last changeset: the schema version this build needs. A newer database is fine, an older one is not. */
    static final String LATEST = "0016-signing-keys";

    static final String FILE = "db/changelog.xml";

    /** Of the main database. */
    static final Changelog MAIN = new Changelog("auth", FILE, LATEST);

    /** Of what this service owns in the sync database. */
    static final Changelog SYNC = new Changelog("mana_ai", "db/sync-changelog.xml", "0001-grants");

    private static final String TABLE = "mana_changelog";
    private static final String LOCK_TABLE = "mana_changelog_lock";
    private static final Logger LOG = Logger.getLogger(Changelog.class);

    private final String schema;
    private final String file;
    private final String latest;

    private Changelog(String schema, String file, String latest) {
        this.schema = schema;
        this.file = file;
        this.latest = latest;
    }

    /** Where our tables are, Liquibase's own among them. A name of ours, safe in SQL. */
    String schema() {
        return schema;
    }

    String file() {
        return file;
    }

    /** Id of the last changeset. */
    String latest() {
        return latest;
    }

    /** Ids of the changesets this database has, oldest first; empty if it never saw one. */
    List<String> appliedTo(Connection connection) throws SQLException {
        if (!exists(connection, TABLE)) {
            return List.of();
        }
        return Jdbc.strings(connection, "SELECT id FROM " + schema + "." + TABLE + " ORDER BY orderexecuted");
    }

    /**
     * Runs what is missing, and says what that was. Liquibase keeps its tables in the schema, which therefore comes before
     * the first changeset.
     */
    List<String> migrate(Connection connection) throws Exception {
        if (!Jdbc.isTrue(connection, "SELECT to_regnamespace(?) IS NOT NULL", schema)) {
            Jdbc.execute(connection, "CREATE SCHEMA " + schema);
        }
        var before = appliedTo(connection);
        update(connection);
        var after = appliedTo(connection);
        var applied = after.subList(before.size(), after.size());
        LOG.infof("Schema %s is at %s, %d changesets applied now", schema, latest, applied.size());
        return applied;
    }

    /**
     * Runs what is missing. The caller holds {@link MigrationLock}, so whoever left Liquibase's own lock behind is dead.
     *
     * <p>This is plain Liquibase on the caller's connection, not Quarkus's factory: that one wants a pool, and the advisory
     * lock belongs to one session. Each changeset is one transaction.
     */
    private void update(Connection connection) throws Exception {
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

    private Liquibase liquibaseOn(Connection connection) throws Exception {
        var database = new PostgresDatabase();
        database.setConnection(new JdbcConnection(connection));
        database.setLiquibaseSchemaName(schema);
        database.setDatabaseChangeLogTableName(TABLE);
        database.setDatabaseChangeLogLockTableName(LOCK_TABLE);
        var liquibase = new Liquibase(file, new ClassPathResources(), database);
        liquibase.setShowSummary(UpdateSummaryEnum.OFF);
        return liquibase;
    }

    private void releaseStaleLock(Connection connection) throws SQLException {
        if (!exists(connection, LOCK_TABLE)) {
            return;
        }
        var holders = Jdbc.strings(
                connection,
                "UPDATE " + schema + "." + LOCK_TABLE + " l SET locked = false, lockgranted = NULL, lockedby = NULL"
                        + " FROM " + schema + "." + LOCK_TABLE + " held WHERE l.id = held.id AND held.locked"
                        + " RETURNING held.lockedby || ' since ' || held.lockgranted");
        if (!holders.isEmpty()) {
            LOG.warnf("Released the changelog lock of a migration that no longer runs: %s", holders);
        }
    }

    /** Not to_regclass: that is an error in a schema this role may not use, and a schema may be somebody else's still. */
    private boolean exists(Connection connection, String table) throws SQLException {
        return Jdbc.isTrue(
                connection,
                "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ?)",
                schema,
                table);
    }
}
