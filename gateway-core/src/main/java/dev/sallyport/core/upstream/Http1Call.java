package dev.sallyport.core.upstream;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Downstream;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.UpstreamCall;
import dev.sallyport.core.http.ChunkedDecoder;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection to an endpoint (RFC 9112): carries one exchange at a time and idles in its
 * loop's pool between them. Never pipelines. A connection that did anything unexpected is closed,
 * not reused.
 */
final class Http1Call extends ChannelInboundHandlerAdapter implements UpstreamCall {
    private enum State {
        IDLE,
        HEAD,
        LENGTH,
        CHUNKS,
        /** A body that ends with the connection. */
        UNTIL_CLOSE,
        CLOSED
    }

    private final LoopUpstreams loop;
    private final UpstreamSettings settings;
    private final Endpoint endpoint;
    private final LoopPool pool;
    private final Deadline deadline;

    private @Nullable ChannelHandlerContext context;
    private @Nullable Http1RequestWriter writer;
    private State state = State.IDLE;
    private @Nullable Exchange exchange;

    /** Whose downstream is flushed when this turn of reading is over. */
    private @Nullable Exchange delivered;

    private @Nullable ResponseHead head;
    private @Nullable ChunkedDecoder chunks;
    private @Nullable ByteBuf afterUpgrade;
    private long bodyLeft;
    private long pendingBefore;
    private boolean isReused;
    private boolean isRequestEnded;
    private boolean isKeepAlive;
    private boolean isPaused;
    private boolean hasAnswered;

    Http1Call(LoopUpstreams loop, UpstreamSettings settings, Endpoint endpoint) {
        this.loop = loop;
        this.settings = settings;
        this.endpoint = endpoint;
        this.pool = endpoint.pool(loop.loop().index());
        this.deadline = loop.loop().deadline(this::expired);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        writer = new Http1RequestWriter(ctx, loop.headWriter());
    }

    /** Carries {@code next} from here on. */
    void begin(Exchange next) {
        exchange = next;
        state = State.HEAD;
        isRequestEnded = false;
        hasAnswered = false;
        pendingBefore = 0;
        pool.began();
        next.onConnected(this);
    }

    // UpstreamCall: what the exchange asks for.

    @Override
    public void send() {
        requireWriter().send(requireExchange(), endpoint.authority());
        deadline.set(requireExchange().requireRoute().times().progress());
    }

    @Override
    public void body(ByteBuf data) {
        if (state == State.CLOSED) {
            data.release();
        } else {
            requireWriter().body(data);
        }
    }

    @Override
    public void end(@Nullable FieldTable trailers) {
        isRequestEnded = true;
        requireWriter().end();
        if (state == State.HEAD) {
            deadline.set(requireExchange().requireRoute().times().response());
        }
    }

    @Override
    public void flush() {
        if (state != State.CLOSED) {
            requireWriter().flush();
        }
    }

    @Override
    public boolean isWritable() {
        return requireContext().channel().isWritable();
    }

    @Override
    public void demand(boolean wanted) {
        if (isPaused == wanted && state != State.CLOSED) {
            isPaused = !wanted;
            requireContext().channel().config().setAutoRead(wanted);
        }
    }

    @Override
    public void cancel() {
        close();
    }

    @Override
    public Downstream.Upgraded upgrade() {
        ChannelHandlerContext ctx = requireContext();
        ByteBuf first = afterUpgrade;
        afterUpgrade = null;
        leave();
        ctx.pipeline().remove(this);
        return new Downstream.Upgraded(ctx.channel(), first);
    }

    @Override
    public String endpoint() {
        return endpoint.text();
    }

    @Override
    public boolean isReused() {
        return isReused;
    }

