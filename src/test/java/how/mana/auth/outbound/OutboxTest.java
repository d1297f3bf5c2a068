package how.mana.auth.outbound;

import static how.mana.auth.outbound.Errands.address;
import static how.mana.auth.outbound.Errands.awaitDone;
import static how.mana.auth.outbound.Errands.awaitError;
import static how.mana.auth.outbound.Errands.makeDue;
import static how.mana.auth.outbound.Errands.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import how.mana.auth.AdminDatabase;
import how.mana.auth.NotifyServer;
import how.mana.auth.NotifyServer.Request;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestWorker;
import how.mana.auth.Users;
import how.mana.auth.db.ServiceTransactions;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is committed is sent, once, whatever the other side does; what is rolled back is not. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class OutboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String LINK = "https://auth.mana.how/api/auth/verify-email?token=t&callbackURL=%2F";

    @Inject
    ServiceTransactions transactions;

    @Inject
    Outbox outbox;

    @Inject
    Errands errands;

    @Inject
    Delivery delivery;

    @Inject
    Sweep sweep;

    @Inject
    MeterRegistry metrics;

    @Test
    void aMailIsSentAsTheContractWantsIt() {
        var address = address();
        errands.add(Mail.verifyEmail(address, "Anna", LINK));

        var sent = NotifyServer.received(address);

        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.path()).isEqualTo("/api/v1/notifications/send");
        assertThat(sent.type()).isEqualTo("application/json");
        assertThat(sent.key()).isEqualTo(TestWorker.SERVICE_KEY);
        assertThat(sent.json().fieldNames())
                .toIterable()
                .containsExactly("channel", "appId", "recipient", "subject", "body");
        assertThat(sent.json().path("channel").asText()).isEqualTo("email");
        assertThat(sent.json().path("appId").asText()).isEqualTo("mana-auth");
        assertThat(sent.subject()).isEqualTo("E-Mail bestätigen — Mana");
        assertThat(sent.html()).contains("Hallo Anna,", LINK);
    }

    @Test
    void whatIsSentIsForgotten() {
        var address = address();
        var before = delivered("verify-email");

        var done = awaitDone(errands.add(Mail.verifyEmail(address, "Anna", LINK)));

        assertThat(done)
                .containsEntry("payload", null)
                .containsEntry("recipient", null)
                .containsEntry("attempts", 1);
        assertThat(NotifyServer.soFar(address)).hasSize(1);
        assertThat(delivered("verify-email")).isGreaterThan(before);
    }

    private double delivered(String kind) {
        return metrics.counter("mana.outbox.deliveries", "kind", kind, "outcome", "delivered")
                .count();
    }

    @Test
    void theCallsForANewUser() {
        var user = Users.create().id();
        errands.add(Calls.creditsInit(user));
        errands.add(Calls.redeemGifts(user, "Anna@Test.local"));
        errands.add(Calls.mailbox(user, "Anna@Test.local", "Anna"));

        var calls = NotifyServer.calls(user, 3);

        assertThat(calls).allSatisfy(call -> assertThat(call.key()).isEqualTo(TestWorker.SERVICE_KEY));
        assertThat(body(calls, "/api/v1/internal/credits/init")).isEqualTo(Map.of("userId", user));
        assertThat(body(calls, "/api/v1/internal/gifts/redeem-pending"))
                .isEqualTo(Map.of("userId", user, "email", "Anna@Test.local"));
        assertThat(body(calls, "/api/v1/internal/mail/on-user-created"))
                .isEqualTo(Map.of("userId", user, "email", "Anna@Test.local", "name", "Anna"));
    }

    private static Map<?, ?> body(List<Request> calls, String path) {
        var call =
                calls.stream().filter(one -> one.path().equals(path)).findAny().orElseThrow();
        return new io.vertx.core.json.JsonObject(call.body()).getMap();
    }

    @Test
    void whatIsRolledBackIsNeverSent() {
        var address = address();

        assertThatIllegalStateException().isThrownBy(() -> transactions
                .run(tx -> outbox.add(tx, Mail.passwordChanged(address, "Anna"))
                        .chain(() -> Uni.createFrom().<Void>failure(new IllegalStateException())))
                .await()
                .atMost(PATIENCE));

        aRoundIsOver();
        assertThat(NotifyServer.soFar(address)).isEmpty();
    }

    /** Whatever was due before has had its turn. */
    private void aRoundIsOver() {
        delivery.run(Target.NOTIFY).await().atMost(PATIENCE);
        awaitDone(errands.add(Mail.passwordChanged(address(), "Last")));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 408, 429, 500, 503})
    void whatMayPassIsTriedAgainLater(int status) {
        var address = address();
        NotifyServer.answer(address, status);
        var id = errands.add(Mail.passwordChanged(address, "Anna"));

        var failed = awaitError(id);

        assertThat(failed)
                .containsEntry("last_error", "status " + status)
                .containsEntry("attempts", 1)
                .containsEntry("failed_at", null);
        assertThat(failed.get("pause"))
                .asInstanceOf(InstanceOfAssertFactories.DOUBLE)
                .isBetween(0.0, 6.0);
        assertThat(NotifyServer.soFar(address)).hasSize(1);

        NotifyServer.answer(address, 200);
        makeDue(id);
        assertThat(awaitDone(id)).containsEntry("attempts", 2);
        assertThat(NotifyServer.soFar(address)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 422})
    void whatIsRefusedIsNotTriedAgain(int status) {
        var address = address();
        NotifyServer.answer(address, status);
        var id = errands.add(Mail.passwordChanged(address, "Anna"));

        var failed = awaitError(id);

        assertThat(failed).containsEntry("last_error", "status " + status);
        assertThat(failed.get("failed_at")).isNotNull();
        makeDue(id);
        aRoundIsOver();
        assertThat(NotifyServer.soFar(address)).hasSize(1);
    }

    @Test
    void severalDeliverersSendOnce() {
        var addresses = Stream.generate(Errands::address).limit(40).toList();
        transactions
                .run(tx -> Uni.join()
                        .all(addresses.stream()
                                .map(address -> outbox.add(tx, Mail.passwordChanged(address, "Anna")))
                                .toList())
                        .andFailFast())
                .await()
                .atMost(PATIENCE);

        Uni.join()
                .all(Stream.generate(() -> delivery.run(Target.NOTIFY)).limit(8).toList())
                .andFailFast()
                .await()
                .atMost(PATIENCE);

        assertThat(addresses).allSatisfy(address -> NotifyServer.received(address));
        aRoundIsOver();
        assertThat(addresses)
                .allSatisfy(address -> assertThat(NotifyServer.soFar(address)).hasSize(1));
    }

    @Test
    void aServiceThatHangsHoldsUpItsOwnErrandsOnlyAndNotForLong() {
        var silent = Stream.generate(Errands::address).limit(4).toList();
        silent.forEach(address -> NotifyServer.answer(address, NotifyServer.HANG));
        var hanging = silent.stream()
                .map(address -> errands.add(Mail.passwordChanged(address, "Anna")))
                .toList();
        silent.forEach(NotifyServer::received);

        var user = Users.create().id();
        awaitDone(errands.add(Calls.creditsInit(user)));

        assertThat(hanging).allSatisfy(id -> assertThat(row(id)).containsEntry("last_error", null));
        var behind = address();
        errands.add(Mail.passwordChanged(behind, "Anna"));
        assertThat(hanging)
                .allSatisfy(id -> assertThat(awaitError(id)).containsEntry("last_error", "no answer in time"));
        NotifyServer.received(behind);
    }

    @Test
    void aMailThatIsOutOfDateIsNotSentAndForgotten() {
        var address = address();
        var id = errands.addOutOfDate(Mail.resetPassword(address, "Anna", LINK));

        aRoundIsOver();
        sweep.run().await().atMost(PATIENCE);

        var row = row(id);
        assertThat(NotifyServer.soFar(address)).isEmpty();
        assertThat(row)
                .containsEntry("payload", null)
                .containsEntry("recipient", null)
                .containsEntry("done_at", null)
                .containsEntry("last_error", "out of date, never tried");
        assertThat(row.get("failed_at")).isNotNull();
    }

    @Test
    void aRefusedMailLosesItsTextOnceItsLinkIsDead() {
        var address = address();
        NotifyServer.answer(address, 400);
        var id = errands.add(Mail.resetPassword(address, "Anna", LINK));
        var refused = awaitError(id);
        assertThat(refused.get("payload")).isNotNull();
        AdminDatabase.execute("UPDATE auth.outbox SET expires_at = now() WHERE id = ?", id);

        sweep.run().await().atMost(PATIENCE);

        assertThat(row(id))
                .containsEntry("payload", null)
                .containsEntry("recipient", null)
                .containsEntry("last_error", "status 400")
                .containsEntry("failed_at", refused.get("failed_at"));
    }

    @Test
    void whatIsOldIsDeleted() {
        var done = errands.add(Mail.passwordChanged(address(), "Anna"));
        awaitDone(done);
        var recent = errands.add(Mail.passwordChanged(address(), "Anna"));
        awaitDone(recent);
        AdminDatabase.execute("UPDATE auth.outbox SET done_at = now() - interval '73 hours' WHERE id = ?", done);

        sweep.run().await().atMost(PATIENCE);

        assertThat(AdminDatabase.rows("SELECT id FROM auth.outbox WHERE id IN (?, ?)", done, recent))
                .containsExactly(Map.of("id", recent));
    }

    @Test
    void nobodyIsCalledAboutAUserWhoIsGone() {
        var gone = "gone-" + address();

        var row = awaitDone(errands.add(Calls.redeemGifts(gone, "a@b.de")));

        assertThat(row).containsEntry("last_error", "the user is gone").containsEntry("user_id", null);
        assertThat(NotifyServer.soFar(gone)).isEmpty();
    }

    @Test
    void theCallsAboutOneUserGoOutInTheirOrder() {
        var user = Users.create().id();
        NotifyServer.answer(user, 500);
        var first = errands.add(Calls.creditsInit(user));
        var second = errands.add(Calls.redeemGifts(user, "a@b.de"));
        awaitError(first);
        delivery.run(Target.CREDITS).await().atMost(PATIENCE);
        assertThat(row(second)).containsEntry("attempts", 0);

        NotifyServer.answer(user, 200);
        makeDue(first);
        awaitDone(second);

        assertThat(NotifyServer.calls(user, 3).stream().map(call -> call.path().replaceFirst(".*/", "")))
                .containsExactly("init", "init", "redeem-pending");
    }

    /** While versions change, an old one meets errands that it has never heard of. */
    @Test
    void anErrandOfANewerVersionIsLeftToThat() {
        AdminDatabase.execute("INSERT INTO auth.outbox (kind, recipient, payload, expires_at)"
                + " VALUES ('from-the-future', 'a@b.de', '{}', now() + interval '1 hour')");

        aRoundIsOver();

        assertThat(AdminDatabase.rows("SELECT attempts FROM auth.outbox WHERE kind = 'from-the-future'"))
                .containsOnly(Map.of("attempts", 0));
    }

    /** Whoever took it and died did not settle it. */
    @Test
    void whatWasTakenAndNotSettledIsTakenAgain() {
        var address = address();
        var taken = transactions
                .run(tx -> outbox.add(tx, Mail.passwordChanged(address, "Anna"))
                        .chain(() -> new OutboxRepository().claim(tx, Target.NOTIFY, 100, Duration.ofSeconds(2))))
                .await()
                .atMost(PATIENCE);
        var ours = taken.stream()
                .filter(parcel -> parcel.recipient().equals(Optional.of(address)))
                .toList();

        assertThat(ours).singleElement().satisfies(parcel -> {
            aRoundIsOver();
            assertThat(NotifyServer.soFar(address)).isEmpty();
            assertThat(awaitDone(parcel.id())).containsEntry("attempts", 2);
        });
    }
}
