package dev.sallyport.core.listen;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first bytes of a connection without TLS: a client that knows beforehand that HTTP/2
 * is spoken begins with its preface (RFC 9113 3.3), which is no request of HTTP/1.1.
 */
final class PrefaceSniffer extends ChannelInboundHandlerAdapter {
    private static final byte[] START = "PRI * HTTP/2.0\r\n".getBytes(US_ASCII);

    private final Supplier<ChannelHandler> http1;
    private final Supplier<ChannelHandler> http2;
    private final Deadline deadline;
    private final long patienceNanos;
    private @Nullable ByteBuf held;
    private @Nullable ChannelHandlerContext context;

    PrefaceSniffer(
            Loop loop,
            long patienceNanos,
            Supplier<ChannelHandler> http1,
            Supplier<ChannelHandler> http2) {
        this.http1 = http1;
        this.http2 = http2;
        this.patienceNanos = patienceNanos;
        this.deadline = loop.deadline(this::expired);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        deadline.set(patienceNanos);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.release();
        ByteBuf left = held;
        held = null;
        if (left != null) {
            left.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = held;
        if (before != null) {
            held = null;
            ByteBuf joined = ctx.alloc().buffer(before.readableBytes() + in.readableBytes());
            joined.writeBytes(before).writeBytes(in);
            before.release();
            in.release();
            in = joined;
        }
        int same = 0;
        int count = Math.min(START.length, in.readableBytes());
        while (same < count && in.getByte(in.readerIndex() + same) == START[same]) {
            same++;
        }
        if (same == START.length) {
            become(ctx, http2.get(), in);
        } else if (same < count) {
            become(ctx, http1.get(), in);
        } else {
            held = in;
        }
    }

    private void become(ChannelHandlerContext ctx, ChannelHandler wire, ByteBuf first) {
        ctx.pipeline().addAfter(ctx.name(), null, wire);
        ctx.fireChannelRead(first);
        ctx.fireChannelReadComplete();
        ctx.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void expired() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.close();
        }
    }
}
