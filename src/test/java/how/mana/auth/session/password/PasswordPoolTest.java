package how.mana.auth.session.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import how.mana.auth.problem.AuthRefusal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordPoolTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final LapClock clock = new LapClock();
    private final PasswordPool pool = new PasswordPool(1, 1, clock, metrics);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stop() {
        release.countDown();
        pool.close();
    }

    @Test
    void aJobRunsOnADaemonThreadOfThePool() {
        var thread = pool.run(Thread::currentThread).await().atMost(Duration.ofSeconds(5));

        assertThat(thread.getName()).isEqualTo("password-1");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void aFullQueueIsAServiceUnavailableToTryAgainInASecond() {
        var working = subscribe();
        var waiting = subscribe();
        assertThat(metrics.get("mana.password.queue").gauge().value()).isEqualTo(1);

        var refusal = subscribe().awaitFailure().getFailure();

        assertThat(refusal).isInstanceOf(AuthRefusal.ServiceUnavailable.class);
        assertThat(((AuthRefusal) refusal).retryAfter()).hasValue(Duration.ofSeconds(1));
        assertThat(((AuthRefusal) refusal).countsTowardsLockout()).isFalse();
        assertThat(refusal).hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(metrics.get("mana.password.refused").counter().count()).isEqualTo(1);
        release.countDown();
        working.awaitItem().assertItem("done");
        waiting.awaitItem().assertItem("done");
    }

    @Test
    void aJobThatWaitedTooLongIsRefusedAndNotDone() throws InterruptedException {
        var done = new AtomicBoolean();
        var begun = new CountDownLatch(1);
        var working = pool.run(() -> {
                    begun.countDown();
                    return awaitRelease();
                })
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        var waiting = pool.run(() -> done.getAndSet(true)).subscribe().withSubscriber(UniAssertSubscriber.create());
        clock.pass(PasswordPool.PATIENCE.plusMillis(1));
        release.countDown();

        var refusal = waiting.awaitFailure().getFailure();

        assertThat(refusal).isInstanceOf(AuthRefusal.ServiceUnavailable.class);
        assertThat(((AuthRefusal) refusal).countsTowardsLockout()).isFalse();
        assertThat(done).isFalse();
        assertThat(metrics.get("mana.password.refused").counter().count()).isEqualTo(1);
        working.awaitItem().assertItem("done");
        subscribe().awaitItem().assertItem("done");
    }

    @Test
    void whoComesAfterTheQueueHasEmptiedIsServed() {
        var working = subscribe();
        var waiting = subscribe();
        subscribe().awaitFailure();
        release.countDown();
        working.awaitItem();
        waiting.awaitItem();

        subscribe().awaitItem().assertItem("done");
    }

    @Test
    void aStoppedPoolRefusesAndFinishesWhatItTook() {
        var working = subscribe();
        var waiting = subscribe();
        pool.close();

        subscribe().awaitFailure().assertFailedWith(AuthRefusal.ServiceUnavailable.class);
        release.countDown();

        working.awaitItem();
        waiting.awaitItem();
    }

    @Test
    void whatNobodyWaitsForRunsOnlyWhereNobodyWaits() throws InterruptedException {
        var ran = new CountDownLatch(1);
        var ranInVain = new AtomicBoolean();
        subscribe();
        pool.runIfIdle(ran::countDown); // takes the one place to wait
        pool.runIfIdle(() -> ranInVain.set(true));
        release.countDown();

        assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
        subscribe().awaitItem();
        assertThat(ranInVain).isFalse();
        pool.close();
        pool.runIfIdle(() -> ranInVain.set(true));
        assertThat(ranInVain).isFalse();
    }

    @Test
    void aJobThatFailsFailsItsCallerAndNobodyElse() {
        var failed = pool.run(() -> {
                    throw new IllegalStateException("broken");
                })
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        failed.awaitFailure().assertFailedWith(IllegalStateException.class, "broken");
        release.countDown();
        subscribe().awaitItem().assertItem("done");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 64"})
    void aPoolWithoutThreadsOrQueueIsRefusedByName(int threads, int queueLength) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordPool(threads, queueLength, clock, metrics))
                .withMessage("mana.password.threads and mana.password.queue-length are at least 1");
    }

    private UniAssertSubscriber<String> subscribe() {
        return pool.run(this::awaitRelease).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private String awaitRelease() {
        try {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
            return "done";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
