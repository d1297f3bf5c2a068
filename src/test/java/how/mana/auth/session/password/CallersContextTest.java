package how.mana.auth.session.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallersContextTest {
    @Test
    void everyTryAndTheAnswerAreInTheContextOfWhoAsked() throws Exception {
        var vertx = Vertx.vertx();
        try {
            var seen = new CopyOnWriteArrayList<Context>();
            var done = new CompletableFuture<Context>();
            var context = vertx.getOrCreateContext();

            context.runOnContext(ignored -> CallersContext.keptIn(caller -> Uni.createFrom()
                            .item(() -> {
                                seen.add(Vertx.currentContext());
                                if (seen.size() < 3) {
                                    throw new IllegalStateException("once more");
                                }
                                return "in";
                            })
                            .runSubscriptionOn(caller)
                            .onFailure()
                            .retry()
                            .withBackOff(Duration.ofMillis(1))
                            .atMost(3))
                    .subscribe()
                    .with(item -> done.complete(Vertx.currentContext()), done::completeExceptionally));

            assertThat(done.get(20, TimeUnit.SECONDS)).isSameAs(context);
            assertThat(seen).isEqualTo(List.of(context, context, context));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void withoutAContextItIsTheThreadOfTheMoment() {
        var thread = CallersContext.keptIn(
                        caller -> Uni.createFrom().item(Thread::currentThread).runSubscriptionOn(caller))
                .await()
                .indefinitely();

        assertThat(thread).isSameAs(Thread.currentThread());
    }
}
