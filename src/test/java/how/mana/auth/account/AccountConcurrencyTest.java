package how.mana.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.Eventually;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any number of changes at once: none is lost, and nobody sees another's. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class AccountConcurrencyTest {
    @BeforeEach
    void warmUp() {
        Accounts.warmUp();
    }

    @Test
    void thirtyChangesOfDifferentFieldsAtOnceLoseNothing() throws Exception {
        for (var round = 0; round < 5; round++) {
            var accounts =
                    IntStream.range(0, 10).mapToObj(i -> Accounts.ofNewUser()).toList();

            var answers = atOnce(30, i -> accounts.get(i / 3)
                    .patch(
                            switch (i % 3) {
                                case 0 -> "{\"name\":\"Ada\"}";
                                case 1 -> "{\"image\":\"a.png\"}";
                                default -> "{\"feedbackShowRealName\":true}";
                            }));

            assertThat(answers).extracting(Response::statusCode).containsOnly(200);
            assertThat(accounts).allSatisfy(account -> assertThat(account.row())
                    .containsEntry("name", "Ada")
                    .containsEntry("image", "a.png")
                    .containsEntry("feedback_show_real_name", true));
        }
    }

    @Test
    void thirtyChangesOfOneUserAtOnceLoseNothing() throws Exception {
        var account = Accounts.ofNewUser();

        var answers = atOnce(30, i -> switch (i % 5) {
            case 0 -> account.patch("{\"name\":\"Ada\"}");
            case 1 -> account.patch("{\"image\":\"a.png\"}");
            case 2 -> account.patch("{\"feedbackShowRealName\":true}");
            case 3 -> account.complete();
            default -> account.onboarding();
        });

        assertThat(answers).extracting(Response::statusCode).containsOnly(200);
        assertThat(account.row())
                .containsEntry("name", "Ada")
                .containsEntry("image", "a.png")
                .containsEntry("feedback_show_real_name", true);
        assertThat(account.row().get("onboarding_completed_at")).isNotNull();
    }

    @Test
    void whatAnotherFlowIsJustWritingIsKept() throws Exception {
        var account = Accounts.ofNewUser();

        try (var flow = AdminDatabase.connect()) {
            flow.setAutoCommit(false);
            execute(flow, "UPDATE auth.users SET email_verified = true, image = 'theirs' WHERE id = ?", account.id());
            var waiting = later(() -> account.patch("{\"name\":\"Ada\"}"));
            awaitWaiting();
            flow.commit();

            waiting.get()
                    .then()
                    .statusCode(200)
                    .body(equalTo("{\"name\":\"Ada\",\"image\":\"theirs\",\"feedbackShowRealName\":false}"));
        }

        assertThat(account.row()).containsEntry("email_verified", true).containsEntry("image", "theirs");
    }

    @Test
    void aUserWhoGoesWhileTheChangeWaitsIsUnknown() throws Exception {
        for (var erasing : List.of(
                "UPDATE auth.users SET deleted_at = now() WHERE id = ?", "DELETE FROM auth.users WHERE id = ?")) {
            var account = Accounts.ofNewUser();

            try (var flow = AdminDatabase.connect()) {
                flow.setAutoCommit(false);
                execute(flow, erasing, account.id());
                var waiting = later(() -> account.patch("{\"name\":\"Ada\"}"));
                awaitWaiting();
                flow.commit();

                waiting.get().then().statusCode(401).body(equalTo(Accounts.BAD_TOKEN));
            }
            assertThat(AdminDatabase.rows("SELECT id FROM auth.users WHERE id = ? AND name = 'Ada'", account.id()))
                    .isEmpty();
        }
    }

    @Test
    void twoUsersInAlternationSeeNothingOfEachOther() throws Exception {
        var users = List.of(Accounts.ofNewUser(), Accounts.ofNewUser());
        users.get(0).patch("{\"name\":\"user 0\",\"image\":\"image 0\"}");
        users.get(1).patch("{\"name\":\"user 1\",\"image\":\"image 1\"}");

        var wrong = atOnce(8, worker -> {
            var leaks = new ArrayList<String>();
            for (var i = 0; i < 60; i++) {
                var user = (worker + i) % 2;
                var answer = users.get(user)
                        .patch(i % 3 == 0 ? "{\"feedbackShowRealName\":" + (user == 1) + "}" : "{}")
                        .asString();
                if (!answer.startsWith("{\"name\":\"user " + user + "\",\"image\":\"image " + user + "\",")
                        || (i >= 3 && !answer.endsWith((user == 1) + "}"))) {
                    leaks.add(answer);
                }
            }
            return leaks;
        });

        assertThat(wrong).allSatisfy(leaks -> assertThat(leaks).isEmpty());
    }

    private static void awaitWaiting() {
        Eventually.holds(
                () -> !AdminDatabase.rows("SELECT pid FROM pg_stat_activity WHERE application_name = 'mana-auth'"
                                + " AND datname = current_database() AND wait_event_type = 'Lock'")
                        .isEmpty());
    }

    private static void execute(Connection connection, String sql, String id) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.execute();
        }
    }

    private static <T> Future<T> later(Callable<T> call) {
        var thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(call);
        } finally {
            thread.shutdown();
        }
    }

    private static <T> List<T> atOnce(int many, IntFunction<T> call) throws InterruptedException, ExecutionException {
        var threads = Executors.newFixedThreadPool(many);
        try {
            var start = new CountDownLatch(1);
            var calls = IntStream.range(0, many)
                    .mapToObj(i -> threads.submit((Callable<T>) () -> {
                        start.await();
                        return call.apply(i);
                    }))
                    .toList();
            start.countDown();
            var results = new ArrayList<T>();
            for (var one : calls) {
                results.add(one.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
