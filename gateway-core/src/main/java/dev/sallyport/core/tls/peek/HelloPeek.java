package dev.sallyport.core.tls.peek;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.tls.ClientHello;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hello of a connection, in however many pieces it comes, and puts who shall have it in
 * its own place; they get every byte, as if nobody had looked. At most {@value #LONGEST_HELLO}
 * bytes of hello, and as many again of record headers, are held, for the time of a handshake.
 */
public final class HelloPeek extends SslClientHelloHandler<ChannelHandler> {
    static final int LONGEST_HELLO = 64 * 1024;

    private static final int MOST_BYTES = 2 * LONGEST_HELLO;
    private static final int DECODE_ERROR = 50;
    private static final int UNRECOGNIZED_NAME = 112;
    private static final byte[][] NOTHING_SPOKEN = {};

    private final Chooser chooser;
    private final Deadline deadline;
    private final long patienceNanos;
    private @Nullable ChannelHandlerContext context;
    private int received;
    private boolean isDone;

    /** Whose connection it is; asked, or told of a failure, once on the loop. */
    public interface Chooser {
        /**
         * The handler that gets the connection from its first byte; null when there is nobody.
         *
         * @param serverName in lower case, without a trailing dot; null when none was named
         * @param offered protocols in the client's order; empty when it did not say
         */
        @Nullable ChannelHandler choose(@Nullable String serverName, List<String> offered);

        /** The handler that gets a connection whose first bytes are no TLS; null for nobody. */
        @Nullable ChannelHandler notTls();

        /** The connection closes. */
        void failed(Failure reason);
    }

    public HelloPeek(Loop loop, long patienceNanos, Chooser chooser) {
        super(LONGEST_HELLO);
        this.chooser = chooser;
        this.patienceNanos = patienceNanos;
        this.deadline = loop.deadline(this::expired);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        deadline.set(patienceNanos);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        received += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        if (isDone || received > MOST_BYTES) {
            ReferenceCountUtil.release(message);
            refuse(ctx, DECODE_ERROR, Failure.BAD_HELLO);
            return;
        }
        super.channelRead(ctx, message);
    }

    @Override
    protected Future<ChannelHandler> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf body) {
        ChannelHandler chosen = null;
        if (body == null) {
            chosen = chooser.notTls();
            if (chosen == null) {
                fail(ctx, Failure.NOT_TLS);
            }
        } else {
            ClientHello hello = ClientHello.read(body, NOTHING_SPOKEN);
            if (hello == null) {
                refuse(ctx, DECODE_ERROR, Failure.BAD_HELLO);
            } else {
                chosen = chooser.choose(hello.serverName(), ClientHello.offered(body));
                if (chosen == null) {
                    refuse(ctx, UNRECOGNIZED_NAME, Failure.UNKNOWN_NAME);
                }
            }
        }
        return ctx.executor().newSucceededFuture(chosen);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<ChannelHandler> future) {
        ChannelHandler chosen = future.getNow();
        if (chosen != null && !isDone) {
            end();
            ctx.pipeline().replace(this, null, chosen);
        }
    }

    private void refuse(ChannelHandlerContext ctx, int description, Failure reason) {
        if (isDone) {
            return;
        }
        end();
        chooser.failed(reason);
        // RFC 8446 6.2: a fatal alert, in a record of version 1.2
        ByteBuf alert = ctx.alloc().directBuffer(7);
        alert.writeByte(21).writeShort(0x0303).writeShort(2).writeByte(2).writeByte(description);
        ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
    }

    private void fail(ChannelHandlerContext ctx, Failure reason) {
        if (!isDone) {
            end();
            chooser.failed(reason);
            ctx.close();
        }
    }

    private void expired() {
        if (context != null) {
            fail(context, Failure.TIMEOUT);
        }
    }

    private void end() {
        isDone = true;
        deadline.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            fail(ctx, Failure.GONE);
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        fail(ctx, Failure.GONE);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean isTooLong =
                cause instanceof TooLongFrameException
                        || cause.getCause() instanceof TooLongFrameException;
        if (isTooLong) {
            refuse(ctx, DECODE_ERROR, Failure.BAD_HELLO);
        } else {
            fail(ctx, Failure.OTHER);
        }
    }
}
