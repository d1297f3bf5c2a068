package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Any number of calls at once: one key, no lost generation, no 5xx. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class ConcurrencyTest {
    @Test
    void sixtyFourParallelInitsYieldOneKey() throws Exception {
        var vault = Vaults.ofNewUser();

        var answers = atOnce(64, i -> vault.init());

        assertThat(answers).extracting(Response::statusCode).containsOnly(200);
        assertThat(answers)
                .extracting(answer -> answer.<String>path("masterKey"))
                .containsOnly(vault.masterKey());
        assertThat(vault.trail()).filteredOn("init 201 created"::equals).hasSize(1);
        assertThat(vault.trail()).filteredOn("init 200 already-exists"::equals).hasSize(63);
    }

    @Test
    void parallelRotationsEachGetAGenerationOfTheirOwn() throws Exception {
        var vault = Vaults.ofNewUser();

        var answers = atOnce(9, i -> vault.rotate());

        assertThat(answers).extracting(Response::statusCode).containsOnly(200);
        assertThat(answers)
                .extracting(answer -> answer.<Integer>path("keyGeneration"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 9).boxed().toList());
        var last = answers.stream()
                .filter(answer -> answer.<Integer>path("keyGeneration") == 9)
                .findFirst()
                .orElseThrow();
        assertThat(vault.masterKey()).isEqualTo(last.path("masterKey"));
    }

    @Test
    void initsAndRotationsAtOnceEndWithOneVaultThatOpens() throws Exception {
        var vault = Vaults.ofNewUser();

        var answers = atOnce(16, i -> i % 2 == 0 ? vault.init() : vault.rotate());

        assertThat(answers).extracting(Response::statusCode).containsOnly(200);
        assertThat(vault.masterKey()).isNotEmpty();
    }

    @Test
    void zeroKnowledgeAndRotationAtOnceNeverLoseTheKey() throws Exception {
        for (var round = 0; round < 10; round++) {
            var vault = Vaults.withRecoveryWrap();
            var wrap = vault.row().get("recovery_wrapped_mk");

            var answers = atOnce(2, i -> i == 0 ? vault.enableZeroKnowledge() : vault.rotate());

            // Whoever is first wins: the other is refused, because the wrap is of the old key or the key is the user's.
            assertThat(answers).extracting(Response::statusCode).contains(200).doesNotContain(500, 503);
            if (Boolean.TRUE.equals(vault.row().get("zero_knowledge"))) {
                assertThat(vault.row()).containsEntry("recovery_wrapped_mk", wrap);
            } else {
                assertThat(vault.masterKey()).isNotEmpty();
            }
        }
    }

    @Test
    void tenThousandPooledRequestsOfFiftyUsersGetTheirOwnKeys() throws Exception {
        var vaults = IntStream.range(0, 50).mapToObj(i -> Vaults.initialised()).toList();
        var keys = vaults.stream().map(Vaults::masterKey).toList();
        var client = HttpClient.newHttpClient();

        var wrong = atOnce(8, worker -> {
            var leaks = new ArrayList<String>();
            for (var i = 0; i < 1250; i++) {
                var user = (worker * 7 + i) % 50;
                var answer = fetch(client, vaults.get(user));
                if (!answer.contains("\"masterKey\":\"" + keys.get(user) + "\"")) {
                    leaks.add(answer);
                }
            }
            return leaks;
        });

        assertThat(wrong).allSatisfy(leaks -> assertThat(leaks).isEmpty());
        for (var vault : vaults) {
            assertThat(vault.trail()).filteredOn("fetch 200 null"::equals).hasSize(201);
        }
    }

    private static String fetch(HttpClient client, Vaults vault) {
        try {
            return client.send(vault.keyRequest(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> List<T> atOnce(int many, Function<Integer, T> call)
            throws InterruptedException, ExecutionException {
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
