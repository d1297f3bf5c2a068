package how.mana.auth.cli;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.schema.MigrationFailedException;
import how.mana.auth.db.schema.MigrationRefusedException;
import how.mana.auth.db.schema.MigrationResult;
import how.mana.auth.db.schema.Migrations;
import how.mana.auth.db.schema.OldService;
import how.mana.auth.db.schema.SyncMigrations;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Serves, or runs the command that the arguments name. */
public class Commands implements QuarkusApplication {
    private static final String USAGE = """
            Usage: mana-auth                      serve
                   mana-auth migrate [--adopt]    bring the database to this build's schema (MIGRATION_DATABASE_URL),
                                                  and the sync database if SYNC_DATABASE_URL is set
                          --adopt                 take over a database of the old service: every row stays, one-way
                   mana-auth health               exit 0 if the service on this machine's PORT is ready
                   mana-auth help                 print this
            """;

    private static final Map<List<String>, OldService> MIGRATIONS =
            Map.of(List.of("migrate"), OldService.REFUSE, List.of("migrate", "--adopt"), OldService.ADOPT);
    private static final Set<List<String>> HELP = Set.of(List.of("help"), List.of("--help"), List.of("-h"));

    static final int DONE = 0;
    static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final DatabaseUrls urls;

    /** @param urls where the databases are */
    public Commands(DatabaseUrls urls) {
        this.urls = urls;
    }

    /** The databases a command may work on. */
    public interface DatabaseUrls {
        DatabaseUrl serving();

        DatabaseUrl owner();

        /** Empty if there is no sync database. */
        Optional<DatabaseUrl> syncServing();

        /** Empty if there is no sync database. */
        Optional<DatabaseUrl> syncOwner();
    }

    /**
     * Prints how to use the commands, if that is what was asked for, or if there is no command of this name. Needs nothing.
     *
     * @return the exit code, or empty if there is something to run
     */
    public static Optional<Integer> usage(List<String> arguments) {
        if (arguments.isEmpty() || MIGRATIONS.containsKey(arguments)) {
            return Optional.empty();
        }
        var asked = HELP.contains(arguments);
        (asked ? System.out : System.err).print(USAGE);
        return Optional.of(asked ? DONE : MISUSED);
    }

    @Override
    public int run(String... args) {
        var arguments = List.of(args);
        if (arguments.isEmpty()) {
            Quarkus.waitForExit();
            return DONE;
        }
        // Everything else ended before the framework was started, see usage.
        return migrate(Objects.requireNonNull(MIGRATIONS.get(arguments)));
    }

    private int migrate(OldService wish) {
        try {
            var result = Migrations.by(urls.owner(), urls.serving()).run(wish);
            print("", result);
            migrateSync(wish).ifPresent(sync -> print("sync database ", sync));
            return DONE;
        } catch (MigrationRefusedException | MigrationFailedException e) {
            System.err.println(e.getMessage());
            return FAILED;
        }
    }

    private Optional<MigrationResult> migrateSync(OldService wish) {
        return urls.syncServing().flatMap(serving -> urls.syncOwner()
                .map(owner -> SyncMigrations.by(owner, serving).run(wish)));
    }

    private static void print(String database, MigrationResult result) {
        System.out.printf(
                "%s%s: %d changesets applied%n",
                database,
                result.adopted() ? "adopted" : "migrated",
                result.applied().size());
    }
}
