package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.schema.BootChecks;
import how.mana.auth.db.schema.Migrations;
import how.mana.auth.db.schema.OldService;
import how.mana.auth.db.schema.ServingConnection;
import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code database.sql} with the secrets that the script makes, on a cluster as new as that of a first {@code compose up}. */
class DatabaseRolesTest {
    private static final String DATABASE = "mana_platform";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path home;

    @SuppressWarnings("NullAway.Init") // before each test
    private TestPostgres cluster;

    @SuppressWarnings("NullAway.Init") // before each test
    private Path mounted;

    @BeforeEach
    void aNewClusterAndMountedSecrets() throws Exception {
        cluster = TestPostgres.untouched();
        try (var superuser = TestPostgres.connect(cluster.adminUrl())) {
            superuser.createStatement().execute("CREATE DATABASE " + DATABASE);
        }
        var secrets = MadeSecrets.in(home);
        // As in a container: a directory that is open to all, in it the files with the modes they have outside.
        mounted = Files.createDirectory(home.resolve("run"));
        for (var name : secrets.names()) {
            Files.copy(secrets.directory().resolve(name), mounted.resolve(name));
        }
        for (var directory : new Path[] {home, mounted}) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @AfterEach
    void stop() throws IOException {
        cluster.close();
    }

    @Test
    void theOwnerMigratesAndTheAppPassesTheBootChecks() throws Exception {
        initialise();

        var result = Migrations.by(url("migration_database_url"), url("database_url"))
                .run(OldService.REFUSE);

        assertThat(result.applied()).isNotEmpty();
        try (var app = ServingConnection.open(url("database_url"))) {
            BootChecks.require(app);
        }
    }

    @Test
    void neitherRoleMayMoreThanItHasTo() throws Exception {
        initialise();

        try (var superuser = TestPostgres.connect(in(DATABASE, cluster.adminUrl()));
                var roles = superuser.createStatement().executeQuery("""
                                SELECT string_agg(concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreatedb, rolreplication,
                                    rolcreaterole, d.datname), ', ' ORDER BY rolname)
                                FROM pg_roles LEFT JOIN pg_database d ON d.datdba = pg_roles.oid
                                WHERE rolcanlogin AND rolname <> 'postgres'
                                """)) {
            roles.next();
            assertThat(roles.getString(1)).isEqualTo("mana_auth f f f f f, mana_owner f f f f t " + DATABASE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "postgresql://mana_auth:short@postgres:5432/mana_platform",
                "postgresql://mana_auth:percent%20and-long-enough@postgres:5432/mana_platform",
                "postgresql://mana_auth:a-long-enough-password@postgres:5432/another_database",
            })
    void aUrlThatWouldNotLogInIsRefusedAndNoRoleIsMade(String url) throws Exception {
        Files.delete(mounted.resolve("database_url"));
        Files.writeString(mounted.resolve("database_url"), url);

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(this::initialise)
                .withMessageContaining("database_url is not postgresql://")
                .withMessageNotContaining("long-enough");
        try (var superuser = TestPostgres.connect(cluster.adminUrl());
                var roles = superuser
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'mana%'")) {
            roles.next();
            assertThat(roles.getInt(1)).isZero();
        }
    }

    private void initialise() throws IOException, SQLException {
        var script = Files.readString(Path.of("src/main/docker/database.sql"));
        assertThat(script).contains("/run/secrets/");
        try (Connection superuser = TestPostgres.connect(in(DATABASE, cluster.adminUrl()))) {
            superuser.createStatement().execute(script.replace("/run/secrets/", mounted + "/"));
        }
    }

    /** The URL of a secret, with the test's host in place of the container's. */
    private DatabaseUrl url(String secret) throws IOException {
        var url = DatabaseUrl.parse(Files.readString(mounted.resolve(secret)).strip());
        var here = cluster.adminUrl();
        return new DatabaseUrl(
                url.role(),
                url.password(),
                here.host(),
                here.port(),
                url.database(),
                here.sslMode(),
                here.sslRootCert());
    }

    private static DatabaseUrl in(String database, DatabaseUrl url) {
        return new DatabaseUrl(
                url.role(), url.password(), url.host(), url.port(), database, url.sslMode(), url.sslRootCert());
    }
}
