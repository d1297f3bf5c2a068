package how.mana.auth.session.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.benmanes.caffeine.cache.Ticker;
import how.mana.auth.crypto.PasswordHashes;
import how.mana.auth.crypto.UnreadablePasswordHashException;
import how.mana.auth.problem.AuthRefusal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes are real, the clock is not: it says 80 ms for scrypt and 30 ms for Argon2id. */
class PasswordChecksTest {
    private static final int[] ROUND = {0, 80, 30};

    private static final String SCRYPT_PASSWORD = "TestPassword123!";
    private static final Optional<String> SCRYPT = Optional.of("00112233445566778899aabbccddeeff:"
            + "508a3ea1c3fc6da07ade7283b21b21ae67261fe109b7b1d1f8da9a6b994c8402"
            + "63cebd29c94b2ab74870dd29e05890097dfeaaaa68f6a4b3fcc508db4670ee00");

    private static final Optional<String> WEAKER =
            Optional.of("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");

    private final PasswordHashes hashes = new PasswordHashes(19_456, 2, new SecureRandom());
    private final Optional<String> current = Optional.of(hashes.hash("mine"));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final LapClock clock = new LapClock();
    private final PasswordPool pool = new PasswordPool(1, 1, Ticker.systemTicker(), metrics);
    private final RecordingTimer timer = new RecordingTimer();
    private final PasswordChecks checks =
            new PasswordChecks(new PasswordJobs(hashes, clock, metrics), pool, true, timer);

    @AfterEach
    void stop() {
        checks.close();
        timer.shutdownNow();
    }

    @Test
    void theRightPasswordMatchesAndACurrentHashStays() {
        assertThat(now(checks.check(current, "mine", HashesInUse.CURRENT)))
                .isEqualTo(new Checked(true, Optional.empty()));
        assertThat(now(checks.check(current, "yours", HashesInUse.CURRENT))).isEqualTo(Checked.WRONG);
    }

    @Test
    void aHashOfTheOldServiceIsReplacedWhenItsPasswordIsKnown() {
        var checked = now(checks.check(SCRYPT, SCRYPT_PASSWORD, HashesInUse.CURRENT));

        assertThat(checked.matches()).isTrue();
        assertThat(checked.rehash().filter(hashes::isCurrent)).isPresent();
        assertThat(hashes.verify(SCRYPT_PASSWORD, checked.rehash().orElseThrow()))
                .isTrue();
    }

    @Test
    void soIsAnArgon2idHashOfOtherParameters() {
        var checked = now(checks.check(WEAKER, "password", HashesInUse.CURRENT));

        assertThat(checked.matches()).isTrue();
        assertThat(checked.rehash().filter(hashes::isCurrent)).isPresent();
    }

    @Test
    void aWrongPasswordReplacesNothing() {
        assertThat(now(checks.check(SCRYPT, "TestPassword123", HashesInUse.CURRENT)))
                .isEqualTo(Checked.WRONG);
        assertThat(now(checks.check(WEAKER, "passwore", HashesInUse.CURRENT))).isEqualTo(Checked.WRONG);
    }

    @ParameterizedTest
    @EnumSource
    void nobodysPasswordIsNeverRightEvenIfItIsTheDecoys(HashesInUse inUse) {
        var zeros = new ScriptedRandom(List.of(new byte[16]));
        var tag = java.util.Base64.getDecoder()
                .decode(new PasswordHashes(19_456, 2, zeros).hash("guessed").split("\\$")[5]);
        var unlucky = new PasswordHashes(19_456, 2, new ScriptedRandom(List.of(new byte[16], tag)));
        var jobs = new PasswordJobs(unlucky, clock, metrics);
        var decoyed = new PasswordChecks(jobs, pool, true, timer);

        assertThat(now(decoyed.check(Optional.empty(), "guessed", inUse))).isEqualTo(Checked.WRONG);
    }

