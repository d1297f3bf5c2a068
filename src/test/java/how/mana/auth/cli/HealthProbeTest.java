package how.mana.auth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthProbeTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource({"200,0,ready", "503,1,not ready: it answers 503", "404,1,not ready: it answers 404"})
    void onlyA200OfTheReadyCheckIsReady(int status, int exitCode, String says) throws IOException {
        var service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
        try {
            assertThat(probe(service.getAddress().getPort())).isEqualTo(exitCode);
            assertThat(said.toString(UTF_8).strip()).isEqualTo(says);
        } finally {
            service.stop(0);
        }
    }

    @Test
    void nobodyListeningIsNotReady() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertThat(probe(port)).isEqualTo(1);
        assertThat(said.toString(UTF_8)).startsWith("not ready: ");
    }

    @Test
    @Timeout(20)
    void aServiceThatHangsIsNotWaitedFor() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var asked = Instant.now();

            assertThat(probe(silent.getLocalPort())).isEqualTo(1);

            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(4));
        }
    }

    private int probe(int port) {
        return new HealthProbe(port, new PrintStream(said, true, UTF_8)).run();
    }
}
