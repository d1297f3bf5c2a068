package how.mana.auth;

import how.mana.auth.cli.Commands;
import how.mana.auth.db.DatabaseUrl;
import jakarta.inject.Singleton;

/** Where commands find the databases: in the same variables as the service. */
@Singleton
class CliUrls implements Commands.DatabaseUrls {
    private final Environment environment;

    CliUrls(Environment environment) {
        this.environment = environment;
    }

    @Override
    public DatabaseUrl serving() {
        return required("DATABASE_URL");
    }

    @Override
    public DatabaseUrl owner() {
        return required("MIGRATION_DATABASE_URL");
    }

    private DatabaseUrl required(String name) {
        return environment
                .databaseUrl(name)
                .orElseThrow(() -> new BadEnvironmentException(
                        name + " is not set; set it to postgresql://role:password@host:port/database"));
    }
}
