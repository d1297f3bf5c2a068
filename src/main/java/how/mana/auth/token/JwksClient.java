package how.mana.auth.token;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Fetches a JWK set (RFC 7517 section 5), and takes neither longer nor more than a JWK set should. */
final class JwksClient {
    private static final int DEADLINE_MILLIS = 2_000;
    private static final int MAX_BODY = 1024 * 1024;

    private final Vertx vertx;
    private final HttpClient http;
    private final RequestOptions request;

    JwksClient(Vertx vertx, URI url) {
        this.vertx = vertx;
        // A connection per fetch: they are minutes apart, and a new one notices that the name moved.
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(DEADLINE_MILLIS).setKeepAlive(false));
        this.request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .putHeader("Accept", "application/jwk-set+json, application/json");
    }

    /** The usable keys by name, at least one. The fetch begins at once. */
    Future<Map<String, VerificationKey>> fetch() {
        return http.request(new RequestOptions(request))
                .compose(this::send)
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .compose(JwksClient::keysOf);
    }

    private Future<Buffer> send(HttpClientRequest sent) {
        // The timeout above forgets the request; this one ends it, so that a server that drips holds no connection.
        var hangUp = vertx.setTimer(DEADLINE_MILLIS, ignored -> sent.reset());
        return sent.send().compose(JwksClient::body).onComplete(done -> vertx.cancelTimer(hangUp));
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        var received = Buffer.buffer();
        response.exceptionHandler(whole::tryFail).endHandler(end -> whole.tryComplete(received));
        response.handler(chunk -> {
            if (received.appendBuffer(chunk).length() > MAX_BODY) {
                giveUp(response, whole, "longer than " + MAX_BODY + " bytes");
            }
        });
        if (response.statusCode() != 200) {
            giveUp(response, whole, "status " + response.statusCode());
        }
        return whole.future();
    }

    private static void giveUp(HttpClientResponse response, Promise<Buffer> whole, String why) {
        whole.tryFail(new IOException(why));
        response.request().reset();
    }

    private static Future<Map<String, VerificationKey>> keysOf(Buffer body) {
        var keys = new LinkedHashMap<String, VerificationKey>();
        StrictJson.object(body.getBytes()).map(set -> set.path("keys")).filter(JsonNode::isArray).stream()
                .flatMap(members -> members.valueStream())
                .flatMap(jwk -> VerificationKey.ofJwk(jwk).stream())
                .forEach(key -> keys.putIfAbsent(key.kid(), key));
        return keys.isEmpty()
                ? Future.failedFuture(new IOException("no JWK set with an Ed25519 key"))
                : Future.succeededFuture(Map.copyOf(keys));
    }
}
