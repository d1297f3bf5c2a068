package how.mana.auth.grant.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The ledger over HTTP. Fails closed: whatever is not a plain answer in known words is an
 * {@link GrantLedger.UnavailableException}. The service key goes into the request and nowhere else.
 */
public final class HttpGrantLedger implements GrantLedger {
    private static final String PATH = "/api/v1/internal/mission-grants/check";
    private static final int OK = 200;

    private final HttpClient client;
    private final HttpRequest.Builder request;
    private final Duration timeout;

    /**
     * Asks the service at {@code base}.
     *
     * @param base such as {@code http://mana-auth:3001}
     * @param timeout for a whole check: connecting, asking, and reading the answer to its end
     * @throws IllegalArgumentException if the base is no HTTP address or the key cannot stand in a header
     */
    public HttpGrantLedger(URI base, String serviceKey, Duration timeout) {
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER) // the key is for this address only
                .build();
        this.request = HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + PATH))
                .timeout(timeout)
                .header("Content-Type", "application/json");
        this.timeout = timeout;
        authorize(serviceKey);
    }

    private void authorize(String serviceKey) {
        try {
            request.header("X-Service-Key", serviceKey);
        } catch (IllegalArgumentException e) { // which would show the key, so it is no cause of the next
            throw new IllegalArgumentException("The service key has characters that cannot stand in a header");
        }
    }

    @Override
    public Standing check(MissionGrant grant, String userId) {
        var answer = send(request.copy()
                .POST(BodyPublishers.ofString(question(grant, userId)))
                .build());
        if (answer.statusCode() != OK) {
            throw new UnavailableException("The grant ledger answered " + answer.statusCode());
        }
        return StrictJson.parseMessage(answer.body())
                .flatMap(json -> StrictJson.text(json, "status"))
                .flatMap(Standing::of)
                .orElseThrow(() -> new UnavailableException("The grant ledger gave an unknown answer"));
    }

    private static String question(MissionGrant grant, String userId) {
        var question = JsonNodeFactory.instance.objectNode();
        grant.grantId().ifPresent(id -> question.put("grantId", id));
        return question.put("missionId", grant.derivation().missionId())
                .put("issuedAt", grant.issuedAt())
                .put("userId", userId)
                .put("scope", grant.derivation().scopeDigest())
                .toString();
    }

    private HttpResponse<String> send(HttpRequest question) {
        var answer = client.sendAsync(question, BodyHandlers.ofString());
        try {
            // The request's own timeout ends with the headers: an answer that never ends would hold the worker.
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnavailableException("The grant ledger is out of reach", e);
        } catch (TimeoutException e) {
            throw new UnavailableException("The grant ledger did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while asking the grant ledger", e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public String toString() {
        return "HttpGrantLedger";
    }
}
