package how.mana.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A database that is away, broken or busy is our fault: 503 on every route, and nothing is changed, then or later. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class AccountOutageTest {
    private static final int MORE_THAN_THE_POOL_HOLDS = 25;

    @BeforeEach
    void warmUp() {
        Accounts.warmUp();
    }

    static Stream<Arguments> routes() {
        return Stream.of(
                route("PATCH profile", account -> account.patch("{\"name\":\"Late\",\"image\":\"late.png\"}")),
                route("GET onboarding", Accounts::onboarding),
                route("POST complete", Accounts::complete),
                route("PATCH reset", Accounts::reset));
    }

    private static Arguments route(String name, Function<Accounts, Response> call) {
        return Arguments.of(Named.of(name, call));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aColumnThatIsMissing(Function<Accounts, Response> call) {
        var account = Accounts.ofNewUser();
        var before = account.row();

        AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN feedback_show_real_name TO dropped");
        try {
            assertUnavailable(call.apply(account));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN dropped TO feedback_show_real_name");
        }

        assertThat(account.row()).isEqualTo(before);
        call.apply(account).then().statusCode(200);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aTableThatIsLocked(Function<Accounts, Response> call) throws SQLException {
        var account = Accounts.ofNewUser();
        var before = account.row();

        try (var admin = AdminDatabase.connect()) {
            admin.setAutoCommit(false);
            try (var lock = admin.createStatement()) {
                lock.execute("LOCK TABLE auth.users IN ACCESS EXCLUSIVE MODE");
            }
            var asked = Instant.now();
            assertUnavailable(call.apply(account));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
            admin.rollback();
        }

        assertNothingHappensLater(account, before);
    }

    @Test
    void aRowThatIsLocked() throws SQLException {
        var account = Accounts.ofNewUser();
        var before = account.row();

        try (var admin = AdminDatabase.connect()) {
            admin.setAutoCommit(false);
            try (var lock = admin.prepareStatement("SELECT 1 FROM auth.users WHERE id = ? FOR UPDATE")) {
                lock.setString(1, account.id());
                lock.execute();
            }
            assertUnavailable(account.patch("{\"name\":\"Late\"}"));
            admin.rollback();
        }

        assertNothingHappensLater(account, before);
    }

    @Test
    void aPoolThatIsExhaustedAndWhatWaitedForItGivesItsConnectionsBack() throws Exception {
        var accounts = IntStream.range(0, MORE_THAN_THE_POOL_HOLDS)
                .mapToObj(i -> Accounts.ofNewUser())
                .toList();
        var before = accounts.stream().map(Accounts::row).toList();

        for (var round = 0; round < 2; round++) {
            try (var admin = AdminDatabase.connect()) {
                admin.setAutoCommit(false);
                try (var lock = admin.createStatement()) {
                    lock.execute("LOCK TABLE auth.users IN ACCESS EXCLUSIVE MODE");
                }
                var answers = accounts.stream()
                        .map(account -> CompletableFuture.supplyAsync(
                                () -> account.patch("{\"name\":\"Late\"}"), task -> new Thread(task).start()))
                        .toList();
                for (var answer : answers) {
                    assertUnavailable(answer.get());
                }
                admin.rollback();
            }
        }

        accounts.forEach(account -> account.patch("{}").then().statusCode(200));
        assertThat(accounts.stream().map(Accounts::row).toList()).isEqualTo(before);
        assertThat(AdminDatabase.rows("SELECT pid FROM pg_stat_activity WHERE application_name = 'mana-auth'"
                        + " AND datname = current_database() AND state LIKE 'idle in transaction%'"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aDatabaseThatIsAway(Function<Accounts, Response> call) {
        var account = Accounts.ofNewUser();
        var before = account.row();
        var database =
                AdminDatabase.rows("SELECT current_database() AS name").get(0).get("name");
        // The test's own connection is made each time, so it needs another way in than the service.
        AdminDatabase.execute("ALTER ROLE " + database + "_app NOLOGIN");
        AdminDatabase.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?", database + "_app");
        try {
            assertUnavailable(call.apply(account));
        } finally {
            AdminDatabase.execute("ALTER ROLE " + database + "_app LOGIN");
        }

        assertThat(account.row()).isEqualTo(before);
        call.apply(account).then().statusCode(200);
    }

    private static void assertUnavailable(Response answer) {
        answer.then()
                .statusCode(503)
                .header("Content-Type", equalTo("application/json"))
                .body(equalTo(Accounts.UNAVAILABLE));
    }

    /** A change takes the row's lock, so whatever was still under way has ended when it is answered. */
    private static void assertNothingHappensLater(Accounts account, Map<String, Object> before) {
        AdminDatabase.execute("UPDATE auth.users SET updated_at = updated_at WHERE id = ?", account.id());
        assertThat(account.row()).isEqualTo(before);
    }
}
