package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Clients that do not wait for answers before they ask again. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class PipeliningTest {
    private static final String REQUEST = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int MORE_THAN_ANY_SOCKET_HOLDS = 64 << 20;
    private static final long PATIENCE_MILLIS = 3_000;

    @Test
    void whateverWasAskedIsAnsweredInOrder() throws IOException {
        var asked = new StringBuilder();
        for (var n = 0; n < 2_000; n++) {
            asked.append(n % 2 == 0 ? REQUEST : post("{}"));
        }
        asked.append("GET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        var answers = HttpEdgeTest.raw(asked.toString()).split("HTTP/1\\.1 ");

        assertThat(answers).hasSize(2_002);
        for (var n = 0; n < 2_000; n++) {
            assertThat(answers[n + 1]).startsWith(n % 2 == 0 ? "200" : "401");
        }
        assertThat(answers[2_001]).startsWith("404");
    }

    private static String post(String body) {
        return "POST /api/v1/me/encryption-vault/init HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void whoDoesNotFetchAnswersIsNotReadFrom() throws IOException {
        try (var client =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), RestAssured.port));
                var ready = client.provider().openSelector()) {
            client.configureBlocking(false);
            client.register(ready, SelectionKey.OP_WRITE);
            var requests = ByteBuffer.wrap(REQUEST.repeat(1_000).getBytes(StandardCharsets.US_ASCII));
            var sent = 0L;
            while (sent < MORE_THAN_ANY_SOCKET_HOLDS && ready.select(PATIENCE_MILLIS) > 0) {
                ready.selectedKeys().clear();
                sent += client.write(requests);
                if (!requests.hasRemaining()) {
                    requests.clear();
                }
            }

            assertThat(sent).isLessThan(MORE_THAN_ANY_SOCKET_HOLDS);
        }
    }
}
