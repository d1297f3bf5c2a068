package how.mana.auth;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekRegistry;
import how.mana.auth.db.keks.Replica;
import how.mana.auth.db.schema.BootChecks;
import how.mana.auth.db.schema.Migrations;
import how.mana.auth.db.schema.OldService;
import how.mana.auth.db.schema.ServingConnection;
import how.mana.auth.db.schema.SyncMigrations;
import how.mana.auth.grant.WorkerKey;
import how.mana.auth.session.CookieSecrets;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What has to be true before the first request is accepted. Runs on the main thread before the port opens, so it may
 * block; whatever it refuses keeps the port closed and ends the process.
 */
@Singleton
class Boot {
    private final Environment environment;
    private final Instance<KekRing> keks;
    private final Instance<Replica> replica;
    private final Instance<WorkerKey> workerKey;
    private final Instance<ServiceKey> serviceKey;
    private final Instance<CookieSecrets> cookieSecrets;
    private final Instance<ServiceTransactions> transactions;
    private final Instance<Sealing> sealing;
    private final Scheduler clock;
    private final String[] arguments;

    Boot(
            Environment environment,
            Instance<KekRing> keks,
            Instance<Replica> replica,
            Instance<WorkerKey> workerKey,
            Instance<ServiceKey> serviceKey,
            Instance<CookieSecrets> cookieSecrets,
            Instance<ServiceTransactions> transactions,
            Instance<Sealing> sealing,
            Scheduler clock,
            @CommandLineArguments String[] arguments) {
        this.environment = environment;
        this.keks = keks;
        this.replica = replica;
        this.workerKey = workerKey;
        this.serviceKey = serviceKey;
        this.cookieSecrets = cookieSecrets;
        this.transactions = transactions;
        this.sealing = sealing;
        this.clock = clock;
        this.arguments = arguments;
    }

    void check(@Observes @Priority(10) StartupEvent start) throws SQLException {
        if (arguments.length > 0) {
            return; // a command, which serves nobody and checks what it needs
        }
        var serving = environment.requiredDatabaseUrl("DATABASE_URL");
        // Before anything is changed: a wrong key or secret must not leave a migrated database behind.
        keks.get();
        workerKey.get();
        serviceKey.get();
        cookieSecrets.get();
        environment.databaseUrl("MIGRATION_DATABASE_URL").ifPresent(owner -> Migrations.by(owner, serving)
                .sealedBy(environment.databaseUrl(Group.AUDITOR.variable()))
                .run(OldService.REFUSE));
        migrateSync();
        transactions.get().warmUp(); // beside the checks, which take as long
        checkDatabase(serving);
        checkSync();
        sealing.get().start();
        clock.resume();
    }

    private void migrateSync() {
        environment.syncUrl().ifPresent(serving -> environment
                .syncOwnerUrl()
                .ifPresent(owner -> SyncMigrations.by(owner, serving).run(OldService.REFUSE)));
    }

    private void checkDatabase(DatabaseUrl serving) throws SQLException {
        try (var connection = ServingConnection.open(serving)) {
            BootChecks.require(connection);
            joinReplicas(connection);
        }
    }

    /** First among the living, then the look at the KEKs: no other one becomes active between the two unseen. */
    private void joinReplicas(Connection connection) throws SQLException {
        replica.get().join(connection);
        try {
            KekRegistry.require(connection, keks.get(), lostKeks());
            replica.get().begin(connection);
        } catch (SQLException | RuntimeException refused) {
            replica.get().close();
            throw refused;
        }
    }

    void leaveReplicas(@Observes ShutdownEvent stop) {
        if (arguments.length == 0) {
            sealing.get().stop();
            replica.get().close();
        }
    }

    private void checkSync() throws SQLException {
        for (var serving : environment.syncUrl().stream().toList()) {
            try (var connection = ServingConnection.open(serving)) {
                BootChecks.requireSync(connection);
            }
        }
    }

    private Set<String> lostKeks() {
        return environment.value("MANA_AUTH_KEK_LOST").stream()
                .flatMap(ids -> Stream.of(ids.split(",")))
                .map(String::strip)
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
