package how.mana.auth.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.AdminDatabase;
import how.mana.auth.Eventually;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.Users;
import how.mana.auth.caller.Caller;
import how.mana.auth.caller.UserId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a feature with entities can rely on: the caller is bound first, and nothing outlives its transaction. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class EntityTransactionsTest {
    private static final int MORE_THAN_THE_POOL_HOLDS = 25;

    private static boolean warm;

    private final EntityTransactions transactions;
    private final Vertx vertx;
    private final String user = Users.create().id();

    @Inject
    EntityTransactionsTest(EntityTransactions transactions, Vertx vertx) {
        this.vertx = vertx;
        this.transactions = transactions;
    }

    /** A cold JVM loads Hibernate with the first call, which on a busy machine takes longer than the deadline. */
    @BeforeEach
    void warmUp() {
        for (var i = 0; i < 20 && !warm; i++) {
            warm = transactions
                    .as(as(user), () -> rename("Test"))
                    .onItemOrFailure()
                    .transform((rows, failure) -> failure == null)
                    .await()
                    .atMost(Duration.ofSeconds(10));
        }
    }

    @Test
    void theCallerIsBoundInTheTransactionAndInNoLaterOne() {
        var other = Users.create().id();

        assertThat(await(as(user), EntityTransactionsTest::boundUser)).isEqualTo(user);
        assertThat(await(as(other), EntityTransactionsTest::boundUser)).isEqualTo(other);
        for (var bound : new String[] {user, other}) {
            assertThat(AdminDatabase.rows("SELECT 1 FROM auth.users WHERE id = ?", bound))
                    .hasSize(1);
        }
    }

    @Test
    void whatIsOfNobodyElseIsSeen() {
        var other = Users.create().id();
        for (var owner : List.of(user, other)) {
            AdminDatabase.execute(
                    "INSERT INTO auth.encryption_vaults (user_id, wrapped_mk, wrap_iv) VALUES (?, 'w', 'i')", owner);
        }

        // No WHERE, so that it is the policy that is tested.
        assertThat(await(as(user), () -> list("SELECT user_id FROM auth.encryption_vaults")))
                .containsExactly(user);
    }

    @Test
    void everyCallHasASessionOfItsOwn() {
        var first = await(as(user), Panache::getSession);
        var second = await(as(user), Panache::getSession);

        assertThat(second).isNotSameAs(first);
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isFalse();
    }

    @Test
    void callsAtOnceOnOneContextHaveSessionsOfTheirOwn() {
        var context = VertxContext.getOrCreateDuplicatedContext(vertx);
        var calls = IntStream.range(0, 10)
                .mapToObj(i -> transactions
                        .as(as(user), Panache::getSession)
                        .runSubscriptionOn(task -> context.runOnContext(ignored -> task.run())))
                .toList();

        var sessions = Uni.join().all(calls).andFailFast().await().atMost(Duration.ofSeconds(10));

        assertThat(sessions).doesNotHaveDuplicates().noneMatch(Mutiny.Session::isOpen);
    }

    @Test
    void oneInsideOfAnotherIsRefused() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> await(as(user), () -> transactions.as(as(user), () -> rename("inner"))));

        assertThat(name()).isEqualTo("Test");
    }

    @Test
    void outsideThereIsNoSession() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Panache.getSession().await().atMost(Duration.ofSeconds(5)));
    }

    @Test
    void workThatFailsIsRolledBack() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> await(as(user), () -> rename("failed").map(rows -> {
                    throw new IllegalArgumentException("on purpose");
                })));

        assertThat(name()).isEqualTo("Test");
    }

    @Test
    void workThatThrowsGivesACleanConnectionBack() {
        for (var i = 0; i < MORE_THAN_THE_POOL_HOLDS; i++) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> await(as(user), () -> {
                        throw new IllegalArgumentException("on purpose");
                    }));
        }

        assertThat(openTransactions()).isEmpty();
        assertThat(await(as(user), EntityTransactionsTest::boundUser)).isEqualTo(user);
    }

    @Test
    void workThatIsDoneAfterItsTimeIsRolledBackAndGivesItsConnectionBack() throws InterruptedException {
        for (var round = 0; round < 2; round++) {
            var users = Stream.generate(() -> Users.create().id()).limit(15).toList();

            var late = users.stream()
                    .map(one -> transactions
                            .as(as(one), () -> rename(one, "late").call(EntityTransactionsTest::longerThanTheDeadline))
                            .onItemOrFailure()
                            .transform((item, failure) -> Optional.ofNullable(failure)))
                    .toList();
            var failures = Uni.join().all(late).andFailFast().await().atMost(Duration.ofSeconds(10));

            assertThat(failures).allSatisfy(failure -> assertThat(failure.orElseThrow())
                    .isInstanceOf(DatabaseRefusal.Unavailable.class));
            awaitNoOpenTransaction();
            assertThat(users).allSatisfy(one -> assertThat(name(one)).isEqualTo("Test"));
        }

        assertThat(await(as(user), EntityTransactionsTest::boundUser)).isEqualTo(user);
    }

    private static Uni<Void> longerThanTheDeadline() {
        return Uni.createFrom().voidItem().onItem().delayIt().by(Duration.ofMillis(2200));
    }

    @Test
    void aCallerWhoStopsWaitingLosesNoConnection() {
        for (var i = 0; i < MORE_THAN_THE_POOL_HOLDS; i++) {
            var query = "SELECT cast(pg_sleep(0.3) AS text) AS try_" + i;
            var waiting =
                    transactions.as(as(user), () -> list(query)).subscribe().with(item -> {}, failure -> {});
            Eventually.holds(() -> !AdminDatabase.rows(
                            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query = ?", query)
                    .isEmpty());
            waiting.cancel();
        }

        awaitNoOpenTransaction();
        assertThat(await(as(user), EntityTransactionsTest::boundUser)).isEqualTo(user);
    }

    @Test
    void aUserWhoIsNotThereIsUnknownAndNoWorkIsDone() {
        AdminDatabase.execute("UPDATE auth.users SET deleted_at = now() WHERE id = ?", user);

        for (var gone : List.of(user, "nobody")) {
            assertThatExceptionOfType(DatabaseRefusal.CallerUnknown.class)
                    .isThrownBy(() -> await(as(gone), () -> rename("changed")));
        }

        assertThat(name()).isEqualTo("Test");
    }

    @Test
    void aLiveSessionCounts() {
        var session = session();

        assertThat(await(as(user, session), EntityTransactionsTest::boundUser)).isEqualTo(user);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE auth.sessions SET revoked_at = now() WHERE id = ?",
                "UPDATE auth.sessions SET expires_at = now() WHERE id = ?",
                "DELETE FROM auth.sessions WHERE id = ?"
            })
    void aSessionThatEndedDoesNot(String ending) {
        var session = session();
        AdminDatabase.execute(ending, session);

        assertThatExceptionOfType(DatabaseRefusal.CallerUnknown.class)
                .isThrownBy(() -> await(as(user, session), () -> rename("changed")));
        assertThatExceptionOfType(DatabaseRefusal.CallerUnknown.class)
                .isThrownBy(() -> await(as(user, ""), () -> rename("changed")));
        assertThat(name()).isEqualTo("Test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT missing FROM auth.users",
                "SELECT 1 / 0",
                "SELECT pg_sleep(3)",
                "SELECT pg_terminate_backend(pg_backend_pid())",
                "DELETE FROM auth.users",
                "INSERT INTO auth.users (id, name, email) SELECT id, name, email FROM auth.users LIMIT 1"
            })
    void everyFaultOfTheDatabaseIsOurs(String statement) {
        assertThatExceptionOfType(DatabaseRefusal.Unavailable.class)
                .isThrownBy(() -> await(as(user), () -> rename("changed").chain(() -> execute(statement))));

        assertThat(name()).isEqualTo("Test");
        assertThat(openTransactions()).isEmpty();
    }

    @Test
    void whoIsErasedWhileTheWorkRunsIsUnknown() {
        assertThatExceptionOfType(DatabaseRefusal.CallerUnknown.class)
                .isThrownBy(() -> await(
                        as(user),
                        () -> execute("INSERT INTO auth.sessions (id, token, user_id, expires_at)"
                                + " VALUES ('s', repeat('0', 64), 'erased', now())")));
    }

    private <T> T await(Caller caller, Supplier<Uni<T>> work) {
        return transactions.as(caller, work).await().atMost(Duration.ofSeconds(10));
    }

    private static Caller as(String user) {
        return new Caller(new UserId(user), Optional.empty(), null, null);
    }

    private static Caller as(String user, @Nullable String session) {
        return new Caller(new UserId(user), Optional.ofNullable(session), null, null);
    }

    private static Uni<String> boundUser() {
        return Panache.getSession().chain(session -> session.createNativeQuery(
                        "SELECT current_setting('app.current_user_id', true)", String.class)
                .getSingleResult());
    }

    private static Uni<List<String>> list(String query) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(query, String.class).getResultList());
    }

    private static Uni<Integer> execute(String statement) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(statement).executeUpdate());
    }

    private Uni<Integer> rename(String name) {
        return rename(user, name);
    }

    private static Uni<Integer> rename(String user, String name) {
        return Panache.executeUpdate("update User set name = ?1 where id = ?2", name, user);
    }

    private String name() {
        return name(user);
    }

    private static String name(String user) {
        var row = AdminDatabase.rows("SELECT name FROM auth.users WHERE id = ?", user)
                .get(0);
        return String.valueOf(row.get("name"));
    }

    private String session() {
        var session = UUID.randomUUID().toString();
        AdminDatabase.execute(
                "INSERT INTO auth.sessions (id, token, user_id, expires_at) VALUES (?, encode(sha256(convert_to(?, 'UTF8')), 'hex'), ?, now() + interval '1 hour')",
                session,
                session,
                user);
        return session;
    }

    /** Sooner than Postgres would end what somebody forgot, which it does after ten seconds. */
    private static void awaitNoOpenTransaction() {
        Eventually.passesWithin(
                Duration.ofSeconds(7), () -> assertThat(openTransactions()).isEmpty());
    }

    private static List<?> openTransactions() {
        return AdminDatabase.rows("SELECT pid FROM pg_stat_activity WHERE application_name = 'mana-auth'"
                + " AND datname = current_database() AND xact_start IS NOT NULL");
    }
}
