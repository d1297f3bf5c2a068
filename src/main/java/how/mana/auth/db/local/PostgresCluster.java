package how.mana.auth.db.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One directory of Postgres data and the server that runs on it. Whoever uses this holds the lock of the directory above. */
final class PostgresCluster {
    /** Stated, though they are Postgres's defaults: this data is somebody's, and nobody but this machine may ask for it. */
    private static final String SETTINGS = " -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            + " -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c password_encryption=scram-sha-256";

    private static final String STOP_SECONDS = "30";
    private static final int LOG_TAIL = 10;

    private final Path data;
    private final PostgresBinaries binaries;
    private final Unprivileged runner;

    PostgresCluster(Path data, PostgresBinaries binaries, Unprivileged runner) {
        this.data = data;
        this.binaries = binaries;
        this.runner = runner;
    }

    /**
     * Makes the cluster beside its place and moves it there when it is whole, so that an interrupted first start leaves none.
     * No connection is ever trusted, the superuser's password exists before the server does.
     */
    void create(String superuserPassword) throws IOException {
        Path draft = data.resolveSibling("cluster.new");
        Path password = data.resolveSibling("password.new");
        Trees.delete(draft);
        Files.deleteIfExists(password);
        Files.createDirectory(draft, OwnerOnly.DIRECTORY.attributes(draft));
        Files.createFile(password, OwnerOnly.FILE.attributes(password));
        try {
            Files.writeString(password, superuserPassword);
            runner.give(draft);
            runner.give(password);
            run(
                    "initdb",
                    "-D",
                    draft.toString(),
                    "-U",
                    LocalPasswords.SUPERUSER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8");
        } finally {
            Files.delete(password);
        }
        Files.move(draft, data, ATOMIC_MOVE);
    }

    /** Refuses data of another major version, which this server could not read. */
    void checkVersion() throws IOException {
        String made = Files.readString(data.resolve("PG_VERSION")).strip();
        String version = run("postgres", "--version"); // postgres (PostgreSQL) 17.11
        String have = version.substring(version.lastIndexOf(' ') + 1).split("\\.", -1)[0];
        if (!made.equals(have)) {
            throw new LocalPostgresException("The data in " + data + " belongs to Postgres " + made
                    + ", this version of the service brings Postgres " + have + ". Copy it with pg_dump of Postgres "
                    + made + ", or move " + data.getParent() + " away to start with an empty database");
        }
    }

    void start(int port) throws IOException {
        Path log = data.resolve("postgres.log");
        Files.deleteIfExists(log);
        try {
            control("-l", log.toString(), "-o", "-p " + port + SETTINGS, "-w", "start");
        } catch (LocalPostgresException e) {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            String tail = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
            throw new LocalPostgresException(e.getMessage() + "\n" + tail);
        }
    }

    /** Ends sessions and writes everything out. A server that has gone already is as good. */
    void stop() throws IOException {
        if (Files.exists(pidFile())) {
            control("-m", "fast", "-w", "-t", STOP_SECONDS, "stop");
        }
    }

    /**
     * Deals with the server of a run that was killed and so could not stop it. After a reboot its process id may be that of a
     * stranger, which must be neither stopped nor taken for our server.
     *
     * @return whether a server was stopped
     */
    boolean stopOrphan() throws IOException {
        if (!Files.exists(pidFile())) {
            return false;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile()).get(0).strip());
        boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        String commandLine = alive ? commandLine(pid) : "";
        if (commandLine.contains(data.toString())) {
            stop();
            return true;
        }
        if (commandLine.contains("postgres")) {
            throw new LocalPostgresException("Process " + pid + " may be a Postgres that uses " + data
                    + "; stop it, or delete " + pidFile() + " if it is another one");
        }
        Files.delete(pidFile());
        return false;
    }

    private Path pidFile() {
        return data.resolve("postmaster.pid");
    }

    private static String commandLine(long pid) throws IOException {
        Path file = Path.of("/proc/" + pid + "/cmdline"); // readable for another user's process too
        return Files.exists(file)
                ? Files.readString(file)
                : ProcessHandle.of(pid)
                        .flatMap(process -> process.info().commandLine())
                        .orElse("postgres?");
    }

    private void control(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-D", data.toString()));
        all.addAll(List.of(arguments));
        run("pg_ctl", all.toArray(String[]::new));
    }

    private String run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.program(program)));
        command.addAll(List.of(arguments));
        Unprivileged.Outcome outcome = runner.execute(command);
        if (outcome.exitCode() != 0) {
            throw new LocalPostgresException(program + " failed: " + outcome.output());
        }
        return outcome.output();
    }
}
