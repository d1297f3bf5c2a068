package how.mana.auth.db.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * The Postgres of local mode. Its data outlives it; only one process at a time can run one on a directory; a server left behind
 * by a killed process is stopped by the next start. Nobody gets in without a password, not even on this machine.
 *
 * <p>The directory holds: {@code cluster} (the data and the server's log), {@code passwords} (for {@code PGPASSFILE}), {@code
 * binaries-…} (the unpacked programs) and {@code lock}.
 */
public final class LocalPostgres implements AutoCloseable {
    private static final int USUAL_PORT = 54329;

    private final DirectoryLock lock;
    private final PostgresCluster cluster;
    private final LocalPasswords passwords;
    private final int port;
    private boolean closed;

    private LocalPostgres(DirectoryLock lock, PostgresCluster cluster, LocalPasswords passwords, int port) {
        this.lock = lock;
        this.cluster = cluster;
        this.passwords = passwords;
        this.port = port;
    }

    /**
     * Starts the server on the data of {@code directory}, and creates what is missing: directory, passwords, cluster, roles,
     * databases.
     *
     * @param progress gets a line before each step that takes seconds
     * @throws LocalPostgresException with what to do about it
     */
    public static LocalPostgres start(Path directory, Consumer<String> progress) {
        try {
            Files.createDirectories(directory.toAbsolutePath().normalize().resolveSibling("."));
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(directory, OwnerOnly.DIRECTORY.attributes(directory));
            }
            Path home = directory.toRealPath();
            DirectoryLock lock = DirectoryLock.take(home);
            try {
                return start(home, lock, progress);
            } catch (IOException | SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (AccessDeniedException e) {
            throw new LocalPostgresException("No access to " + e.getFile() + " (made by another user?); set"
                    + " MANA_AUTH_LOCAL_DATA to a directory of your own");
        } catch (IOException | SQLException e) {
            throw new LocalPostgresException("The local Postgres does not start", e);
        }
    }

    private static LocalPostgres start(Path home, DirectoryLock lock, Consumer<String> progress)
            throws IOException, SQLException {
        Unprivileged runner = Unprivileged.detect();
        if (runner == Unprivileged.NOBODY) {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        }
        PostgresBinaries binaries = PostgresBinaries.unpack(home, runner, progress);
        if (!runner.canReach(binaries.directory())) {
            throw new LocalPostgresException("Postgres does not run as root, and the user nobody cannot reach " + home
                    + "; start the service as an ordinary user, or set MANA_AUTH_LOCAL_DATA to a directory"
                    + " below one that everybody may enter, such as /var/lib");
        }
        Path data = home.resolve("cluster");
        LocalPasswords passwords = passwords(home.resolve("passwords"), data);
        PostgresCluster cluster = new PostgresCluster(data, binaries, runner);
        if (!Files.exists(data)) {
            progress.accept("creating the database cluster in " + home + " (first start, a few seconds)");
            cluster.create(passwords.of(LocalPasswords.SUPERUSER));
        }
        cluster.checkVersion();
        if (cluster.stopOrphan()) {
            progress.accept("stopped the Postgres that a killed run had left behind");
        }
        return serve(lock, cluster, passwords);
    }

    private static LocalPostgres serve(DirectoryLock lock, PostgresCluster cluster, LocalPasswords passwords)
            throws IOException, SQLException {
        int port = freePort();
        cluster.start(port);
        try {
            LocalRoles.create(port, passwords);
        } catch (SQLException | RuntimeException e) {
            cluster.stop();
            throw e;
        }
        return new LocalPostgres(lock, cluster, passwords, port);
    }

    /** Without their passwords the data is of no use, so a lost file is not replaced by another one. */
    private static LocalPasswords passwords(Path file, Path data) throws IOException {
        if (Files.exists(file)) {
            return LocalPasswords.read(file);
        }
        if (Files.exists(data)) {
            throw new LocalPostgresException("The passwords of the data in " + data + " are gone: " + file
                    + " is missing. Put it back, or move " + data + " away to start with an empty database");
        }
        return LocalPasswords.create(file);
    }

    private static int freePort() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket socket = new ServerSocket(USUAL_PORT, 1, loopback)) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
                return socket.getLocalPort();
            }
        }
    }

    /** What the service works with: the role that row-level security binds. */
    public String appUrl() {
        return url(LocalPasswords.APP, LocalRoles.DATABASE);
    }

    /** The sync database, for the same role. The owner's role owns it too. */
    public String syncUrl() {
        return url(LocalPasswords.APP, LocalRoles.SYNC_DATABASE);
    }

    /** For migrations: the role that owns the database and may create roles. */
    public String ownerUrl() {
        return url(LocalPasswords.OWNER, LocalRoles.DATABASE);
    }

    private String url(String role, String database) {
        return "postgresql://" + role + ":" + passwordOf(role) + "@127.0.0.1:" + port + "/" + database;
    }

    String passwordOf(String role) {
        return passwords.of(role);
    }

    public int port() {
        return port;
    }

    /** Stops the server and returns when everything is written. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            cluster.stop();
        } catch (IOException e) {
            throw new LocalPostgresException("The local Postgres does not stop", e);
        }
    }
}
