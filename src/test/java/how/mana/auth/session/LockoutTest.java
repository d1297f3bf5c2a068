package how.mana.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.Eventually;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Five wrong passwords and no more; and nothing but a wrong password counts (contract A4.2, D-27). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class LockoutTest {
    private static final int PARALLEL = 30;

    /** Row-level security asks for every row, and this answers when nobody holds the lock. */
    private static final String EVERY_LOOK_WAITS = """
            CREATE FUNCTION auth.test_wait() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock_shared(5);
                RETURN true;
            END $$;
            GRANT EXECUTE ON FUNCTION auth.test_wait() TO PUBLIC;
            CREATE POLICY test_wait ON auth.login_attempts USING (auth.test_wait()) WITH CHECK (true);
            ALTER TABLE auth.login_attempts ENABLE ROW LEVEL SECURITY;
            """;

    private static final String NO_LOOK_WAITS = """
            ALTER TABLE auth.login_attempts DISABLE ROW LEVEL SECURITY;
            DROP POLICY IF EXISTS test_wait ON auth.login_attempts;
            DROP FUNCTION IF EXISTS auth.test_wait();
            """;

    @Test
    void theSixthIsNotTried() {
        var account = Accounts.create();
        IntStream.range(0, 5).forEach(i -> account.login("wrong").then().statusCode(401));

        var locked = account.login();

        locked.then().statusCode(429).body("error", equalTo("ACCOUNT_LOCKED")).body("status", equalTo(429));
        assertThat(locked.<Integer>path("retryAfterSec")).isBetween(1790, 1800);
        assertThat(locked.header("Retry-After")).isEqualTo(String.valueOf(locked.<Integer>path("retryAfterSec")));
        assertThat(account.failures()).isEqualTo(5);
        assertThat(account.events()).endsWith("ACCOUNT_LOCKED").hasSize(6);
    }

    @Test
    void ofThirtyAtOnceFiveAreTried() throws Exception {
        var account = Accounts.create();

        assertThat(statuses(() -> account.login("wrong").statusCode()))
                .containsOnly(401, 429)
                .satisfies(all -> assertThat(Collections.frequency(all, 401)).isEqualTo(5));
        assertThat(account.failures()).isEqualTo(5);
        assertThat(account.inFlight()).isZero();
    }

    @Test
    void anUnknownAddressIsLockedLikeAKnownOne() throws Exception {
        var unknown = "nobody-" + Accounts.create().email();

        assertThat(statuses(() -> Accounts.login(unknown, "wrong").statusCode()))
                .satisfies(all -> assertThat(Collections.frequency(all, 401)).isEqualTo(5))
                .satisfies(all -> assertThat(Collections.frequency(all, 429)).isEqualTo(PARALLEL - 5));
    }

    @Test
    void moreRightOnesAtOnceThanMayBeWrongAllComeIn() throws Exception {
        var account = Accounts.create();

        assertThat(statuses(12, () -> account.login().statusCode())).containsOnly(200);
        assertThat(account.inFlight()).isZero();
    }

    @Test
    void soDoThoseWhoseHashTheFirstOfThemReplaces() throws Exception {
        var account = Accounts.ofTheOldService();

        assertThat(statuses(12, () -> account.login().statusCode())).containsOnly(200);
        assertThat(account.storedHash()).startsWith("$argon2id$");
        assertThat(account.inFlight()).isZero();
        assertThat(account.failures()).isZero();
        assertThat(account.events()).hasSize(12).containsOnly("LOGIN_SUCCESS");
    }

    /** The fifth turns out wrong while the sixth asks for its turn, after it has begun to look. */
    @Test
    void aCheckThatEndsWhileTheSixthLooksIsCountedOnceAtLeast() throws Exception {
        var account = Accounts.create();
        IntStream.range(0, 4).forEach(i -> fail(account, 1));
        AdminDatabase.execute(
                "INSERT INTO auth.login_attempts (email, method) VALUES (?, 'password-pending')", account.email());
        var threads = Executors.newSingleThreadExecutor();
        try (var test = AdminDatabase.connect();
                var statement = test.createStatement()) {
            statement.execute(EVERY_LOOK_WAITS);
            statement.execute("SELECT pg_advisory_lock(5)");
            var sixth = threads.submit(() -> attempt(account));
            awaitWaiting();
            AdminDatabase.execute(
                    "UPDATE auth.login_attempts SET method = 'password' WHERE email = ?", account.email());
            statement.execute("SELECT pg_advisory_unlock(5)");

            assertThat(sixth.get())
                    .as("number of the attempt that is let through")
                    .isNull();
        } finally {
            AdminDatabase.execute(NO_LOOK_WAITS);
            threads.shutdownNow();
        }
    }

    @Test
    void anotherSpellingOfTheAddressHasTheSameLock() {
        var account = Accounts.create();
        IntStream.range(0, 5).forEach(i -> Accounts.login(account.email().toUpperCase(Locale.ROOT), "wrong")
                .then()
                .statusCode(401));

        account.login().then().statusCode(429);
    }

    @Test
    void theRightPasswordForgivesTheWrongOnes() {
        var account = Accounts.create();
        IntStream.range(0, 4).forEach(i -> account.login("wrong").then().statusCode(401));

        account.login().then().statusCode(200);

        assertThat(account.failures()).isZero();
    }

    /** Minutes ago of the first and of the fifth failure. */
    @ParameterizedTest
    @CsvSource({"14,1,429", "40,26,429", "44,29.9,429", "44,30.1,401", "17,1,401", "60,59,401"})
    void aLockLastsHalfAnHourFromTheLastOfFiveWithinAQuarter(double first, double last, int status) {
        var account = Accounts.create();
        fail(account, first);
        IntStream.range(0, 3).forEach(i -> fail(account, (first + last) / 2));
        fail(account, last);

        account.login("wrong").then().statusCode(status);
    }

    @Test
    void aLockIsNotProlongedByMoreTries() {
        var account = Accounts.create();
        IntStream.range(0, 5).forEach(i -> fail(account, 10));
        account.login().then().statusCode(429);

        var remaining = account.login().<Integer>path("retryAfterSec");

        assertThat(remaining).isBetween(1190, 1200);
    }

    @Test
    void aCheckThatNobodyFinishedCountsForAMomentOnly() {
        var account = Accounts.create();
        IntStream.range(0, 5)
                .forEach(i -> AdminDatabase.execute(
                        "INSERT INTO auth.login_attempts (email, method, attempted_at)"
                                + " VALUES (?, 'password-pending', now() - interval '11 seconds')",
                        account.email()));
        var start = System.nanoTime();

        account.login().then().statusCode(200);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aPasswordThatIsNobodysIsCountedLikeAnother() {
        var account = Accounts.create();
        var start = System.nanoTime();

        account.login("\u0301".repeat(14_000) + "\u0327".repeat(14_000)).then().statusCode(401);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(account.failures()).isOne();
    }

    /** What the database answers to who asks for a turn. */
    private static @Nullable Object attempt(Accounts account) throws SQLException {
        try (var connection = AdminDatabase.connect();
                var statement = connection.createStatement()) {
            statement.execute("SET ROLE mana_app"); // the superuser sees past row-level security
            try (var asked = connection.prepareStatement("SELECT attempt FROM auth.password_attempt(?, '', '')")) {
                asked.setString(1, account.email());
                var row = asked.executeQuery();
                row.next();
                return row.getObject(1);
            }
        }
    }

    private static void awaitWaiting() {
        Eventually.holds(() -> !AdminDatabase.rows(
                        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 5 AND NOT granted")
                .isEmpty());
    }

    private static void fail(Accounts account, double minutesAgo) {
        AdminDatabase.execute(
                "INSERT INTO auth.login_attempts (email, attempted_at) VALUES (?, now() - make_interval(secs => ?))",
                account.email(),
                minutesAgo * 60);
    }

    private static List<Integer> statuses(Callable<Integer> call) throws Exception {
        return statuses(PARALLEL, call);
    }

    private static List<Integer> statuses(int parallel, Callable<Integer> call) throws Exception {
        var threads = Executors.newFixedThreadPool(parallel);
        try {
            return threads.invokeAll(Collections.nCopies(parallel, call)).stream()
                    .map(one -> {
                        try {
                            return one.get();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    })
                    .collect(Collectors.toList());
        } finally {
            threads.shutdownNow();
        }
    }
}
