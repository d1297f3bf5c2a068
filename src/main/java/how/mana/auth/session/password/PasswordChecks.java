package how.mana.auth.session.password;

import com.github.benmanes.caffeine.cache.Ticker;
import how.mana.auth.crypto.PasswordHashes;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Checks and hashes passwords, off the event loop and in times that tell nothing. What it answers arrives in the Vert.x
 * context of the caller.
 */
@Singleton
public class PasswordChecks {
    private final PasswordJobs jobs;
    private final PasswordPool pool;
    private final boolean padding;
    private final ScheduledExecutorService timer;

    @Inject
    PasswordChecks(PasswordConfig config, SecureRandom random, MeterRegistry metrics) {
        this(
                new PasswordJobs(
                        new PasswordHashes(config.memoryKib(), config.iterations(), random),
                        Ticker.systemTicker(),
                        metrics),
                new PasswordPool(
                        config.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors()),
                        config.queueLength(),
                        Ticker.systemTicker(),
                        metrics),
                config.padding(),
                Infrastructure.getDefaultWorkerPool());
    }

    PasswordChecks(PasswordJobs jobs, PasswordPool pool, boolean padding, ScheduledExecutorService timer) {
        this.jobs = jobs;
        this.pool = pool;
        this.padding = padding;
        this.timer = timer;
    }

    /** Makes this bean when the service starts, so that a configuration it refuses ends the start, before anything is changed. */
    void refuseWeakness(@Observes @Priority(5) StartupEvent start) {}

    @PreDestroy
    void close() {
        pool.close();
    }

    /**
     * Checks {@code password} against a stored hash, or against a decoy if there is no such user.
     *
     * <p>Fails with {@link how.mana.auth.problem.AuthRefusal.ServiceUnavailable} if too many checks are waiting, and with
     * {@link how.mana.auth.crypto.UnreadablePasswordHashException} if the stored hash is broken, a fault of ours. Neither says
     * anything about the password.
     *
     * @param stored empty if there is no such user or the user has no password
     * @param inUse whether any user has a hash that does not begin with {@link #currentPrefix}: then every check lasts as
     *     long as the slowest
     */
    public Uni<Checked> check(Optional<String> stored, String password, HashesInUse inUse) {
        return inContextOfCaller(
                padding && inUse == HashesInUse.CURRENT_AND_OTHERS
                        ? pool.run(() -> jobs.paddedCheck(stored, password))
                                .invoke(this::keepMeasuring)
                                .chain(this::afterTheRest)
                        : pool.run(() -> jobs.check(stored, password)));
    }

    /** A hash to store. Fails with {@link how.mana.auth.problem.AuthRefusal.ServiceUnavailable} if too many are waiting. */
    public Uni<String> hash(String password) {
        return inContextOfCaller(pool.run(() -> jobs.hash(password)));
    }

    /** How every hash begins that is made with the parameters of today. */
    public String currentPrefix() {
        return jobs.currentPrefix();
    }

    private void keepMeasuring() {
        if (jobs.isMeasuringDue()) {
            pool.runIfIdle(jobs::measure);
        }
    }

    /** A timer waits, not a worker. */
    private Uni<Checked> afterTheRest(PasswordJobs.Padded padded) {
        var checked = Uni.createFrom().item(padded.checked());
        return padded.rest().isNegative() || padded.rest().isZero()
                ? checked
                : checked.onItem().delayIt().onExecutor(timer).by(padded.rest());
    }

    private static <T> Uni<T> inContextOfCaller(Uni<T> work) {
        return CallersContext.keptIn(caller -> work);
    }
}