    @Test
    void whatIsHashedIsCurrent() {
        var hash = now(checks.hash("new one"));

        assertThat(hash).startsWith(checks.currentPrefix());
        assertThat(hashes.isCurrent(hash)).isTrue();
        assertThat(hashes.verify("new one", hash)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenRowIsAFaultAndNotAWrongPassword(HashesInUse inUse) {
        assertThatExceptionOfType(UnreadablePasswordHashException.class)
                .isThrownBy(() -> now(checks.check(Optional.of("planted"), "mine", inUse)));
        assertThat(count("failed")).isEqualTo(1);
        assertThat(count("wrong")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whenTooManyWaitACheckIsRefusedAndNeverAnswered(HashesInUse inUse) {
        var release = new CountDownLatch(1);
        var working = start(pool.run(() -> await(release)));
        var waiting = start(checks.check(current, "mine", HashesInUse.CURRENT));

        var refused = start(checks.check(current, "wrong", inUse));
        var refusedHash = start(checks.hash("new one"));

        var failure = (AuthRefusal) refused.awaitFailure().getFailure();
        assertThat(failure).isInstanceOf(AuthRefusal.ServiceUnavailable.class);
        assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
        assertThat(failure.countsTowardsLockout()).isFalse();
        refusedHash.awaitFailure().assertFailedWith(AuthRefusal.ServiceUnavailable.class);
        assertThat(metrics.get("mana.password.refused").counter().count()).isEqualTo(2);
        release.countDown();
        working.awaitItem();
        waiting.awaitItem().assertItem(new Checked(true, Optional.empty()));
    }

    @Test
    void hashingNeverRunsOnTheEventLoopAndTheAnswerArrivesInTheContextOfTheCaller() throws Exception {
        var vertx = Vertx.vertx();
        try {
            clock.next(calibration());
            clock.next(0, 30);
            var worked = new CompletableFuture<Thread>();
            var heard = new CompletableFuture<Context>();
            var context = vertx.getOrCreateContext();
            start(pool.run(() -> worked.complete(Thread.currentThread()))).awaitItem();

            context.runOnContext(ignored -> checks.check(current, "mine", HashesInUse.CURRENT_AND_OTHERS)
                    .subscribe()
                    .with(checked -> heard.complete(Vertx.currentContext()), heard::completeExceptionally));

            assertThat(heard.get(20, TimeUnit.SECONDS)).isSameAs(context);
            assertThat(worked.get(20, TimeUnit.SECONDS).getName()).startsWith("password-");
            assertThat(timer.delays).hasSize(1); // also when it came from the timer's thread
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void anEventLoopIsFreeWhileAHashIsComputed() throws Exception {
        var vertx = Vertx.vertx();
        var release = new CountDownLatch(1);
        try {
            start(pool.run(() -> await(release)));
            var free = new CompletableFuture<Boolean>();
            var heard = new CompletableFuture<Checked>();
            var context = vertx.getOrCreateContext();

            context.runOnContext(ignored -> checks.check(current, "mine", HashesInUse.CURRENT)
                    .subscribe()
                    .with(heard::complete, heard::completeExceptionally));
            context.runOnContext(ignored -> free.complete(heard.isDone()));

            assertThat(free.get(20, TimeUnit.SECONDS)).isFalse();
            release.countDown();
            assertThat(heard.get(20, TimeUnit.SECONDS).matches()).isTrue();
        } finally {
            release.countDown();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** What a check computes by the fake clock, and what is to be waited for of the 110 ms of the slowest. */
    record Kind(String name, Optional<String> stored, String password, int[] laps, List<Long> waited) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        var current = Optional.of(new PasswordHashes(19_456, 2, new SecureRandom()).hash("mine"));
        return Stream.of(
                new Kind("nobody", Optional.empty(), "mine", new int[] {0, 30}, List.of(80L)),
                new Kind("Argon2id, right", current, "mine", new int[] {0, 30}, List.of(80L)),
                new Kind("Argon2id, wrong", current, "yours", new int[] {0, 30}, List.of(80L)),
                new Kind("weaker Argon2id, right", WEAKER, "password", new int[] {0, 10, 30}, List.of(70L)),
                new Kind("weaker Argon2id, wrong", WEAKER, "passwore", new int[] {0, 10}, List.of(100L)),
                new Kind("scrypt, wrong", SCRYPT, "yours", new int[] {0, 80}, List.of(30L)),
                new Kind("scrypt, right", SCRYPT, SCRYPT_PASSWORD, new int[] {0, 80, 30}, List.of()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whileOldHashesRemainEveryCheckLastsAsLongAsTheSlowest(Kind kind) {
        clock.next(calibration());
        clock.next(kind.laps());

        now(checks.check(kind.stored(), kind.password(), HashesInUse.CURRENT_AND_OTHERS));

        assertThat(timer.delays).isEqualTo(kind.waited());
        assertThat(clock.stepsLeft()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whenNoneRemainNothingIsDelayed(Kind kind) {
        clock.next(kind.laps());

        now(checks.check(kind.stored(), kind.password(), HashesInUse.CURRENT));

        assertThat(timer.delays).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void withThePaddingOffNothingIsDelayed(Kind kind) {
        var unpadded = new PasswordChecks(new PasswordJobs(hashes, clock, metrics), pool, false, timer);
        clock.next(kind.laps());

        now(unpadded.check(kind.stored(), kind.password(), HashesInUse.CURRENT_AND_OTHERS));

        assertThat(timer.delays).isEmpty();
        assertThat(clock.stepsLeft()).isZero();
    }

    @Test
    void whatOneCheckTakesTheNextOneIsPaddedTo() {
        clock.next(calibration());
        clock.next(0, 80, 130);
        now(checks.check(
                SCRYPT,
                SCRYPT_PASSWORD,
                HashesInUse.CURRENT_AND_OTHERS)); // slower than the slowest so far: nothing to wait for
        clock.next(0, 30);

        now(checks.check(Optional.empty(), "x", HashesInUse.CURRENT_AND_OTHERS));

        assertThat(timer.delays).containsExactly(130L + 130 - 30); // the slowest verification is Argon2id's, for now
    }

    @Test
    void onceAMinuteTheMachineIsMeasuredAnew() throws InterruptedException {
        clock.next(calibration());
        clock.next(0, 30);
        now(checks.check(Optional.empty(), "x", HashesInUse.CURRENT_AND_OTHERS));
        clock.pass(PasswordJobs.MEASURED_EVERY);
        clock.next(0, 30, 0, 0, 0, 0, 200, 40);
        now(checks.check(Optional.empty(), "x", HashesInUse.CURRENT_AND_OTHERS));
        clock.awaitAllSteps(); // by the only worker, who has no time for the next check before
        clock.next(0, 30);

        now(checks.check(Optional.empty(), "x", HashesInUse.CURRENT_AND_OTHERS));

        assertThat(timer.delays).containsExactly(80L, 80L, 200L + 40 - 30);
    }

    @Test
    void checksAreCountedByOutcomeAndAnUnknownUserLooksLikeAWrongPassword() {
        now(checks.check(current, "mine", HashesInUse.CURRENT));
        now(checks.check(current, "yours", HashesInUse.CURRENT));
        now(checks.check(Optional.empty(), "mine", HashesInUse.CURRENT));
        now(checks.check(WEAKER, "password", HashesInUse.CURRENT));

        assertThat(count("matched")).isEqualTo(1);
        assertThat(count("wrong")).isEqualTo(2);
        assertThat(count("rehashed")).isEqualTo(1);
    }

    @Test
    void aResultDoesNotPrintItsHash() {
        assertThat(new Checked(true, Optional.of("$argon2id$secret")))
                .hasToString("Checked[matches=true, with a new hash]");
        assertThat(Checked.WRONG).hasToString("Checked[matches=false, without a new hash]");
    }

    @Test
    void theDefaultsAreAsTheReadmeSays() {
        var config = config(Map.of());

        assertThat(config.memoryKib()).isEqualTo(19_456);
        assertThat(config.iterations()).isEqualTo(2);
        assertThat(config.threads()).isEqualTo(OptionalInt.empty());
        assertThat(config.queueLength()).isEqualTo(64);
        assertThat(config.padding()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory-kib=19455", "memory-kib=65537", "iterations=1", "threads=0", "queue-length=0"})
    void aWeakConfigurationMakesNoChecks(String setting) {
        var parts = setting.split("=");
        var config = config(Map.of("mana.password." + parts[0], parts[1]));

        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordChecks(config, new SecureRandom(), metrics));
    }

    /** The first round, with cold code, and three that count; then the time of the last measurement is taken down. */
    private static int[] calibration() {
        return Stream.of(new int[] {0, 500, 150}, ROUND, ROUND, ROUND, new int[] {0})
                .flatMapToInt(java.util.stream.IntStream::of)
                .toArray();
    }

    private static PasswordConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(PasswordConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(PasswordConfig.class);
    }

    private long count(String outcome) {
        var timers =
                metrics.find("mana.password.checks").tag("outcome", outcome).timers();
        return timers.stream().mapToLong(found -> found.count()).sum();
    }

    private static String await(CountDownLatch release) {
        try {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
            return "done";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> UniAssertSubscriber<T> start(Uni<T> work) {
        return work.subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(30));
    }

    /** Takes down how long it should wait, in milliseconds, and does not. */
    private static final class RecordingTimer extends ScheduledThreadPoolExecutor {
        private final List<Long> delays = new CopyOnWriteArrayList<>();

        RecordingTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            delays.add(unit.toMillis(delay));
            return super.schedule(command, 0, unit);
        }
    }

    /** Draws what it is told to, again and again from the start. */
    private static final class ScriptedRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient List<byte[]> script;
        private int drawn;

        ScriptedRandom(List<byte[]> script) {
            this.script = script;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            var next = script.get(drawn++ % script.size());
            System.arraycopy(next, 0, bytes, 0, Math.min(next.length, bytes.length));
        }
    }
}
