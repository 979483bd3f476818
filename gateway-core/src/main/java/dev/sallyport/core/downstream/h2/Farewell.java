package dev.sallyport.core.downstream.h2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.wire.h2.ErrorCode;
import dev.sallyport.core.wire.h2.FrameWriter;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends. In good order (RFC 9113 6.8): the client is told to begin no more, may
 * have requests under way until it has heard of it, and the connection ends with the last of them.
 * After the last word, what still comes is thrown away for a while, lest a reset destroy that word.
 */
final class Farewell {
    private static final long HEARD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_DISCARDED = 1 << 20;
    private static final int EVERY_STREAM = Integer.MAX_VALUE;

    private enum Stage {
        SERVING,
        /** The client was told, and may not have heard it yet. */
        TOLD,
        /** No new request is taken. */
        LEAVING,
        OVER
    }

    private final Http2Connection connection;
    private final ChannelHandlerContext context;
    private final Loop loop;
    private @Nullable Deadline deadline;
    private Stage stage = Stage.SERVING;
    private ConnectionEnd end = ConnectionEnd.DRAINED;
    private int discarded;

    Farewell(Http2Connection connection, Loop loop, ChannelHandlerContext context) {
        this.connection = connection;
        this.loop = loop;
        this.context = context;
    }

    boolean isOver() {
        return stage == Stage.OVER;
    }

    boolean takesRequests() {
        return stage == Stage.SERVING || stage == Stage.TOLD;
    }

    /** Whether only an open stream keeps the connection, and there is none. */
    boolean isDue() {
        return stage == Stage.LEAVING && connection.streams().isEmpty();
    }

    /** Begins to end the connection in good order. */
    void leave(ConnectionEnd why) {
        if (stage != Stage.SERVING) {
            return;
        }
        stage = Stage.TOLD;
        end = why;
        FrameWriter writer = connection.writer();
        writer.goAway(EVERY_STREAM, ErrorCode.NO_ERROR, why.label().getBytes(US_ASCII));
        // The answer to this comes after all requests that the client began before it heard.
        writer.ping(false, 0);
        connection.flush();
        within(HEARD_NANOS);
    }

    /** The client has answered, so that it knows. */
    void pinged() {
        if (stage == Stage.TOLD) {
            refuse();
        }
    }

    /** The client begins no more by itself. */
    void clientLeaves() {
        if (stage == Stage.SERVING || stage == Stage.TOLD) {
            stage = Stage.LEAVING;
            connection.flush();
        }
    }

    private void refuse() {
        stage = Stage.LEAVING;
        connection.count(end);
        connection
                .writer()
                .goAway(
                        connection.streams().last(),
                        ErrorCode.NO_ERROR,
                        end.label().getBytes(US_ASCII));
        release();
        connection.flush();
    }

    private void expired() {
        if (stage == Stage.TOLD) {
            refuse();
        } else if (stage == Stage.OVER) {
            context.close();
        }
    }

    /** Nothing is read or written for streams any more. */
    void begin() {
        stage = Stage.OVER;
        release();
    }

    /** The last word is {@code written}: ends the sending side, then all of it. */
    void linger(ChannelFuture written) {
        if (context.channel() instanceof DuplexChannel duplex
                && context.pipeline().get(SslHandler.class) == null) {
            written.addListener(done -> duplex.shutdownOutput());
        } else {
            written.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        within(LINGER_NANOS);
    }

    /** {@code bytes} came after the last word. */
    void discard(int bytes) {
        discarded += bytes;
        if (discarded > MOST_DISCARDED) {
            context.close();
        }
    }

    private void within(long nanos) {
        Deadline by = deadline;
        if (by == null) {
            by = loop.deadline(this::expired);
            deadline = by;
        }
        by.set(nanos);
    }

    void release() {
        Deadline by = deadline;
        if (by != null) {
            by.release();
        }
    }
}
