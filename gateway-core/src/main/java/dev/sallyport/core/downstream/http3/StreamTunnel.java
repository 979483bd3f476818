package dev.sallyport.core.downstream.http3;

import dev.sallyport.core.loop.HeldBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a stream that became one end of a tunnel (RFC 9220, RFC 9114 4.4): what the tunnel
 * writes goes out in DATA frames, what they bring is given to it.
 */
final class StreamTunnel extends ChannelOutboundHandlerAdapter {
    private @Nullable ChannelHandlerContext context;
    private final HeldBytes early = new HeldBytes();
    private boolean isBegun;

    private StreamTunnel() {}

    /** Before a tunnel begins on {@code stream}. */
    static StreamTunnel on(Channel stream) {
        StreamTunnel made = new StreamTunnel();
        stream.pipeline().addLast(made);
        return made;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** A piece from the client; takes ownership. */
    void deliver(ByteBuf piece) {
        ChannelHandlerContext ctx = context;
        if (isBegun && ctx != null) {
            ctx.fireChannelRead(piece);
            return;
        }
        early.add(piece);
    }

    /** What came before the tunnel; later pieces are delivered to it. */
    @Nullable ByteBuf begin() {
        isBegun = true;
        return early.give();
    }

    /** The client sends no more. */
    void inputEnded() {
        ChannelHandlerContext ctx = context;
        if (isBegun && ctx != null) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ByteBuf data = (ByteBuf) message;
        if (data.isReadable()) {
            ByteBuf head = ctx.alloc().directBuffer(Http3ResponseWriter.HEAD_ROOM);
            ctx.write(Http3ResponseWriter.dataHead(head, data.readableBytes()));
        }
        ctx.write(data, promise);
    }
}
