package how.mana.auth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
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
    @ParameterizedTest
    @CsvSource({"200,true,ready", "503,false,not ready: it answers 503", "404,false,not ready: it answers 404"})
    void onlyA200OfTheReadyCheckIsReady(int status, boolean ready, String says) throws IOException {
        var service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
        try {
            assertThat(new HealthProbe(service.getAddress().getPort()).ask())
                    .isEqualTo(new HealthProbe.Answer(ready, says));
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

        var answer = new HealthProbe(port).ask();
        assertThat(answer.ready()).isFalse();
        assertThat(answer.text()).startsWith("not ready: ");
    }

    @Test
    @Timeout(20)
    void aServiceThatHangsIsNotWaitedFor() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var asked = Instant.now();

            assertThat(new HealthProbe(silent.getLocalPort()).ask().ready()).isFalse();

            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(4));
        }
    }
}
