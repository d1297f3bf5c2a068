package how.mana.auth;

import how.mana.auth.cli.Commands;
import how.mana.auth.cli.ServiceRun;
import how.mana.auth.cli.Stop;
import how.mana.auth.db.schema.ServingConnection;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.security.SecureRandom;
import java.util.List;

/**
 * Starts what every package of this service starts: the service itself in production mode, or, with arguments, one of its
 * commands. Nothing in the environment can make it anything else; local mode is another main class in another build.
 */
@QuarkusMain
public final class Main {
    Main() {}

    public static void main(String... args) {
        try {
            run(Environment.ofProcess(), args);
        } catch (BadEnvironmentException refused) {
            System.exit(refuse(String.valueOf(refused.getMessage()), args));
        }
    }

    /** No logger yet: its configuration is part of what could not be read. */
    private static int refuse(String reason, String... args) {
        if (args.length > 0) {
            return Commands.refuse(List.of(args), reason);
        }
        System.err.println("mana-auth does not start: " + reason);
        return 1;
    }

    private static void run(Environment environment, String... args) {
        // What needs no framework is done without.
        if (args.length > 0 && !Commands.needFramework(List.of(args))) {
            CommandLog.start(environment);
            var operation = new EnvironmentOperation(environment, new SecureRandom());
            System.exit(new Commands(operation, Stop.onSignal()).run(List.of(args)));
        }
        if (args.length > 0) {
            environment.requiredDatabaseUrl("MIGRATION_DATABASE_URL");
        } else {
            environment.port();
        }
        // Refused here, before the framework says it in its own words.
        var serving = environment.requiredDatabaseUrl("DATABASE_URL");
        environment.syncOwnerUrl();
        if (args.length == 0
                && environment.databaseUrl("MIGRATION_DATABASE_URL").isEmpty()) {
            ServingConnection.openEarly(serving);
        }
        start(environment, args);
    }

    /** Hands the environment to the framework, which wants it as its own settings, and starts it. */
    private static void start(Environment environment, String... args) {
        // Whatever a property of the framework says: only the variable makes it active, and what that names is checked.
        System.setProperty("quarkus.datasource.sync.active", "false");
        environment.settings().forEach((name, value) -> System.setProperty(name, literal(value)));
        if (args.length > 0) {
            // A command opens no port and needs none: it may run beside the service.
            System.setProperty("quarkus.http.host-enabled", "false");
            // Nor entities.
            System.setProperty("quarkus.hibernate-orm.active", "false");
            System.setProperty("quarkus.shutdown.delay", "0s");
            // Its standard output is its result and nothing else.
            System.setProperty("quarkus.log.console.stderr", "true");
        }
        Quarkus.run(ServiceRun.class, args);
    }

    /** A dollar sign in a password is one; the framework would take it for an expression. */
    private static String literal(String value) {
        return value.replace("$", "$$");
    }
}
