package how.mana.auth.deploy;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;

/** What the first {@code compose up} finds: new secrets, mounted, and a Postgres with an empty database and no role of ours. */
final class FirstStart implements AutoCloseable {
    private static final String DATABASE = "mana_platform";

    private final TestPostgres cluster;
    private final Path mounted;

    private FirstStart(TestPostgres cluster, Path mounted) {
        this.cluster = cluster;
        this.mounted = mounted;
    }

    @SuppressWarnings("resource") // closed by close
    static FirstStart in(Path home) throws Exception {
        var secrets = MadeSecrets.in(home);
        var cluster = TestPostgres.untouched();
        var start = new FirstStart(cluster, Files.createDirectory(home.resolve("mounted")));
        // As in a container: a directory that is open to all, and in it the files with the modes they have outside.
        for (var name : secrets.names()) {
            Files.copy(secrets.directory().resolve(name), start.secret(name));
        }
        for (var directory : new Path[] {home, start.mounted}) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (var superuser = TestPostgres.connect(cluster.adminUrl())) {
            superuser.createStatement().execute("CREATE DATABASE " + DATABASE);
        }
        return start;
    }

    Path secret(String name) {
        return mounted.resolve(name);
    }

    void replace(String secret, String content) throws IOException {
        Files.delete(secret(secret));
        Files.writeString(secret(secret), content);
        Files.setPosixFilePermissions(secret(secret), PosixFilePermissions.fromString("r--r--r--"));
    }

    /** What the image of Postgres does with {@code database.sql}. */
    FirstStart initialised() throws IOException, SQLException {
        var script = Files.readString(Path.of("src/main/docker/database.sql"));
        try (var superuser = connectAsSuperuser()) {
            superuser.createStatement().execute(script.replace("/run/secrets/", mounted + "/"));
        }
        return this;
    }

    Connection connectAsSuperuser() throws SQLException {
        var server = cluster.adminUrl();
        return TestPostgres.connect(new DatabaseUrl(
                server.role(),
                server.password(),
                server.host(),
                server.port(),
                DATABASE,
                server.sslMode(),
                server.sslRootCert()));
    }

    /** The URL of a secret as it has to be here, where the server goes by another name. */
    String url(String secret) throws IOException {
        return Files.readString(secret(secret))
                .strip()
                .replace("@postgres:5432/", "@127.0.0.1:" + cluster.adminUrl().port() + "/");
    }

    @Override
    public void close() throws IOException {
        cluster.close();
    }
}
