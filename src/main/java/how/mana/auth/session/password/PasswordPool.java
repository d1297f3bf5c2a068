package how.mana.auth.session.password;

import com.github.benmanes.caffeine.cache.Ticker;
import how.mana.auth.problem.AuthRefusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Workers for hashing, a fixed number of them, and a queue with an end before them. */
final class PasswordPool implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(1);

    /**
     * A check counts for ten seconds without a result. One that begins later than this after it was asked for might end when
     * it counts no more, and a sixth password would be tried beside it.
     */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ThreadPoolExecutor workers;
    private final Ticker ticker;
    private final Counter refused;

    /** @throws IllegalArgumentException unless there is at least one thread and one place to wait */
    PasswordPool(int threads, int queueLength, Ticker ticker, MeterRegistry metrics) {
        if (threads < 1 || queueLength < 1) {
            throw new IllegalArgumentException("mana.password.threads and mana.password.queue-length are at least 1");
        }
        this.ticker = ticker;
        var named = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueLength), job -> {
                    var worker = new Thread(job, "password-" + named.incrementAndGet());
                    worker.setDaemon(true);
                    return worker;
                });
        this.refused = Counter.builder("mana.password.refused")
                .description("Checks of passwords that were refused because too many were waiting, or for too long")
                .register(metrics);
        Gauge.builder("mana.password.queue", workers, pool -> pool.getQueue().size())
                .description("Checks of passwords that wait for a worker")
                .register(metrics);
    }

    /**
     * The result of {@code job}, from a worker's thread. Fails with 503 at once if there is no room to wait in, and without
     * doing the job if that has waited for longer than {@link #PATIENCE}.
     */
    <T> Uni<T> run(Supplier<T> job) {
        return Uni.createFrom()
                .deferred(() -> inTime(job, ticker.read()))
                .onFailure(RejectedExecutionException.class)
                .transform(this::refuse);
    }

    private <T> Uni<T> inTime(Supplier<T> job, long asked) {
        return Uni.createFrom()
                .item(() -> {
                    if (ticker.read() - asked > PATIENCE.toNanos()) {
                        throw new RejectedExecutionException("Waited for a worker for too long");
                    }
                    return job.get();
                })
                .runSubscriptionOn(workers);
    }

    /** Runs {@code job}, whose result nobody waits for, if nobody waits for a worker. */
    void runIfIdle(Runnable job) {
        if (!workers.getQueue().isEmpty()) {
            return;
        }
        try {
            workers.execute(job);
        } catch (RejectedExecutionException e) {
            // they came in the meantime, or the service is stopping: next time, then
        }
    }

    /** Takes no more jobs, and finishes those it took. */
    @Override
    public void close() {
        workers.shutdown();
    }

    private AuthRefusal refuse(Throwable full) {
        refused.increment();
        return new AuthRefusal.ServiceUnavailable(SOON, full);
    }
}
