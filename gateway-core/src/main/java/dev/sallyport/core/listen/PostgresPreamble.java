package dev.sallyport.core.listen;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.HeldBytes;
import dev.sallyport.core.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a client of PostgreSQL says before TLS (its protocol 3, "SSL Session Encryption"): it asks,
 * and is told yes; or it begins with a hello at once ({@code sslnegotiation=direct}). GSS
 * encryption is declined. Who asks for clear text is told that there is none, in words that psql
 * prints.
 */
final class PostgresPreamble extends ChannelInboundHandlerAdapter {
    private static final int REQUEST_BYTES = 8;
    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final int HANDSHAKE_RECORD = 0x16;
    private static final byte[] CLEAR_TEXT_REFUSED =
            error("28000", "TLS is required here: connect with sslmode=require or stricter");

    private final Runnable secure;
    private final Runnable refused;
    private final Deadline deadline;
    private final long patienceNanos;
    private final HeldBytes held = new HeldBytes();
    private @Nullable ChannelHandlerContext context;
    private boolean hasDeclined;
    private boolean isDone;

    /**
     * The preamble of one connection.
     *
     * @param secure adds the handlers of TLS behind this one
     * @param refused told when the connection closes in place of that
     */
    PostgresPreamble(Loop loop, long patienceNanos, Runnable secure, Runnable refused) {
        this.secure = secure;
        this.refused = refused;
        this.patienceNanos = patienceNanos;
        this.deadline = loop.deadline(this::expired);
    }

    /** An ErrorResponse: severity, code, message. */
    private static byte[] error(String code, String message) {
        String fields = "SFATAL\0VFATAL\0C" + code + "\0M" + message + "\0\0";
        byte[] text = fields.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[5 + text.length];
        int length = 4 + text.length;
        all[0] = 'E';
        for (int i = 0; i < 4; i++) {
            all[1 + i] = (byte) (length >>> (24 - 8 * i));
        }
        System.arraycopy(text, 0, all, 5, text.length);
        return all;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        deadline.set(patienceNanos);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (isDone) {
            bytes.release();
            return;
        }
        ByteBuf all = held.add(bytes);
        if (all.getUnsignedByte(all.readerIndex()) == HANDSHAKE_RECORD) {
            goOn(ctx);
        } else if (all.readableBytes() >= REQUEST_BYTES) {
            answer(ctx, all);
        }
    }

    private void answer(ChannelHandlerContext ctx, ByteBuf all) {
        int length = all.getInt(all.readerIndex());
        int code = all.getInt(all.readerIndex() + 4);
        // What follows a request before its answer was put there by somebody in between
        // (CVE-2021-23214).
        boolean isRequest = length == REQUEST_BYTES && all.readableBytes() == REQUEST_BYTES;
        if (isRequest && code == SSL_REQUEST) {
            held.release();
            ctx.writeAndFlush(ctx.alloc().directBuffer(1).writeByte('S'));
            goOn(ctx);
        } else if (isRequest && code == GSS_REQUEST && !hasDeclined) {
            hasDeclined = true;
            held.release();
            ctx.writeAndFlush(ctx.alloc().directBuffer(1).writeByte('N'));
        } else {
            refuse(ctx);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        end();
        ByteBuf hello = held.give();
        secure.run();
        if (hello != null) {
            ctx.fireChannelRead(hello);
        }
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx) {
        end();
        held.release();
        refused.run();
        ctx.writeAndFlush(
                        ctx.alloc()
                                .directBuffer(CLEAR_TEXT_REFUSED.length)
                                .writeBytes(CLEAR_TEXT_REFUSED))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void expired() {
        if (context != null) {
            fail(context);
        }
    }

    private void fail(ChannelHandlerContext ctx) {
        if (!isDone) {
            end();
            refused.run();
        }
        ctx.close();
    }

    private void end() {
        isDone = true;
        deadline.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            fail(ctx);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.release();
    }
}
