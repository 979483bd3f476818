package dev.sallyport.core.upstream.h1;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.UpstreamCall;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.tunnel.Mouth;
import dev.sallyport.core.wire.Outflow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection to an endpoint (RFC 9112): carries one exchange at a time and idles in its
 * loop's pool between them. Never pipelines. A connection that did anything unexpected is closed,
 * not reused. {@link Http1RequestWriter} writes, {@link ResponseReader} reads; here is how long the
 * endpoint may take, and when the connection goes.
 */
public final class Http1Call extends ChannelInboundHandlerAdapter implements UpstreamCall {
    private final CallOwner owner;
    private final Deadline deadline;
    private final ResponseReader reader;
    private final Outflow outflow = new Outflow();

    private @Nullable ChannelHandlerContext context;
    private @Nullable Http1RequestWriter writer;
    private @Nullable Forwarding forwarding;
    private boolean isReused;
    private boolean isRequestEnded;
    private boolean isPaused;

    /** A connection whose transport (and TLS, if any) is ready; goes into its pipeline. */
    public Http1Call(CallOwner owner) {
        this.owner = owner;
        this.deadline = owner.loop().deadline(this::expired);
        this.reader = new ResponseReader(this, owner);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        writer = new Http1RequestWriter(ctx, owner.headWriter());
    }

    /** Carries {@code next} from here on. */
    public void begin(Forwarding next) {
        forwarding = next;
        reader.expectResponse();
        isRequestEnded = false;
        outflow.reset();
        owner.began();
        next.onConnected(this);
    }

    // UpstreamCall: what the exchange asks for.

    @Override
    public void send() {
        if (requireForwarding().isOpenEnded()) {
            // Metadata of gRPC, which no HTTP/1.1 server can be meant by.
            requireForwarding().head().fields().removeAliases();
        }
        requireWriter().send(requireForwarding(), owner.authority());
        deadline.set(requireForwarding().route().times().progress());
    }

    @Override
    public void body(ByteBuf data) {
        if (reader.isClosed()) {
            data.release();
        } else {
            requireWriter().body(data);
        }
    }

    @Override
    public void end(@Nullable FieldTable trailers) {
        isRequestEnded = true;
        requireWriter().end();
        if (reader.isAwaitingHead()) {
            deadline.set(requireForwarding().route().times().response());
        }
    }

    @Override
    public void flush() {
        if (!reader.isClosed()) {
            requireWriter().flush();
        }
    }

    @Override
    public boolean isWritable() {
        return requireContext().channel().isWritable();
    }

    @Override
    public void demand(boolean wanted) {
        if (isPaused == wanted && !reader.isClosed()) {
            isPaused = !wanted;
            requireContext().channel().config().setAutoRead(wanted);
        }
    }

    @Override
    public void cancel() {
        reset();
    }

    @Override
    public Mouth upgrade() {
        ChannelHandlerContext ctx = requireContext();
        ByteBuf first = reader.giveAfterUpgrade();
        leave();
        ctx.pipeline().remove(this);
        return new Mouth(ctx.channel(), first);
    }

    @Override
    public String endpoint() {
        return owner.endpoint();
    }

    @Override
    public boolean isReused() {
        return isReused;
    }

    // What the reader found.

    /**
     * The response is whole: the connection goes back to its pool first, so that the next exchange
     * finds it.
     */
    void complete(@Nullable FieldTable trailers, boolean isReusable) {
        Forwarding done = requireForwarding();
        forwarding = null;
        owner.ended();
        owner.responded(done.responseStatus());
        demand(true);
        if (isReusable && isRequestEnded && owner.keeps(this)) {
            reader.expectNothing();
            isReused = true;
            deadline.set(owner.idleNanos());
        } else {
            reset();
        }
        done.onResponseEnd(trailers);
        if (reader.isClosed()) {
            // A channel that closes within a read may never come to the end of it, which would
            // flush: with io_uring it does not.
            done.onReadComplete();
        }
    }

    /** A byte of the body moved. */
    void progressed() {
        deadline.set(requireForwarding().route().times().progress());
    }

    // Events of the channel.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reader.receive((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reader.readCompleted();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Forwarding current = forwarding;
        if (current != null && ctx.channel().isWritable()) {
            current.onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            gone();
        } else if (event instanceof SslCloseCompletionEvent close) {
            if (close.isSuccess()) {
                ended();
            } else {
                broken();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What TLS finds wrong comes wrapped by the decoder it is.
        Throwable reason = cause instanceof DecoderException ? cause.getCause() : cause;
        if (reason instanceof IOException) {
            broken();
        } else {
            owner.bug(cause);
            fail(ProxyError.BUG);
        }
    }

    /**
     * The connection ended. RFC 9112 9.8: over TLS, only its own closing proves that nothing was
     * cut off.
     */
    private void gone() {
        if (owner.isSecure()) {
            broken();
        } else {
            ended();
        }
    }

    /** The endpoint has nothing more to say. */
    private void ended() {
        if (reader.endsWithConnection()) {
            Forwarding done = requireForwarding();
            owner.ended();
            forwarding = null;
            close();
            owner.responded(done.responseStatus());
            done.onResponseEnd(null);
            done.onReadComplete();
        } else {
            broken();
        }
    }

    private void broken() {
        if (forwarding == null) {
            close();
        } else {
            fail(reader.hasAnswered() ? ProxyError.RESPONSE_TRUNCATED : ProxyError.UPSTREAM_CLOSED);
        }
    }

    private void expired() {
        if (forwarding == null) {
            close();
            return;
        }
        Outflow.Flow flow = outflow.look(requireContext().channel(), requireWriter().written());
        if (flow == Outflow.Flow.MOVING || isPaused) {
            // Slow, but moving; or it is the client who does not read, and its own deadline runs.
            progressed();
        } else if (!reader.isAwaitingHead()) {
            fail(ProxyError.RESPONSE_STALLED);
        } else if (isRequestEnded || flow == Outflow.Flow.STUCK) {
            fail(ProxyError.RESPONSE_TIMEOUT);
        } else {
            // The client is in the middle of its body, and has a deadline for it.
            progressed();
        }
    }

    void fail(ProxyError error) {
        Forwarding failed = forwarding;
        reset();
        if (failed == null) {
            return;
        }
        // A pooled connection that was closed meanwhile is nobody's fault.
        if (!(isReused && error == ProxyError.UPSTREAM_CLOSED)) {
            owner.failed(error);
        }
        failed.onFailed(error);
    }

    /**
     * Ends a connection on which requests came, one way or another, to their end. Not in good
     * order: whoever closes first keeps its port for a minute (RFC 9293 3.6.1), and towards
     * endpoints that take one request a connection a busy edge would soon have no port left.
     */
    private void reset() {
        Channel channel = requireContext().channel();
        if (channel.isOpen() && !reader.isClosed()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        close();
    }

    /** Ends the connection, with nothing under way. */
    public void close() {
        if (reader.isClosed()) {
            return;
        }
        leave();
        requireContext().close();
    }

    /** Lets go of exchange and pool. */
    private void leave() {
        if (reader.isIdle()) {
            owner.left(this);
        }
        if (forwarding != null) {
            forwarding = null;
            owner.ended();
        }
        reader.close();
        deadline.release();
        requireWriter().drop();
    }

    private ChannelHandlerContext requireContext() {
        return requireNonNull(context);
    }

    private Http1RequestWriter requireWriter() {
        return requireNonNull(writer);
    }

    Forwarding requireForwarding() {
        return requireNonNull(forwarding);
    }
}
