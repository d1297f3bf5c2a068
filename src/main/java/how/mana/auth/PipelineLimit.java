package how.mana.auth;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Reads no more of a connection while {@value #MOST} of its requests wait for their answer, or while its client does not fetch
 * answers. A client may send requests without waiting (RFC 9112, 9.3.2), and the server beneath would take any number of them and keep
 * any number of answers: who fetches none could fill the memory.
 *
 * <p>The server beneath switches reading off and on too, for bodies, and remembers which. So this goes by way of its connection: what
 * that remembers stays true, and whoever has switched off too early or on too late looks again at the next thing it is passed.
 */
final class PipelineLimit extends ChannelDuplexHandler {
    static final int MOST = 32;
    private static final String NAME = "pipeline-limit";

    private final Runnable hold;
    private final Runnable goOn;
    private int open;
    private boolean held;

    /**
     * @param hold ends reading
     * @param goOn begins it again
     * @param open requests of the connection that were read already
     */
    PipelineLimit(Runnable hold, Runnable goOn, int open) {
        this.hold = hold;
        this.goOn = goOn;
        this.open = open;
    }

    /** Watches a connection from its first request on, which is being served. On its event loop. */
    static void on(HttpConnection connection) {
        var base = (ConnectionBase) connection;
        var context = base.channelHandlerContext();
        if (context.pipeline().get(NAME) == null) {
            context.pipeline().addBefore(context.name(), NAME, new PipelineLimit(base::doPause, base::doResume, 1));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            open++;
        }
        if (isFull(context)) {
            held = true;
            hold.run();
        }
        context.fireChannelRead(message);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise's, which its giver listens to
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message, promise);
        if (endsAnswer(message)) {
            open--;
            goOn(context);
        }
    }

    /** {@code 100 Continue} is whole, too, and answers nothing yet. */
    private static boolean endsAnswer(Object message) {
        var interim =
                message instanceof HttpResponse answer && answer.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        return message instanceof LastHttpContent && !interim;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        goOn(context);
        context.fireChannelWritabilityChanged();
    }

    private void goOn(ChannelHandlerContext context) {
        if (held && !isFull(context)) {
            held = false;
            goOn.run();
        }
    }

    private boolean isFull(ChannelHandlerContext context) {
        return open >= MOST || !context.channel().isWritable();
    }
}
