package how.mana.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real issuer on the loopback, which does what the test tells it. */
class ExternalKeysTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Forge FIRST = new Forge();
    private static final Forge SECOND = new Forge();

    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private volatile Consumer<HttpServerRequest> behaviour = publishing(jwk("first", FIRST));
    private HttpServer issuer = server(0);
    private ExternalKeys keys = keys();

    @BeforeEach
    void freshIssuer() {
        fetches.set(0);
    }

    @AfterEach
    void stopIssuer() {
        join(issuer.close());
    }

    @AfterAll
    static void stopVertx() {
        join(VERTX.close());
    }

    @Test
    void aPublishedKeyIsFoundAndFetchedOnce() {
        assertThat(find("first")).map(VerificationKey::x).contains(FIRST.x());
        assertThat(find("first")).isPresent();

        assertThat(fetches).hasValue(1);
    }

    @Test
    void aRotationIsPickedUpWithTheFirstTokenThatShowsIt() {
        find("first");

        behaviour = publishing(jwk("second", SECOND), jwk("first", FIRST));

        assertThat(find("second")).map(VerificationKey::x).contains(SECOND.x());
    }

    @Test
    void aKeyNobodyPublishesIsAbsent() {
        assertThat(find("other")).isEmpty();
    }

    @Test
    void anOutageIsNotNoticedForAKnownKeyAndIsNoVerdictOnAnUnknownOne() {
        find("first");
        join(issuer.close());

        assertThat(find("first")).isPresent();
        assertUnavailable("second");
        assertThat(find("first")).isPresent();
    }

    @Test
    void anIssuerAwayAtFirstIsFoundOnceItIsBack() {
        var port = issuer.actualPort();
        join(issuer.close());
        assertUnavailable("first");

        issuer = server(port);

        assertThat(find("first")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[]}{\"keys\":[]}",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[null,1,\"x\",[],{}]}"
            })
    void aSetWithoutAUsableKeyChangesNothing(String body) {
        find("first");

        behaviour = http -> http.response().end(body);

        assertUnavailable("second");
        assertThat(find("first")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 301, 302, 404, 500})
    void onlyA200IsAnAnswer(int status) {
        behaviour = http -> http.response()
                .setStatusCode(status)
                .putHeader("Location", "/elsewhere")
                .end(status == 204 ? "" : set(jwk("first", FIRST)));

        assertUnavailable("first");
        assertThat(fetches).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kty\":\"RSA\",\"kid\":\"odd\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"x\":\"$x\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"odd\",\"x\":\"$x\",\"y\":\"$x\"}",
                "{\"kty\":\"oct\",\"kid\":\"odd\",\"k\":\"$x\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"odd\",\"x\":\"$x\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"kid\":\"odd\",\"x\":\"$x\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\",\"x\":\"$x\",\"alg\":\"HS256\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\",\"x\":\"$x\",\"use\":\"enc\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\",\"x\":\"$x=\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\",\"x\":\"AAAA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\"}",
                // The neutral element: with it as the key anybody can sign.
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
            })
    void keysForOtherPurposesAreIgnored(String odd) {
        behaviour = publishing(odd.replace("$x", SECOND.x()), jwk("first", FIRST));

        assertThat(find("odd")).isEmpty();
        assertThat(find("first")).isPresent();
    }

    @Test
    void aKeyWithoutANameIsIgnored() {
        behaviour = publishing(jwk("", SECOND), jwk("first", FIRST));

        assertThat(find("")).isEmpty();
    }

    @Test
    void aSilentIssuerIsGivenUpAfterTwoSeconds() {
        behaviour = http -> {};

        var began = System.nanoTime();
        assertUnavailable("first");

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(4));
    }

    @Test
    void anIssuerThatDripsIsGivenUpAfterTwoSeconds() {
        behaviour = http -> {
            var response = http.response().setChunked(true);
            response.write("{\"keys\":[");
            var drip = VERTX.setPeriodic(100, tick -> response.write(" "));
            http.connection().closeHandler(closed -> VERTX.cancelTimer(drip));
        };

        var began = System.nanoTime();
        assertUnavailable("first");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void anEndlessAnswerIsCut() {
        behaviour = http -> http.response().end(set(jwk("first", FIRST)).replace("{", "{" + " ".repeat(1024 * 1024)));

        assertUnavailable("first");
    }

    @Test
    void anyNumberOfTokensWaitForOneFetch() {
        behaviour = http -> VERTX.setTimer(200, late -> http.response().end(set(jwk("first", FIRST))));
        var asked = IntStream.range(0, 50)
                .mapToObj(n -> keys.find("first").subscribeAsCompletionStage())
                .toList();

        assertThat(asked).allSatisfy(found -> assertThat(found.get()).isPresent());
        assertThat(fetches).hasValue(1);
    }

    @Test
    void aTokenThatArrivesDuringAFetchIsJudgedByALaterOne() {
        behaviour = http -> VERTX.setTimer(300, late -> http.response().end(set(jwk("first", FIRST))));
        var early = keys.find("first").subscribeAsCompletionStage();
        await(() -> fetches.get() == 1);

        behaviour = publishing(jwk("second", SECOND), jwk("first", FIRST));

        assertThat(find("second")).isPresent();
        assertThat(early.join()).isPresent();
    }

    @Test
    void inventedNamesCauseAtMostTenFetchesInTenSeconds() {
        for (var tick = 0; tick < 50; tick++) {
            nanos.set(Duration.ofMillis(tick * 200).toNanos());
            var unused = keys.find("invented-" + tick).subscribeAsCompletionStage();
            pause();
        }

        assertThat(fetches.get()).isBetween(5, 10);
    }

    @Test
    void afterABurstOfInventedNamesARotationWaitsItsTurnAndIsNotRefused() {
        for (var n = 0; n < 5; n++) {
            find("invented-" + n);
        }
        behaviour = publishing(jwk("second", SECOND));

        var began = System.nanoTime();

        assertThat(find("second")).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
    }

    @Test
    void aWithdrawnKeyIsGoneAfterARefreshThatNobodyWaitsFor() {
        find("first");
        behaviour = publishing(jwk("second", SECOND));
        nanos.set(ExternalKeys.REFRESHED_EVERY.toNanos() - 1);
        find("first");
        assertThat(fetches).hasValue(1);

        nanos.set(ExternalKeys.REFRESHED_EVERY.toNanos());

        assertThat(find("first")).isPresent();
        await(() -> fetches.get() == 2);
        await(() -> find("first").isEmpty());
    }

    @Test
    void aRefreshThatFailsKeepsTheKeysAndIsNotRepeatedAtOnce() {
        find("first");
        behaviour = http -> http.response().setStatusCode(500).end();
        nanos.set(ExternalKeys.REFRESHED_EVERY.toNanos());
        for (var n = 0; n < 20; n++) {
            assertThat(find("first")).isPresent();
        }

        await(() -> fetches.get() == 2);
        assertThat(find("first")).isPresent();
        assertThat(fetches).hasValue(2);
    }

    @Test
    void theAnswerComesInTheContextOfWhoeverAsked() {
        behaviour = http -> VERTX.setTimer(100, late -> http.response().end(set(jwk("first", FIRST))));
        var here = ((VertxInternal) VERTX).createEventLoopContext();
        var unused = keys.find("first").subscribeAsCompletionStage(); // somebody else began the fetch
        await(() -> fetches.get() == 1);
        var heard = new java.util.concurrent.CompletableFuture<Boolean>();

        here.runOnContext(go -> keys.find("first")
                .subscribe()
                .with(found -> heard.complete(Vertx.currentContext() == here), heard::completeExceptionally));

        assertThat(heard.join()).isTrue();
    }

    private ExternalKeys keys() {
        var url = URI.create("http://127.0.0.1:" + issuer.actualPort() + "/jwks?secret=1");
        return new ExternalKeys(new JwksClient(VERTX, url)::fetch, "http://127.0.0.1/jwks", nanos::get);
    }

    private Optional<VerificationKey> find(String kid) {
        return keys.find(kid).await().atMost(Duration.ofSeconds(10));
    }

    private void assertUnavailable(String kid) {
        assertThatExceptionOfType(TokenRefusal.KeysUnavailable.class).isThrownBy(() -> find(kid));
    }

    private HttpServer server(int port) {
        return join(VERTX.createHttpServer()
                .requestHandler(http -> {
                    fetches.incrementAndGet();
                    behaviour.accept(http);
                })
                .listen(port, "127.0.0.1"));
    }

    private static Consumer<HttpServerRequest> publishing(String... jwks) {
        return http -> http.response().end(set(jwks));
    }

    private static String set(String... jwks) {
        return "{\"keys\":" + List.of(jwks) + "}";
    }

    private static String jwk(String kid, Forge forge) {
        return "{\"alg\":\"EdDSA\",\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + forge.x() + "\",\"kid\":\"" + kid
                + "\"}";
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        for (var tries = 0; !condition.getAsBoolean(); tries++) {
            assertThat(tries).isLessThan(200);
            pause();
        }
    }

    private static void pause() {
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(25))
                .await()
                .indefinitely();
    }

    private static <T> T join(io.vertx.core.Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
