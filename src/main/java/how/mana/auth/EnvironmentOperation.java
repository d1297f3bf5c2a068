package how.mana.auth;

import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.Operation;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekSources;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.transit.TransitKeks;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

/** What commands work with: the same variables as the service. */
@Singleton
class EnvironmentOperation implements Operation {
    private final Environment environment;
    private final SecureRandom random;

    EnvironmentOperation(Environment environment, SecureRandom random) {
        this.environment = environment;
        this.random = random;
    }

    @Override
    public DatabaseUrl serving() {
        return asked(() -> environment.requiredDatabaseUrl("DATABASE_URL"));
    }

    @Override
    public DatabaseUrl owner() {
        return asked(() -> environment.requiredDatabaseUrl("MIGRATION_DATABASE_URL"));
    }

    @Override
    public Optional<DatabaseUrl> syncServing() {
        return asked(environment::syncUrl);
    }

    @Override
    public Optional<DatabaseUrl> syncOwner() {
        return asked(environment::syncOwnerUrl);
    }

    @Override
    public Connection connect(Group group, String purpose) throws SQLException {
        return OperatorConnection.open(login(group), group, purpose);
    }

    @Override
    public DatabaseUrl login(Group group) {
        return asked(() -> loginOf(group));
    }

    @Override
    public Optional<DatabaseUrl> database(String variable) {
        return asked(() -> environment.databaseUrl(variable));
    }

    private DatabaseUrl loginOf(Group group) {
        return environment
                .databaseUrl(group.variable())
                .or(() -> environment.databaseUrl("MIGRATION_DATABASE_URL"))
                .orElseThrow(
                        () -> new BadEnvironmentException(
                                group.variable() + " is not set, nor is"
                                        + " MIGRATION_DATABASE_URL, which would do; set one to postgresql://role:password@host:port/database"));
    }

    @Override
    public KekRing keks() {
        return asked(() ->
                KekSources.load(KekVariables.of(environment, true), random).ring());
    }

    @Override
    public TransitKeks transit() {
        return asked(() -> TransitVariables.of(environment)
                .orElseThrow(() -> new BadEnvironmentException(
                        TransitKeks.SETTING + " is not set, nor what goes with it: see the README")));
    }

    @Override
    public Optional<String> value(String variable) {
        return environment.value(variable);
    }

    @Override
    public Optional<String> secret(String variable) {
        return asked(() -> environment.secret(variable));
    }

    @Override
    public int port() {
        return asked(environment::port);
    }

    @Override
    public SecureRandom random() {
        return random;
    }

    /** In the words of commands, which know nothing of this package. */
    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (BadEnvironmentException e) {
            throw new CommandRefusedException(String.valueOf(e.getMessage()));
        }
    }
}
