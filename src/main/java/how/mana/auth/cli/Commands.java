package how.mana.auth.cli;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.schema.MigrationFailedException;
import how.mana.auth.db.schema.MigrationRefusedException;
import how.mana.auth.db.schema.Migrations;
import how.mana.auth.db.schema.OldService;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.PrintStream;
import java.util.List;

/** Serves, or runs the command that the arguments name. */
public class Commands implements QuarkusApplication {
    private static final String USAGE = """
            Usage: mana-auth                      serve
                   mana-auth migrate [--adopt]    bring the database to this build's schema (MIGRATION_DATABASE_URL)
                          --adopt                 take over a database of the old service: every row stays, one-way
                   mana-auth health               exit 0 if the service on this machine's PORT is ready
            """;

    static final int DONE = 0;
    static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final DatabaseUrls urls;
    private final PrintStream out;
    private final PrintStream err;

    /** @param urls where the databases are */
    public Commands(DatabaseUrls urls) {
        this.urls = urls;
        this.out = System.out;
        this.err = System.err;
    }

    /** The databases a command may work on. */
    public interface DatabaseUrls {
        DatabaseUrl serving();

        DatabaseUrl owner();
    }

    @Override
    public int run(String... args) {
        if (args.length == 0) {
            Quarkus.waitForExit();
            return DONE;
        }
        var arguments = List.of(args);
        if (arguments.equals(List.of("migrate"))) {
            return migrate(OldService.REFUSE);
        }
        if (arguments.equals(List.of("migrate", "--adopt"))) {
            return migrate(OldService.ADOPT);
        }
        err.print(USAGE);
        return MISUSED;
    }

    private int migrate(OldService wish) {
        try {
            var result = Migrations.by(urls.owner(), urls.serving()).run(wish);
            out.printf(
                    "%s: %d changesets applied%n",
                    result.adopted() ? "adopted" : "migrated", result.applied().size());
            return DONE;
        } catch (MigrationRefusedException | MigrationFailedException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }
}
