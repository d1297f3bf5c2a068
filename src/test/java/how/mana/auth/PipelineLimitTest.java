package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When reading ends, and when it begins again. */
class PipelineLimitTest {
    private final List<String> calls = new ArrayList<>();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new PipelineLimit(() -> calls.add("hold"), () -> calls.add("go on"), 1));

    @Test
    void readingEndsAtTheLimitAndBeginsWithTheNextAnswer() {
        for (var open = 1; open < PipelineLimit.MOST - 1; open++) {
            ask();
        }
        assertThat(calls).isEmpty();

        ask();
        assertThat(calls).containsExactly("hold");

        answer(HttpResponseStatus.CONTINUE);
        assertThat(calls).containsExactly("hold");
        answer(HttpResponseStatus.OK);
        assertThat(calls).containsExactly("hold", "go on");
    }

    /** The server beneath may have begun to read again, for the body of a request that waits. */
    @Test
    void whatComesWhileItIsFullEndsReadingAgain() {
        for (var open = 1; open < PipelineLimit.MOST; open++) {
            ask();
        }
        channel.writeInbound(new DefaultHttpContent(Unpooled.EMPTY_BUFFER));

        assertThat(calls).containsExactly("hold", "hold");
    }

    private void ask() {
        channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    }

    private void answer(HttpResponseStatus status) {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    }
}
