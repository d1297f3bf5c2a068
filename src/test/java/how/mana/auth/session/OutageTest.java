package how.mana.auth.session;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.post;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The old service once told every user that their password was wrong while its database was broken, and counted it against them.
 * Whatever is wrong with the database is a 503 on every route, and costs nobody anything.
 */
@QuarkusTest
@TestProfile(OwnTokens.class)
class OutageTest {
    /** A route that asks the database, called by somebody who is signed in. */
    enum Route {
        LOGIN((account, in) -> account.login()),
        WRONG_LOGIN((account, in) -> account.login("wrong")),
        UNKNOWN_LOGIN((account, in) -> Accounts.login("nobody-" + account.email(), PASSWORD)),
        NATIVE_LOGIN((account, in) ->
                post(NATIVE + "/sign-in/email", Map.of("email", account.email(), "password", PASSWORD))),
        REFRESH((account, in) -> in.refresh()),
        EXCHANGE((account, in) -> post(AUTH + "/refresh", Map.of("refreshToken", in.token(), "rotate", true))),
        SESSION_TO_TOKEN((account, in) -> in.byCookie().post(AUTH + "/session-to-token")),
        VALIDATE((account, in) -> post(AUTH + "/validate", Map.of("token", in.accessToken()))),
        LOGOUT((account, in) -> in.byCookie().post(AUTH + "/logout")),
        SESSION((account, in) -> in.byCookie().get(AUTH + "/session")),
        SESSIONS((account, in) -> in.byAccessToken().get(AUTH + "/sessions")),
        REVOKE((account, in) -> in.byAccessToken().delete(AUTH + "/sessions/x")),
        EVENTS((account, in) -> in.byAccessToken().get(AUTH + "/security-events")),
        GET_SESSION((account, in) -> in.byCookie().get(NATIVE + "/get-session")),
        TOKEN((account, in) -> in.byCookie().get(NATIVE + "/token")),
        SIGN_OUT((account, in) -> in.byCookie().post(NATIVE + "/sign-out")),
        LIST_SESSIONS((account, in) -> in.byCookie().get(NATIVE + "/list-sessions"));

        private final BiFunction<Accounts, Accounts.SignedIn, Response> call;

        Route(BiFunction<Accounts, Accounts.SignedIn, Response> call) {
            this.call = call;
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aMissingColumnIsNobodysFault(Route route) {
        var account = Accounts.create();
        var in = account.signedIn();

        without("users", "email", () -> assertUnavailable(route, account, in));

        assertUnharmed(account, in);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aDatabaseThatIsGoneIsNobodysFault(Route route) throws SQLException {
        var account = Accounts.create();
        var in = account.signedIn();

        AdminDatabase.closeToTheService();
        try {
            assertUnavailable(route, account, in);
        } finally {
            AdminDatabase.openToTheService();
        }

        assertUnharmed(account, in);
    }

    /** Each waits for as long as the service waits for its database: three stand for all. */
    @ParameterizedTest
    @EnumSource(names = {"WRONG_LOGIN", "REFRESH", "SESSION"})
    void aDatabaseThatHangsIsNobodysFault(Route route) throws SQLException {
        var account = Accounts.create();
        var in = account.signedIn();

        try (var admin = AdminDatabase.connect();
                var statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("LOCK TABLE auth.users IN ACCESS EXCLUSIVE MODE");
            assertUnavailable(route, account, in);
            admin.rollback();
        }

        assertUnharmed(account, in);
    }

    /** More requests at once than there are connections: some never get one. */
    @Test
    void aPoolWithoutAFreeConnectionIsNobodysFault() throws Exception {
        var account = Accounts.create();
        var in = account.signedIn();

        try (var admin = AdminDatabase.connect();
                var statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("LOCK TABLE auth.users IN ACCESS EXCLUSIVE MODE");
            parallel(40, () -> {
                assertUnavailable(Route.WRONG_LOGIN, account, in);
                return true;
            });
            admin.rollback();
        }

        assertUnharmed(account, in);
    }

    /** The password is wrong, and that cannot be written down: then it was not tried. */
    @Test
    void aFailureThatCannotBeRecordedIsNotAnswered() {
        var account = Accounts.create();
        var in = account.signedIn();

        without("security_events", "metadata", () -> assertUnavailable(Route.WRONG_LOGIN, account, in));

        assertUnharmed(account, in);
    }

    @Test
    void aSessionThatCannotBeOpenedCountsForNothing() {
        var account = Accounts.create();
        var in = account.signedIn();
        account.login("wrong").then().statusCode(401);

        without("sessions", "device_name", () -> assertUnavailable(Route.LOGIN, account, in));

        assertThat(account.failures()).isOne();
        assertThat(account.inFlight()).isZero();
        account.login().then().statusCode(200);
    }

    /** A lock must not look like the truth about an account while nobody can know it, nor an outage prolong it. */
    @ParameterizedTest
    @ValueSource(strings = {"wrong", PASSWORD})
    void aLockHidesNoFaultAndNoFaultProlongsIt(String password) {
        var account = Accounts.create();
        for (var i = 0; i < 5; i++) {
            AdminDatabase.execute(
                    "INSERT INTO auth.login_attempts (email, attempted_at) VALUES (?, now() - interval '20 minutes')",
                    account.email());
        }

        without("users", "email", () -> assertThat(account.login(password).statusCode())
                .isEqualTo(503));

        assertThat(account.login(password).then().statusCode(429).extract().<Integer>path("retryAfterSec"))
                .isBetween(500, 600);
        assertThat(account.failures()).isEqualTo(5);
    }

    static Stream<Route> routes() {
        return Stream.of(Route.values());
    }

    private static void assertUnavailable(Route route, Accounts account, Accounts.SignedIn in) {
        var answer = route.call.apply(account, in);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(503);
        assertThat(answer.asString()).contains("SERVICE_UNAVAILABLE").doesNotContain("email", "column", "SQL");
        assertThat(answer.header("Retry-After")).isNotBlank();
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    private static void assertUnharmed(Accounts account, Accounts.SignedIn in) {
        assertThat(account.failures()).isZero();
        assertThat(in.isLive()).isTrue();
        account.login().then().statusCode(200);
    }

    private static void without(String table, String column, Runnable meanwhile) {
        AdminDatabase.execute("ALTER TABLE auth.%s RENAME COLUMN %s TO away".formatted(table, column));
        try {
            meanwhile.run();
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.%s RENAME COLUMN away TO %s".formatted(table, column));
        }
    }

    private static void parallel(int times, Callable<Boolean> call) throws Exception {
        var threads = Executors.newFixedThreadPool(times);
        try {
            for (var done : threads.invokeAll(Collections.nCopies(times, call))) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
