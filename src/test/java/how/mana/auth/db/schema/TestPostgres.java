package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real Postgres for tests: the one {@code TEST_DATABASE_URL} names (as a superuser), else a container if Docker answers,
 * else an embedded one. Started once per JVM and left to end with it.
 *
 * <pre>{@code
 * try (var database = TestPostgres.instance().createDatabase().migrated();
 *         var app = database.connectAsApp()) { … }
 * }</pre>
 */
public final class TestPostgres implements AutoCloseable {
    private static final String IMAGE = "postgres:17-alpine";

    private final DatabaseUrl admin;
    private final Optional<EmbeddedPostgres> embedded;

    private TestPostgres(DatabaseUrl admin, Optional<EmbeddedPostgres> embedded) {
        this.admin = admin;
        this.embedded = embedded;
    }

    public static TestPostgres instance() {
        return Shared.POSTGRES;
    }

    /** A cluster of its own, in which no group role exists yet. Always the embedded one; close it. */
    public static TestPostgres untouched() {
        try {
            var started = EmbeddedPostgres.builder().start();
            return new TestPostgres(
                    DatabaseUrl.parse("postgresql://postgres:postgres@localhost:" + started.getPort() + "/postgres"),
                    Optional.of(started));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty database with an owner that has CREATEROLE and a plain serving role, all under names of their own. */
    public TestDatabase createDatabase() throws SQLException {
        var name = "t_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        var created = new TestDatabase(as(name, name + "_owner"), as(name, name + "_app"), as(name, admin.role()));
        try (var connection = connect(admin)) {
            Jdbc.execute(connection, "CREATE ROLE " + name + "_owner LOGIN CREATEROLE PASSWORD 'test'");
            Jdbc.execute(connection, "CREATE ROLE " + name + "_app LOGIN PASSWORD 'test'");
            Jdbc.execute(connection, "CREATE DATABASE " + name + " OWNER " + name + "_owner");
            letAdministerGroups(connection, name + "_owner");
        }
        return created;
    }

    /** The sync database of the same owner and serving role. Close it before the other, which takes the roles with it. */
    public TestDatabase createSyncDatabase(TestDatabase main) throws SQLException {
        var name = main.ownerUrl().database() + "_sync";
        var created = new TestDatabase(
                as(name, main.ownerUrl().role()), as(name, main.appUrl().role()), as(name, admin.role()));
        try (var connection = connect(admin)) {
            Jdbc.execute(
                    connection,
                    "CREATE DATABASE " + name + " OWNER " + main.ownerUrl().role());
        }
        return created.withRolesOfAnother();
    }

    /** A copy of it, to which nobody may be connected now. Close it before the other, which takes the roles with it. */
    public TestDatabase copyOf(TestDatabase main) throws SQLException {
        var name = main.ownerUrl().database() + "_copy";
        var copy = new TestDatabase(
                as(name, main.ownerUrl().role()), as(name, main.appUrl().role()), as(name, admin.role()));
        try (var connection = connect(admin)) {
            Jdbc.execute(
                    connection,
                    "CREATE DATABASE " + name + " TEMPLATE " + main.ownerUrl().database());
        }
        return copy.withRolesOfAnother();
    }

    public DatabaseUrl adminUrl() {
        return admin;
    }

    public static Connection connect(DatabaseUrl url) throws SQLException {
        return Jdbc.connect(url, "test");
    }

    @Override
    public void close() throws IOException {
        if (embedded.isPresent()) {
            embedded.get().close();
        }
    }

    private DatabaseUrl as(String database, String role) {
        var password = role.equals(admin.role()) ? admin.password() : "test";
        return new DatabaseUrl(
                role, password, admin.host(), admin.port(), database, admin.sslMode(), admin.sslRootCert());
    }

    /**
     * Groups belong to the cluster, and since Postgres 16 only the role that created one may grant it. Each test database
     * has an owner of its own, so each is given what the first would have.
     */
    private static void letAdministerGroups(Connection connection, String owner) throws SQLException {
        var modern = Jdbc.isTrue(connection, "SELECT current_setting('server_version_num')::integer >= 160000");
        if (!modern) {
            return;
        }
        for (var group : Jdbc.strings(
                connection,
                "SELECT rolname FROM pg_roles WHERE rolname IN"
                        + " ('mana_app', 'mana_eraser', 'mana_maintenance', 'mana_auditor', 'mana_backup')")) {
            Jdbc.execute(connection, "GRANT " + group + " TO " + owner + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
        }
    }

    private static final class Shared {
        static final TestPostgres POSTGRES = start();

        private static TestPostgres start() {
            var url = System.getenv("TEST_DATABASE_URL");
            if (url != null && !url.isEmpty()) {
                return new TestPostgres(DatabaseUrl.parse(url), Optional.empty());
            }
            if (DockerClientFactory.instance().isDockerAvailable()) {
                return inContainer();
            }
            return untouched();
        }

        @SuppressWarnings("resource") // ends with the JVM
        private static TestPostgres inContainer() {
            var container = new PostgreSQLContainer(IMAGE);
            container.start();
            var jdbc = URI.create(container.getJdbcUrl().substring("jdbc:".length()));
            return new TestPostgres(
                    new DatabaseUrl(
                            container.getUsername(),
                            container.getPassword(),
                            jdbc.getHost(),
                            jdbc.getPort(),
                            container.getDatabaseName(),
                            Optional.empty(),
                            Optional.empty()),
                    Optional.empty());
        }
    }
}
