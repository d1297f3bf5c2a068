package how.mana.auth.outbound;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Posts JSON to the services beside this one, and waits for none of them longer than it has to. */
@Singleton
class ServiceCalls {
    private static final int MAX_ANSWER = 64 * 1024;

    /** To one address. All services may be behind the same, and none may wait for another's. */
    private static final int MAX_CONNECTIONS = 2 * Delivery.PARALLEL * Target.values().length;

    private final Vertx vertx;
    private final HttpClient http;
    private final OutgoingKey key;
    private final long deadlineMillis;

    ServiceCalls(Vertx vertx, OutgoingKey key, OutboundConfig config) {
        this.vertx = vertx;
        this.key = key;
        this.deadlineMillis = config.timeout().toMillis();
        // A connection per call: a new one notices that the name moved, and none is found dead by a mail.
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) deadlineMillis)
                .setKeepAlive(false)
                .setMaxPoolSize(MAX_CONNECTIONS));
    }

    /** The status of the answer; nothing else of it is of interest. */
    Uni<Integer> post(URI service, String path, JsonObject body) {
        return Uni.createFrom().completionStage(() -> {
            var end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
            return http.request(request(service, path))
                    .compose(request -> send(request, body, end))
                    .timeout(deadlineMillis, TimeUnit.MILLISECONDS)
                    .toCompletionStage();
        });
    }

    private RequestOptions request(URI service, String path) {
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(service.toString().replaceFirst("/+$", "") + path)
                .setFollowRedirects(false) // the key is for this service and for nobody it names
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        key.value().ifPresent(shown -> request.putHeader("X-Service-Key", shown));
        return request;
    }

    private Future<Integer> send(HttpClientRequest request, JsonObject body, long end) {
        if (System.nanoTime() - end >= 0) {
            // A connection that came too late: the errand has been put off, and must not be sent after all.
            request.reset();
            return Future.failedFuture(new TimeoutException());
        }
        // The timeout above forgets the request; this one ends it, so that a server that drips holds no connection.
        var hangUp = vertx.setTimer(deadlineMillis, ignored -> request.reset());
        return request.send(body.toBuffer())
                .onFailure(ignored -> vertx.cancelTimer(hangUp))
                .map(response -> {
                    letGo(response, hangUp);
                    return response.statusCode();
                });
    }

    /** The answer is in the status. The rest is read, so that the server is not cut short, but not all of any length. */
    private void letGo(HttpClientResponse response, long hangUp) {
        var length = new AtomicLong();
        response.handler(chunk -> {
            if (length.addAndGet(chunk.length()) > MAX_ANSWER) {
                response.request().reset();
            }
        });
        response.exceptionHandler(ignored -> vertx.cancelTimer(hangUp)).endHandler(end -> vertx.cancelTimer(hangUp));
    }
}
