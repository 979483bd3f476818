package dev.sallyport.core.downstream;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.Downstream;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.ChunkedDecoder;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.rebuild.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection from a client (RFC 9112): requests one after the other, each an {@link
 * Exchange}. Bytes that come before they may be used (a pipelined request, a body nobody demanded)
 * are held, and reading pauses meanwhile.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter implements Downstream {
    private enum State {
        /** Waiting for, or in the middle of, a request head. */
        HEAD,
        /** In a request's body. */
        BODY,
        /** The request is complete, its response is not. */
        ANSWERING,
        /**
         * The last response is written; what still comes is discarded so that no reset destroys it
         * (RFC 9112 9.6).
         */
        LINGERING,
        /** Given to a tunnel, or closed. */
        GONE
    }

    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * A client that shut its sending side has this long to get its answer before it counts as gone.
     */
    private static final long HALF_CLOSED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int LINGER_BYTES = 4 << 20;

    private final Loop loop;
    private final Dispatcher dispatcher;
    private final Peer peer;
    private final LoopConnections connections;
    private final Deadline deadline;
    final LoopConnections.Link link = new LoopConnections.Link(this);

    private @Nullable ChannelHandlerContext context;
    private @Nullable Http1ResponseWriter writer;
    private Rules rules;
    private State state = State.HEAD;
    private @Nullable RequestHead head;
    private @Nullable Exchange exchange;
    private @Nullable ChunkedDecoder chunks;
    private @Nullable ByteBuf held;
    private long bodyLeft;
    private long startNanos;
    private int requests;
    private int lingered;
    private long pendingBefore;
    private boolean isConsuming;
    private boolean isDemanded;
    private boolean owesContinue;
    private boolean isPaused;
    private boolean hasRead;
    private boolean isInputClosed;
    private boolean isDraining;

    /** Begins to serve a connection whose transport (and TLS, if any) is ready. */
    public Http1Connection(LoopConnections connections, Dispatcher dispatcher, Peer peer) {
        this.loop = connections.loop();
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.peer = peer;
        this.rules = dispatcher.rules();
        this.deadline = loop.deadline(this::expired);
    }

    Peer peer() {
        return peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        writer = new Http1ResponseWriter(ctx, connections.headWriter());
        connections.add(link);
        deadline.set(rules.headNanos());
    }

    /** Ends in good order: an idle connection closes now, a busy one after its response. */
    void drain() {
        isDraining = true;
        RequestHead begun = head;
        if (state == State.HEAD && (begun == null || !begun.isStarted())) {
            close();
        } else {
            requireWriter().closeAfter();
        }
    }

    // Reading.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        hasRead = true;
        if (held == null) {
            consume(in);
        } else {
            // Delivered although reading is paused: at most what was already on its way.
            ByteBuf joined = ctx.alloc().buffer(held.readableBytes() + in.readableBytes());
            joined.writeBytes(held).writeBytes(in);
            held.release();
            in.release();
            held = joined;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readCompleted();
        flush();
    }

    private void readCompleted() {
        Exchange current = exchange;
        if (current != null) {
            current.onDownstreamReadComplete();
        }
    }

    /** Takes ownership of {@code in}; what cannot be used now is held. */
    private void consume(ByteBuf in) {
        isConsuming = true;
        boolean isSound = false;
        try {
            boolean goesOn = true;
            while (goesOn && in.isReadable()) {
                goesOn = step(in);
            }
            isSound = true;
        } finally {
            isConsuming = false;
            if (!isSound) {
                in.release();
            }
        }
        if (in.isReadable() && state != State.GONE) {
            held = in;
            pause();
        } else {
            in.release();
            resume();
        }
    }

    /** Uses some of {@code in}; false when the rest has to wait. */
    private boolean step(ByteBuf in) {
        return switch (state) {
            case HEAD -> readHead(in);
            case BODY -> isDemanded && readBody(in);
            case ANSWERING, GONE -> false;
            case LINGERING -> discard(in);
        };
    }

    private boolean readHead(ByteBuf in) {
        RequestHead reading = head;
        if (reading == null) {
            reading = connections.takeHead();
            head = reading;
        }
        if (!reading.isStarted()) {
            startNanos = loop.nanoTime();
        }
        int outcome = reading.feed(in, rules.requestLimits());
        if (outcome == RequestHead.INCOMPLETE) {
            deadline.set(rules.headNanos() - (loop.nanoTime() - startNanos));
            return true;
        }
        if (outcome == RequestHead.COMPLETE) {
            dispatcher.dispatch(begin(reading, true));
        } else {
            begin(reading, false).refuse(requireNonNull(reading.malformed()));
        }
        return state != State.GONE;
    }

    private Exchange begin(RequestHead read, boolean isSound) {
        rules = dispatcher.rules();
        requests++;
        boolean last = !isSound || isDraining || requests >= rules.requestsPerConnection();
        requireWriter().begin(read, last || !read.isKeepAlive());
        isDemanded = false;
        owesContinue = isSound && read.expectsContinue();
        pendingBefore = 0;
        if (isSound && read.hasBody()) {
            state = State.BODY;
            bodyLeft = read.contentLength();
            if (read.isChunked()) {
                chunks = chunks == null ? new ChunkedDecoder(rules.requestLimits()) : chunks;
                chunks.reset();
            }
        } else {
            state = State.ANSWERING;
        }
        deadline.set(rules.progressNanos());
        Exchange begun = new Exchange(connections.exchanges(), this, peer, read, rules, startNanos);
        exchange = begun;
        return begun;
    }

    private boolean readBody(ByteBuf in) {
        owesContinue = false;
        Exchange current = requireExchange();
        RequestHead reading = requireHead();
        if (!reading.isChunked()) {
            int count = (int) Math.min(bodyLeft, in.readableBytes());
            bodyLeft -= count;
            current.onRequestBody(in.readRetainedSlice(count));
            if (bodyLeft == 0 && state == State.BODY) {
                state = State.ANSWERING;
                current.onRequestEnd(null);
            }
            return true;
        }
        ChunkedDecoder decoder = requireNonNull(chunks);
        ByteBuf piece = decoder.next(in);
        if (piece != null) {
            current.onRequestBody(piece);
            return true;
        }
        if (decoder.malformed() != null) {
            current.onRequestFailed(ProxyError.REQUEST_MALFORMED);
            return true;
        }
        if (decoder.isEnd()) {
            state = State.ANSWERING;
            // Trailers of requests are not passed on: nothing reads them, and much has been
            // smuggled in them.
            current.onRequestEnd(null);
        }
        return true;
    }

    private boolean discard(ByteBuf in) {
        lingered += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (lingered > LINGER_BYTES) {
            close();
        }
        return true;
    }

    // Downstream: what the exchange asks for.

    @Override
    public void demand(boolean wanted) {
        isDemanded = wanted;
        if (!wanted) {
            if (!isConsuming) {
                pause();
            }
            return;
        }
        if (owesContinue && state == State.BODY) {
            owesContinue = false;
            requireWriter().informContinue();
        }
        if (!isConsuming) {
            takeHeld();
            readCompleted();
        }
    }

    @Override
    public void interim(ResponseHead response) {
        requireWriter().interim(response);
    }

    @Override
    public void respond(ResponseHead response) {
        if (state == State.BODY) {
            // Whoever answers before the request is complete may never read the rest of it.
            requireWriter().closeAfter();
        }
        requireWriter().respond(response);
    }

    @Override
    public void body(ByteBuf data) {
        requireWriter().body(data);
    }

    @Override
    public void end(@Nullable FieldTable trailers) {
        Http1ResponseWriter to = requireWriter();
        to.end(trailers);
        boolean isComplete = state != State.BODY;
        releaseHead();
        exchange = null;
        if (isComplete && !to.isLast() && !isInputClosed) {
            state = State.HEAD;
            deadline.set(rules.keepAliveNanos());
            if (!isConsuming) {
                takeHeld();
                // What was held may have been a request with its body: nobody else pushes it out.
                readCompleted();
            }
        } else {
            linger(isComplete && held == null);
        }
    }

    @Override
    public void abort(ProxyError why) {
        exchange = null;
        // Nothing marks the end of what was written, so the client sees that it is cut off (RFC
        // 9112 8).
        requireWriter().drop();
        close();
    }

    @Override
    public void flush() {
        Http1ResponseWriter to = writer;
        if (to != null && state != State.GONE) {
            to.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return requireContext().channel().isWritable();
    }

    @Override
    public Upgraded upgrade(ResponseHead response) {
        ChannelHandlerContext ctx = requireContext();
        requireWriter().switchProtocols(response);
        ByteBuf first = held;
        held = null;
        leave();
        ctx.pipeline().remove(this);
        return new Upgraded(ctx.channel(), first);
    }

    private void takeHeld() {
        if (isConsuming) {
            return;
        }
        ByteBuf waiting = held;
        if (waiting == null) {
            resume();
        } else {
            held = null;
            consume(waiting);
        }
    }

    private void linger(boolean atOnce) {
        state = State.LINGERING;
        deadline.set(LINGER_NANOS);
        ByteBuf unread = held;
        if (unread != null) {
            held = null;
            unread.release();
        }
        requireWriter().finish(atOnce || isInputClosed);
        resume();
    }

    // Events of the channel.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null && ctx.channel().isWritable()) {
            current.onDownstreamWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            inputClosed();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void inputClosed() {
        if (isInputClosed) {
            return;
        }
        isInputClosed = true;
        if (state == State.ANSWERING) {
            deadline.set(HALF_CLOSED_NANOS);
        } else {
            close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone(ProxyError.CLIENT_CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            gone(ProxyError.CLIENT_CLOSED);
        } else {
            connections.bug(cause);
            gone(ProxyError.BUG);
        }
        ctx.close();
    }

    private void expired() {
        switch (state) {
            case HEAD -> {
                RequestHead begun = head;
                if (begun != null && begun.isStarted()) {
                    begin(begun, false).onRequestFailed(ProxyError.REQUEST_TIMEOUT);
                } else {
                    close();
                }
            }
            case BODY, ANSWERING -> stalled();
            case LINGERING -> close();
            case GONE -> {}
        }
    }

    /** Half-closed for too long, or no byte moved for the length of the progress timeout. */
    private void stalled() {
        Exchange current = requireExchange();
        long pending = pendingBytes();
        if (pending > 0 && pending == pendingBefore) {
            gone(ProxyError.CLIENT_STALLED);
            requireContext().close();
        } else if (isInputClosed && pending == 0) {
            gone(ProxyError.CLIENT_CLOSED);
            requireContext().close();
        } else if (state == State.BODY && isDemanded && !hasRead) {
            current.onRequestFailed(ProxyError.REQUEST_TIMEOUT);
        } else {
            hasRead = false;
            pendingBefore = pending;
            deadline.set(rules.progressNanos());
        }
    }

    private long pendingBytes() {
        ChannelOutboundBuffer out = requireContext().channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    private void close() {
        ChannelHandlerContext ctx = requireContext();
        gone(ProxyError.CLIENT_CLOSED);
        ctx.close();
    }

    private void gone(ProxyError why) {
        if (state == State.GONE) {
            return;
        }
        Exchange current = exchange;
        leave();
        if (current != null) {
            current.onDownstreamClosed(why);
        }
        releaseHead();
    }

    /** Lets go of everything but the head, which a running exchange may still read. */
    private void leave() {
        state = State.GONE;
        exchange = null;
        deadline.release();
        connections.remove(link);
        requireWriter().drop();
        if (held != null && !isConsuming) {
            held.release();
            held = null;
        }
    }

    private void releaseHead() {
        RequestHead done = head;
        if (done != null) {
            head = null;
            connections.returnHead(done);
        }
    }

    private void pause() {
        if (!isPaused && state != State.LINGERING) {
            isPaused = true;
            requireContext().channel().config().setAutoRead(false);
        }
    }

    private void resume() {
        if (isPaused && state != State.GONE) {
            isPaused = false;
            requireContext().channel().config().setAutoRead(true);
        }
    }

    private ChannelHandlerContext requireContext() {
        return requireNonNull(context);
    }

    private Http1ResponseWriter requireWriter() {
        return requireNonNull(writer);
    }

    private Exchange requireExchange() {
        return requireNonNull(exchange);
    }

    private RequestHead requireHead() {
        return requireNonNull(head);
    }
}
