package dev.sallyport.core.proxyheader;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.HeldBytes;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.proxyheader.ProxyHeaderReader.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the header a connection must begin with; then it goes, and what follows the header goes
 * to the handlers that were put behind it. The connection is closed when the header is broken, or
 * not whole within its time.
 */
public final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
    private final Listener listener;
    private final Deadline deadline;
    private final long patienceNanos;
    private @Nullable ChannelHandlerContext context;
    private final HeldBytes held = new HeldBytes();
    private boolean isDone;

    /** What comes of it; told once, on the loop. */
    public interface Listener {
        /** The handlers of the connection are to be added now. */
        void arrived(ProxyHeader header);

        /** The connection closes; the reason is a word for a log. */
        void failed(String reason);
    }

    public ProxyHeaderHandler(Loop loop, long patienceNanos, Listener listener) {
        this.listener = listener;
        this.patienceNanos = patienceNanos;
        this.deadline = loop.deadline(() -> fail("timeout"));
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
        switch (ProxyHeaderReader.read(all)) {
            case Outcome.Incomplete _ -> {}
            case Outcome.Malformed(String reason) -> fail(reason);
            case Outcome.Complete(ProxyHeader header) -> arrive(ctx, header, all);
        }
    }

    private void arrive(ChannelHandlerContext ctx, ProxyHeader header, ByteBuf rest) {
        end();
        held.give();
        listener.arrived(header);
        if (rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else {
            rest.release();
        }
        ctx.pipeline().remove(this);
    }

    private void fail(String reason) {
        if (!isDone) {
            end();
            listener.failed(reason);
            if (context != null) {
                context.close();
            }
        }
    }

    private void end() {
        isDone = true;
        deadline.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            fail("closed");
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail("closed");
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.release();
    }
}