    // Reading.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (state == State.IDLE) {
                // Nobody asked: an answer to nothing would become the next request's answer.
                close();
                return;
            }
            hasAnswered = true;
            boolean goesOn = true;
            while (goesOn && in.isReadable()) {
                goesOn = step(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange to = delivered;
        if (to != null) {
            delivered = null;
            to.onUpstreamReadComplete();
        }
    }

    /** Uses some of {@code in}; false when the rest is of no use. */
    private boolean step(ByteBuf in) {
        return switch (state) {
            case HEAD -> readHead(in);
            case LENGTH -> readLength(in);
            case CHUNKS -> readChunks(in);
            case UNTIL_CLOSE -> readUntilClose(in);
            // Bytes beyond a complete response: whatever they are, they end the connection.
            case IDLE, CLOSED -> {
                close();
                yield false;
            }
        };
    }

    private boolean readHead(ByteBuf in) {
        Exchange current = requireExchange();
        ResponseHead reading = head;
        if (reading == null) {
            reading = loop.takeHead();
            head = reading;
        }
        int outcome = reading.feed(in, settings.responseLimits(), current.head().method());
        if (outcome == RequestHead.INCOMPLETE) {
            return true;
        }
        if (outcome == RequestHead.MALFORMED) {
            fail(ProxyError.RESPONSE_MALFORMED);
            return false;
        }
        delivered = current;
        if (reading.isSwitchingProtocols()) {
            afterUpgrade = in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
            current.onResponseHead(reading);
            dropUpgrade();
            return false;
        }
        if (reading.isInterim()) {
            current.onResponseHead(reading);
            releaseHead();
            return state != State.CLOSED;
        }
        isKeepAlive = reading.isKeepAlive();
        boolean hasBody = reading.hasBody();
        if (!hasBody) {
            current.onResponseHead(reading);
            releaseHead();
            if (exchange == current) {
                complete(null, in);
            }
            return exchange == current;
        }
        if (reading.isChunked()) {
            state = State.CHUNKS;
            chunks = chunks == null ? new ChunkedDecoder(settings.responseLimits()) : chunks;
            chunks.reset();
        } else if (reading.contentLength() >= 0) {
            state = State.LENGTH;
            bodyLeft = reading.contentLength();
        } else {
            state = State.UNTIL_CLOSE;
        }
        progressed();
        current.onResponseHead(reading);
        releaseHead();
        return state != State.CLOSED;
    }

    private boolean readLength(ByteBuf in) {
        Exchange current = requireExchange();
        int count = (int) Math.min(bodyLeft, in.readableBytes());
        bodyLeft -= count;
        delivered = current;
        progressed();
        current.onResponseBody(in.readRetainedSlice(count));
        if (bodyLeft == 0 && exchange == current) {
            complete(null, in);
            return false;
        }
        return state != State.CLOSED;
    }

    private boolean readChunks(ByteBuf in) {
        Exchange current = requireExchange();
        ChunkedDecoder decoder = requireNonNull(chunks);
        ByteBuf piece = decoder.next(in);
        delivered = current;
        progressed();
        if (piece != null) {
            current.onResponseBody(piece);
            return state != State.CLOSED;
        }
        if (decoder.malformed() != null) {
            fail(ProxyError.RESPONSE_MALFORMED);
            return false;
        }
        if (decoder.isEnd()) {
            complete(decoder.trailers(), in);
            return false;
        }
        return true;
    }

    private boolean readUntilClose(ByteBuf in) {
        Exchange current = requireExchange();
        delivered = current;
        progressed();
        current.onResponseBody(in.readRetainedSlice(in.readableBytes()));
        return state != State.CLOSED;
    }

    /**
     * The response is whole: the connection goes back to its pool first, so that the next exchange
     * finds it.
     */
    private void complete(@Nullable FieldTable trailers, ByteBuf in) {
        Exchange done = requireExchange();
        exchange = null;
        delivered = done;
        pool.ended();
        loop.metrics().upstreamResponded(settings.metric(), done.responseStatus());
        demand(true);
        boolean isReusable =
                isKeepAlive && isRequestEnded && !in.isReadable() && !endpoint.isRetired();
        if (isReusable && pool.give(this)) {
            state = State.IDLE;
            isReused = true;
            deadline.set(settings.idleNanos());
        } else {
            close();
        }
        done.onResponseEnd(trailers);
    }

    private void progressed() {
        deadline.set(requireExchange().requireRoute().times().progress());
    }

    // Events of the channel.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null && ctx.channel().isWritable()) {
            current.onUpstreamWritable();
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
            loop.bug(cause);
            fail(ProxyError.BUG);
        }
    }

    /**
     * The connection ended. RFC 9112 9.8: over TLS, only its own closing proves that nothing was
     * cut off.
     */
    private void gone() {
        if (endpoint.isTls()) {
            broken();
        } else {
            ended();
        }
    }

    /** The endpoint has nothing more to say. */
    private void ended() {
        if (state == State.UNTIL_CLOSE) {
            Exchange done = requireExchange();
            pool.ended();
            exchange = null;
            close();
            loop.metrics().upstreamResponded(settings.metric(), done.responseStatus());
            done.onResponseEnd(null);
            done.onUpstreamReadComplete();
        } else {
            broken();
        }
    }

    private void broken() {
        if (exchange == null) {
            close();
        } else {
            fail(hasAnswered ? ProxyError.RESPONSE_TRUNCATED : ProxyError.UPSTREAM_CLOSED);
        }
    }

    private void expired() {
        if (exchange == null) {
            close();
            return;
        }
        ChannelOutboundBuffer out = requireContext().channel().unsafe().outboundBuffer();
        long pending = out == null ? 0 : out.totalPendingWriteBytes();
        boolean isWriting = pending > 0 && pending != pendingBefore;
        pendingBefore = pending;
        if (isWriting || isPaused) {
            // Slow, but moving; or it is the client who does not read, and its own deadline runs.
            progressed();
        } else if (state != State.HEAD) {
            fail(ProxyError.RESPONSE_STALLED);
        } else if (isRequestEnded || pending > 0) {
            fail(ProxyError.RESPONSE_TIMEOUT);
        } else {
            // The client is in the middle of its body, and has a deadline for it.
            progressed();
        }
    }

    private void fail(ProxyError error) {
        Exchange failed = exchange;
        close();
        if (failed == null) {
            return;
        }
        // A pooled connection that was closed meanwhile is nobody's fault.
        if (!(isReused && error == ProxyError.UPSTREAM_CLOSED)) {
            Failures.report(loop, settings, endpoint, error);
        }
        failed.onUpstreamFailed(error);
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        leave();
        requireContext().close();
    }

    /** Lets go of exchange and pool. */
    private void leave() {
        if (state == State.IDLE) {
            pool.remove(this);
        }
        if (exchange != null) {
            exchange = null;
            pool.ended();
        }
        state = State.CLOSED;
        deadline.release();
        requireWriter().drop();
        dropUpgrade();
        releaseHead();
    }

    private void dropUpgrade() {
        ByteBuf unused = afterUpgrade;
        if (unused != null) {
            afterUpgrade = null;
            unused.release();
        }
    }

    private void releaseHead() {
        ResponseHead done = head;
        if (done != null) {
            head = null;
            loop.returnHead(done);
        }
    }

    private ChannelHandlerContext requireContext() {
        return requireNonNull(context);
    }

    private Http1RequestWriter requireWriter() {
        return requireNonNull(writer);
    }

    private Exchange requireExchange() {
        return requireNonNull(exchange);
    }
}
