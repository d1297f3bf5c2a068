package how.mana.auth;

import how.mana.auth.db.local.LocalPostgres;
import how.mana.auth.db.local.LocalPostgresException;
import how.mana.auth.db.local.LocalSecret;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts the service with a Postgres of its own. Which main class a package has is decided when it is built, see {@code
 * quarkus.package.main-class}: the production package starts {@link Main}, and has no Postgres inside.
 */
@QuarkusMain(name = "local")
public final class LocalMain {
    /** In the system properties, because a live reload loads this class again but must keep the server. */
    private static final String STARTED = "mana.auth.local-postgres";

    /** The system property with what signs cookies, if no variable has a secret for that. */
    static final String COOKIE_SECRET = "mana.auth.local-cookie-secret";

    /** Set by the profile "local" of the POM. */
    private static final String STOP_WITH_PARENT = "mana.auth.local-stop-with-parent";

    private static final long PARENT_POLL_MILLIS = 200;
    private static final int TERMINATED = 143;

    LocalMain() {}

    public static void main(String... args) {
        if (Boolean.getBoolean(STOP_WITH_PARENT)) {
            Thread watch = new Thread(LocalMain::stopWithParent, "local-parent-watch");
            watch.setDaemon(true);
            watch.start();
        }
        if (System.getProperty(STARTED) == null) {
            startPostgres();
        }
        LocalGreeting.printWhenReady(Environment.ofProcess().port());
        Main.main(args);
    }

    private static void startPostgres() {
        try {
            LocalPostgres postgres = LocalPostgres.start(dataDirectory(), LocalMain::say);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres), "local-postgres-stop"));
            System.setProperty("DATABASE_URL", postgres.appUrl());
            System.setProperty("MIGRATION_DATABASE_URL", postgres.ownerUrl());
            System.setProperty("AUDITOR_DATABASE_URL", postgres.ownerUrl());
            System.setProperty("SYNC_DATABASE_URL", postgres.syncUrl());
            // Its directory is locked by now: nobody else makes this file at the same time.
            System.setProperty(COOKIE_SECRET, LocalSecret.keptIn(dataDirectory().resolve("cookie-secret")));
            System.setProperty(STARTED, "true");
            say("Postgres runs on 127.0.0.1:" + postgres.port() + ", its data is in " + dataDirectory());
        } catch (LocalPostgresException e) {
            say(e.getMessage());
            System.exit(1);
        }
    }

    /** All shutdown hooks run at once; the service's last transactions must find the database still there. */
    private static void stop(LocalPostgres postgres) {
        Application service = Application.currentApplication();
        if (service != null) {
            service.awaitShutdown();
        }
        postgres.close();
        say("Postgres stopped, the data is kept");
    }

    /** Maven passes no signal on and leaves its child running, so the child looks after itself. */
    private static void stopWithParent() {
        Optional<ProcessHandle> maven = ProcessHandle.current().parent();
        try {
            do {
                Thread.sleep(PARENT_POLL_MILLIS);
            } while (ProcessHandle.current().parent().equals(maven));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(TERMINATED);
    }

    /** Outside {@code target}, so that {@code mvn clean} keeps it. */
    private static Path dataDirectory() {
        String chosen = System.getenv("MANA_AUTH_LOCAL_DATA");
        return chosen == null || chosen.isBlank()
                ? projectRoot().resolve(".mana-auth").resolve("postgres")
                : Path.of(chosen).toAbsolutePath();
    }

    /** Where the POM is: dev mode starts its process elsewhere. */
    private static Path projectRoot() {
        Path here = Path.of("").toAbsolutePath();
        for (@Nullable Path directory = here; directory != null; directory = directory.getParent()) {
            if (Files.exists(directory.resolve("pom.xml"))) {
                return directory;
            }
        }
        return here;
    }

    private static void say(@Nullable String line) {
        System.out.println("local: " + line);
    }
}
