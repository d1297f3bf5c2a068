package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A database of one test, and the three ways into it. Goes away on close, its roles with it.
 *
 * @see TestPostgres#createDatabase
 */
public final class TestDatabase implements AutoCloseable {
    private final DatabaseUrl ownerUrl;
    private final DatabaseUrl appUrl;
    private final DatabaseUrl adminUrl;
    private final Deque<String> roles = new ArrayDeque<>();

    TestDatabase(DatabaseUrl ownerUrl, DatabaseUrl appUrl, DatabaseUrl adminUrl) {
        this.ownerUrl = ownerUrl;
        this.appUrl = appUrl;
        this.adminUrl = adminUrl;
        roles.push(ownerUrl.role());
        roles.push(appUrl.role());
    }

    TestDatabase withRolesOfAnother() {
        roles.clear();
        return this;
    }

    /** Owns the database, migrates it; has CREATEROLE. */
    public DatabaseUrl ownerUrl() {
        return ownerUrl;
    }

    /** Serves; has nothing but what the migration grants it. */
    public DatabaseUrl appUrl() {
        return appUrl;
    }

    /** The cluster's superuser, in this database. */
    public DatabaseUrl adminUrl() {
        return adminUrl;
    }

    public Connection connectAsOwner() throws SQLException {
        return TestPostgres.connect(ownerUrl);
    }

    public Connection connectAsApp() throws SQLException {
        return TestPostgres.connect(appUrl);
    }

    public Connection connectAsAdmin() throws SQLException {
        return TestPostgres.connect(adminUrl);
    }

    /** Brings the database to the current schema, as the service would. */
    public TestDatabase migrated() {
        Migrations.by(ownerUrl, appUrl).run(OldService.REFUSE);
        return this;
    }

    /** Runs SQL as the superuser. */
    public TestDatabase with(String sql) throws SQLException {
        try (var admin = connectAsAdmin()) {
            Jdbc.execute(admin, sql);
        }
        return this;
    }

    /** Another login role, with attributes such as {@code "BYPASSRLS"} or {@code "IN ROLE mana_auditor"}. */
    public DatabaseUrl createRole(String suffix, String attributes) throws SQLException {
        var role = ownerUrl.database() + "_" + suffix;
        with("CREATE ROLE " + role + " LOGIN PASSWORD 'test' " + attributes);
        roles.push(role);
        return new DatabaseUrl(
                role,
                "test",
                ownerUrl.host(),
                ownerUrl.port(),
                ownerUrl.database(),
                ownerUrl.sslMode(),
                ownerUrl.sslRootCert());
    }

    @Override
    public void close() throws SQLException {
        var cluster = TestPostgres.instance().adminUrl();
        if (cluster.port() != adminUrl.port()) {
            return; // a cluster of its own, which ends as a whole
        }
        try (var admin = TestPostgres.connect(cluster)) {
            Jdbc.execute(admin, "DROP DATABASE " + adminUrl.database() + " WITH (FORCE)");
            while (!roles.isEmpty()) {
                Jdbc.execute(admin, "DROP ROLE " + roles.pop());
            }
        }
    }
}
