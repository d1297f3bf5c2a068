package how.mana.auth;

import how.mana.auth.cli.Commands;
import how.mana.auth.db.DatabaseUrl;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Where commands find the databases: in the same variables as the service. */
@Singleton
class CliUrls implements Commands.DatabaseUrls {
    private final Environment environment;

    CliUrls(Environment environment) {
        this.environment = environment;
    }

    @Override
    public DatabaseUrl serving() {
        return environment.requiredDatabaseUrl("DATABASE_URL");
    }

    @Override
    public DatabaseUrl owner() {
        return environment.requiredDatabaseUrl("MIGRATION_DATABASE_URL");
    }

    @Override
    public Optional<DatabaseUrl> syncServing() {
        return environment.syncUrl();
    }

    @Override
    public Optional<DatabaseUrl> syncOwner() {
        return environment.syncOwnerUrl();
    }
}
