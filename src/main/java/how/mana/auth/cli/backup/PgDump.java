package how.mana.auth.cli.backup;

import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.Stop;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Postgres' own program. The password is in its environment, never among its arguments, which every user of the machine can
 * read; and of our environment, which may hold KEKs, it gets what it needs to run and no more.
 */
final class PgDump {
    private static final Set<String> OURS = Set.of("PATH", "LD_LIBRARY_PATH", "HOME", "LANG", "LC_ALL", "TZ");
    private static final int LOOK_MILLIS = 200;

    private final String program;
    private final Stop stop;

    /** @param program its path, or its name on the {@code PATH} */
    PgDump(String program, Stop stop) {
        this.program = program;
        this.stop = stop;
    }

    /**
     * Dumps a snapshot that somebody holds to {@code file}. Its complaints go to our stderr.
     *
     * @throws CommandRefusedException if it cannot be run, fails, or was told to end
     */
    void run(DatabaseUrl login, String snapshot, Path file) throws InterruptedException {
        var builder = builder("--snapshot=" + snapshot, "--file=" + file);
        tell(builder.environment(), login);
        var code = ended(started(builder));
        if (code != 0) {
            throw new CommandRefusedException("pg_dump ended with exit code " + code + ", so there is no backup");
        }
    }

    private ProcessBuilder builder(String snapshot, String file) {
        var builder = new ProcessBuilder(
                program,
                "--format=custom",
                "--enable-row-security",
                "--no-password",
                "--role=" + Group.BACKUP.role(),
                "--schema=auth",
                "--schema=spaces",
                snapshot,
                file);
        builder.environment().keySet().retainAll(OURS);
        return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private static void tell(Map<String, String> environment, DatabaseUrl login) {
        environment.put("PGHOST", login.host());
        environment.put("PGPORT", String.valueOf(login.port()));
        environment.put("PGDATABASE", login.database());
        environment.put("PGUSER", login.role());
        environment.put("PGPASSWORD", login.password());
        environment.put("PGAPPNAME", "mana-auth backup dump");
        login.sslMode().ifPresent(mode -> environment.put("PGSSLMODE", mode));
        login.sslRootCert().ifPresent(certificate -> environment.put("PGSSLROOTCERT", certificate));
    }

    private Process started(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandRefusedException(
                    "pg_dump cannot be run: install Postgres' client programs, or name it with --pg-dump");
        }
    }

    private int ended(Process process) throws InterruptedException {
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (stop.asked()) {
                    process.destroy();
                }
            }
            return process.exitValue();
        } finally {
            process.destroy();
        }
    }
}
