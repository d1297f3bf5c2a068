package how.mana.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Waits beside the starting service of local mode and, once it answers, prints what a newcomer can paste. */
final class LocalGreeting implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 200;

    private final String base;

    LocalGreeting(int port) {
        this.base = "http://localhost:" + port;
    }

    static void printWhenReady(int port) {
        var thread = new Thread(new LocalGreeting(port), "local-greeting");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        var giveUp = Instant.now().plus(PATIENCE);
        try {
            var token = token();
            while (token.isEmpty() && Instant.now().isBefore(giveUp)) {
                Thread.sleep(POLL_MILLIS);
                token = token();
            }
            token.ifPresent(text -> System.out.print(greeting(text)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<String> token() throws InterruptedException {
        try {
            var answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(base + "/local/token"))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private String greeting(String token) {
        var vault = base + "/api/v1/me/encryption-vault";
        return """

                mana-auth runs on %1$s. Paste this into another terminal; the demo user's token is good for a day,
                and  curl -s %1$s/local/token  makes another.

                export TOKEN=%2$s
                curl -s -H "Authorization: Bearer $TOKEN" %3$s/status; echo
                curl -s -H "Authorization: Bearer $TOKEN" -X POST %3$s/init; echo
                curl -s -H "Authorization: Bearer $TOKEN" %3$s/key; echo

                """.formatted(base, token, vault);
    }
}
