package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.loop.HeldBytes;
import dev.sallyport.core.wire.h2.StreamChannel;
import dev.sallyport.core.wire.h2.StreamEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint's end of a tunnel, on a stream that it agreed to (RFC 8441 5). What the client does
 * not take is not given back to the stream's window; what the window does not allow is not taken
 * from the tunnel.
 */
final class LinkTunnel implements StreamEnd {
    private final Http2Link link;
    private final Http2Stream stream;
    private final StreamChannel channel;
    private final HeldBytes held = new HeldBytes();

    /** What the window gets back for what is held; 0 when nothing is. */
    private int charge;

    private boolean isInputEnded;
    private boolean isOutputEnded;

    /** The stream is no more; what came of it may still be held. */
    private boolean isGone;

    private boolean isClosed;

    LinkTunnel(Http2Link link, Channel connection, Http2Stream stream) {
        this.link = link;
        this.stream = stream;
        this.channel = StreamChannel.open(connection, this);
    }

    Channel channel() {
        return channel;
    }

    // What came on the stream.

    /** A piece, which stays the caller's; the bytes that the window gets back at once. */
    int received(ByteBuf data, int padding, boolean isLast) {
        int length = data.readableBytes();
        isInputEnded |= isLast;
        link.turn().delivered(this);
        if (length == 0) {
            return padding;
        }
        charge += length + padding;
        held.add(data.readRetainedSlice(length));
        return 0;
    }

    /** The endpoint's head was all it sends. */
    void inputEnded() {
        isInputEnded = true;
        link.turn().delivered(this);
    }

    /** RFC 9113 8.5: what is no data has no place on such a stream. */
    void misused() {
        link.reset(stream, Http2Error.PROTOCOL_ERROR);
        gone();
    }

    /** Everything that came in this turn is here. */
    void deliver() {
        channel.deliver();
    }

    void writable() {
        channel.writable();
    }

    /**
     * The stream has ended: after both sides had, or it was reset, or its connection is gone. What
     * came before is given still.
     */
    void gone() {
        if (isGone || isClosed) {
            return;
        }
        isGone = true;
        if (isInputEnded && isOutputEnded) {
            return;
        }
        channel.deliver();
        if (charge == 0) {
            channel.broke();
        }
    }

    // StreamEnd: what the tunnel asks for.

    @Override
    public @Nullable ByteBuf take() {
        int taken = charge;
        charge = 0;
        if (taken > 0 && !isGone) {
            link.consume(stream, taken);
        } else if (taken > 0 && !(isInputEnded && isOutputEnded)) {
            channel.eventLoop().execute(channel::broke); // behind the end of input
        }
        return held.give();
    }

    @Override
    public boolean isInputEnded() {
        return isInputEnded && charge == 0;
    }

    @Override
    public boolean write(ByteBuf data) {
        if (!data.isReadable()) {
            return true;
        }
        int room = isGone || !link.isWritable(stream) ? 0 : link.window(stream);
        if (room <= 0) {
            return false;
        }
        int count = Math.min(room, data.readableBytes());
        link.write(stream, data.readRetainedSlice(count), false);
        return !data.isReadable();
    }

    @Override
    public void flush() {
        link.flushSoon();
    }

    @Override
    public void endOutput(ChannelPromise ended) {
        if (isGone) {
            ended.setFailure(new ClosedChannelException());
            return;
        }
        isOutputEnded = true;
        link.write(stream, Unpooled.EMPTY_BUFFER, true).addListener(write -> settle(ended, write));
        link.flushSoon();
    }

    private static void settle(ChannelPromise ended, Future<?> write) {
        if (write.isSuccess()) {
            ended.trySuccess();
        } else {
            ended.tryFailure(write.cause());
        }
    }

    @Override
    public void closed() {
        isClosed = true;
        held.release();
        if (!isGone) {
            link.reset(stream, Http2Error.CANCEL); // with it, the connection's window gets all back
        }
        link.tunnelClosed();
    }
}
