import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Asks so many times a second, whether answers come or not, and measures each from the moment it was due: a service that
 * stalls is not spared the requests that would have come meanwhile.
 *
 * <p>{@code java OpenLoop.java <url> <file of tokens> <requests a second> <seconds before it counts> <seconds, at most> <file>}
 * says {@code counting} when it begins to count, and ends when the time is up or the file is there. Then it prints: requests,
 * failed, p50, p99, p99.9 and max in microseconds. What was not answered 200 with a key is on stderr, warm-up included.
 *
 * <p>One thread and a selector: on a machine that it shares with what it measures, it has to be cheap.
 */
final class OpenLoop {
    private static final int MOST_CONNECTIONS = 1_000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Selector selector = Selector.open();
    private final InetSocketAddress address;
    private final String path;
    private final List<String> tokens;
    private final int rate;
    private final int uncounted;
    private final long[] micros;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private long begun;
    private int connections;
    private int sent;
    private int answered;
    private int failed;

    private OpenLoop(URI url, List<String> tokens, int rate, int uncountedSeconds, int seconds) throws IOException {
        this.address = new InetSocketAddress(url.getHost(), url.getPort());
        this.path = url.getPath();
        this.tokens = tokens;
        this.rate = rate;
        this.uncounted = uncountedSeconds * rate;
        this.micros = new long[uncounted + seconds * rate];
    }

    public static void main(String... args) throws IOException {
        var loop = new OpenLoop(
                URI.create(args[0]),
                Files.readAllLines(Path.of(args[1])),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]));
        loop.run(Path.of(args[5]));
        loop.report();
    }

    private void run(Path end) throws IOException {
        begun = System.nanoTime();
        while (sent < micros.length && (sent % rate != 0 || !Files.exists(end))) {
            if (sent == uncounted) {
                System.out.println("counting");
            }
            while (System.nanoTime() < due(sent)) {
                serve(due(sent) - System.nanoTime());
            }
            ask(sent++);
        }
        var last = System.nanoTime();
        while (answered < sent && System.nanoTime() - last < PATIENCE_NANOS) {
            serve(last + PATIENCE_NANOS - System.nanoTime());
        }
        for (var number = 0; number < sent; number++) {
            if (micros[number] == 0) {
                done(number, "no answer");
            }
        }
    }

    private long due(int number) {
        return begun + number * 1_000_000_000L / rate;
    }

    private void ask(int number) throws IOException {
        var connection = idle.poll();
        if (connection == null && connections < MOST_CONNECTIONS) {
            connections++;
            connection = new Connection();
        }
        if (connection == null) {
            waiting.add(number);
        } else {
            connection.send(number);
        }
    }

    /** What has come, or comes within this time. */
    private void serve(long nanos) throws IOException {
        // The selector counts in milliseconds; the rest of a last one is spent looking.
        selector.select(key -> ((Connection) key.attachment()).read(), Math.max(1, nanos / 1_000_000));
    }

    private void done(int number, String problem) {
        micros[number] = Math.max(1, (System.nanoTime() - due(number)) / 1_000);
        answered++;
        if (!problem.isEmpty()) {
            System.err.println(problem);
            if (number >= uncounted) {
                failed++;
            }
        }
    }

    private void report() {
        var sorted = Arrays.copyOfRange(micros, Math.min(uncounted, sent), sent);
        Arrays.sort(sorted);
        System.out.printf(
                "%d %d %d %d %d %d%n",
                sorted.length,
                failed,
                sorted[sorted.length / 2],
                sorted[(int) (sorted.length * 0.99)],
                sorted[(int) (sorted.length * 0.999)],
                sorted[sorted.length - 1]);
    }

    /** One request after another; the answers have a Content-Length and fit the buffer. */
    private final class Connection {
        private final SocketChannel channel = SocketChannel.open(address);
        private final ByteBuffer received = ByteBuffer.allocate(8_192);
        private int number = -1;

        Connection() throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(int number) throws IOException {
            this.number = number;
            // Not one after another: users whose rows lie together would be changed together.
            var token = tokens.get((int) (number * 7_919L % tokens.size()));
            var request = ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            channel.write(request);
            if (request.hasRemaining()) {
                throw new IOException("A request did not fit the socket's buffer");
            }
        }

        void read() {
            try {
                if (channel.read(received) < 0) {
                    throw new EOFException("the connection was closed");
                }
                var answer = new String(received.array(), 0, received.position(), StandardCharsets.US_ASCII);
                if (isWhole(answer)) {
                    received.clear();
                    var good = answer.startsWith("HTTP/1.1 200 ") && answer.contains("\"masterKey\"");
                    finish(good ? "" : answer.lines().findFirst().orElse("") + " " + answer.substring(answer.indexOf("\r\n\r\n")).strip());
                    next();
                }
            } catch (IOException e) {
                finish(e.toString());
                connections--;
                idle.remove(this);
                try {
                    channel.close();
                } catch (IOException unlikely) {
                    System.err.println(unlikely);
                }
            }
        }

        private boolean isWhole(String answer) {
            var head = answer.indexOf("\r\n\r\n");
            if (head < 0) {
                return false;
            }
            var length = answer.substring(0, head)
                    .lines()
                    .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                    .findFirst()
                    .map(line -> Integer.parseInt(line.substring(15).strip()))
                    .orElseThrow();
            return answer.length() >= head + 4 + length;
        }

        private void finish(String problem) {
            if (number >= 0) {
                done(number, problem);
                number = -1;
            }
        }

        private void next() throws IOException {
            var queued = waiting.poll();
            if (queued == null) {
                idle.push(this);
            } else {
                send(queued);
            }
        }
    }
}
