import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks so many times a second, whether answers come or not, and measures each from the moment it was due: a service that
 * stalls is not spared the requests that would have come meanwhile.
 *
 * <p>{@code java OpenLoop.java <url> <file of tokens> <requests a second> <seconds, at most> <file>} ends when the time is up or
 * when the file is there. Prints: requests, failed, p50, p99, p99.9 and max in microseconds.
 */
final class OpenLoop {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public static void main(String... args) throws IOException, InterruptedException {
        var url = URI.create(args[0]);
        var tokens = Files.readAllLines(Path.of(args[1]));
        var rate = Integer.parseInt(args[2]);
        var most = rate * Integer.parseInt(args[3]);
        var end = Path.of(args[4]);
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var taken = new AtomicLongArray(most);
        var failed = new AtomicInteger();
        var begun = System.nanoTime();
        var sent = 0;
        var answered = new AtomicInteger();
        while (sent < most && (sent % rate != 0 || !Files.exists(end))) {
            var due = begun + sent * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            var number = sent++;
            // Not one after another: users whose rows lie together would be changed together.
            var token = tokens.get((int) (number * 7_919L % tokens.size()));
            var request = HttpRequest.newBuilder(url).header("Authorization", "Bearer " + token).timeout(PATIENCE).build();
            client.sendAsync(request, BodyHandlers.ofString()).whenComplete((answer, failure) -> {
                taken.set(number, (System.nanoTime() - due) / 1_000);
                if (failure != null || answer.statusCode() != 200 || !answer.body().contains("\"masterKey\"")) {
                    failed.incrementAndGet();
                    System.err.println(failure != null ? failure : answer.statusCode() + " " + answer.body());
                }
                answered.incrementAndGet();
            });
        }
        while (answered.get() < sent) {
            LockSupport.parkNanos(1_000_000);
        }
        var sorted = new long[sent];
        Arrays.setAll(sorted, taken::get);
        Arrays.sort(sorted);
        System.out.printf(
                "%d %d %d %d %d %d%n",
                sent,
                failed.get(),
                sorted[sent / 2],
                sorted[(int) (sent * 0.99)],
                sorted[(int) (sent * 0.999)],
                sorted[sent - 1]);
        System.exit(0);
    }
}
