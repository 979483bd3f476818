package dev.sallyport.core.downstream;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.Downstream;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.tunnel.Mouth;
import dev.sallyport.core.wire.Outflow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection from a client (RFC 9112), from its first request to its end: each request
 * is an {@link Exchange}, one at a time. {@link RequestReader} reads them, {@link
 * Http1ResponseWriter} writes the answers; here is how long the client may take, and when it goes.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter
        implements Downstream, LoopConnections.Served {
    /**
     * After the last response, what still comes is discarded for so long, lest a reset destroy the
     * response (RFC 9112 9.6).
     */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * A client that shut its sending side has this long to get its answer before it counts as gone.
     */
    private static final long HALF_CLOSED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Dispatcher dispatcher;
    private final Peer peer;
    private final LoopConnections connections;
    private final Deadline deadline;
    private final Outflow outflow = new Outflow();
    final LoopConnections.Link link = new LoopConnections.Link(this);

    private @Nullable ChannelHandlerContext context;
    private @Nullable RequestReader reader;
    private @Nullable Http1ResponseWriter writer;
    private Rules rules;
    private @Nullable Exchange exchange;
    private int requests;
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

    @Override
    public Peer peer() {
        return peer;
    }

    Rules rules() {
        return rules;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        reader = new RequestReader(this, connections, ctx.channel());
        writer = new Http1ResponseWriter(ctx, connections.headWriter());
        connections.add(link);
        deadline.set(rules.headNanos());
    }

    @Override
    public void drain() {
        isDraining = true;
        RequestReader from = requireReader();
        if (from.isAwaitingHead() && from.begunHead() == null) {
            close();
        } else {
            requireWriter().closeAfter();
        }
    }

    // What the reader found.

    /** Some of a head has come, the first of it at {@code startNanos}. */
    void onHeadBegun(long startNanos) {
        deadline.set(rules.headNanos() - (loop.nanoTime() - startNanos));
    }

    void onHead(RequestHead read) {
        Exchange begun = begin(read, false);
        requireReader().expectBody(read, rules.requestLimits());
        dispatcher.dispatch(begun);
    }

    void onHeadMalformed(RequestHead read) {
        Exchange begun = begin(read, true);
        requireReader().expectNothing();
        begun.refuse(requireNonNull(read.malformed()));
    }

    private void headTimedOut(RequestHead begunHead) {
        Exchange begun = begin(begunHead, true);
        requireReader().expectNothing();
        begun.onRequestFailed(ProxyError.REQUEST_TIMEOUT);
    }

    private Exchange begin(RequestHead read, boolean isLast) {
        rules = dispatcher.rules();
        requests++;
        boolean isEnough = requests >= rules.requestsPerConnection();
        requireWriter().begin(read, isLast || isEnough || isDraining || !read.isKeepAlive());
        outflow.reset();
        deadline.set(isInputClosed ? HALF_CLOSED_NANOS : rules.progressNanos());
        Exchange begun =
                new Exchange(
                        connections.exchanges(),
                        this,
                        peer,
                        read,
                        rules,
                        requireReader().startNanos());
        exchange = begun;
        return begun;
    }

    // Downstream: what the exchange asks for.

    @Override
    public void demand(boolean wanted) {
        RequestReader from = requireReader();
        if (wanted && from.takeContinue()) {
            requireWriter().informContinue();
        }
        from.demand(wanted);
    }

    @Override
    public void interim(ResponseHead response) {
        requireWriter().interim(response);
    }

    @Override
    public void respond(ResponseHead response) {
        if (requireReader().isInBody()) {
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
        RequestReader from = requireReader();
        Http1ResponseWriter to = requireWriter();
        to.end(trailers);
        boolean isComplete = !from.isInBody();
        from.releaseHead();
        exchange = null;
        boolean mayGoOn = isComplete && !to.isLast();
        if (mayGoOn && !isInputClosed) {
            deadline.set(rules.keepAliveNanos());
            from.expectHead();
        } else if (mayGoOn && from.hasMore()) {
            // Who shut its sending side still waits for what it had asked for before.
            deadline.set(HALF_CLOSED_NANOS);
            from.expectHead();
            if (from.isAwaitingHead() && !from.hasMore()) {
                linger(true); // what is no whole request by now will never be one
            }
        } else {
            linger(isComplete && !from.isHolding());
        }
    }

    private void linger(boolean atOnce) {
        requireReader().discard();
        outflow.reset();
        deadline.set(LINGER_NANOS);
        requireWriter().finish(atOnce || isInputClosed);
        requireReader().resume();
    }

    @Override
    public void abort(ProxyError why) {
        exchange = null;
        requireWriter().cut();
        close();
    }

    @Override
    public void flush() {
        RequestReader from = reader;
        if (from != null && !from.isClosed()) {
            requireWriter().flush();
        }
    }

    @Override
    public boolean isWritable() {
        return requireContext().channel().isWritable();
    }

    @Override
    public Mouth upgrade(ResponseHead response) {
        ChannelHandlerContext ctx = requireContext();
        requireWriter().switchProtocols(response);
        ByteBuf first = requireReader().giveHeld();
        leave();
        ctx.pipeline().remove(this);
        return new Mouth(ctx.channel(), first);
    }

    // Events of the channel.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        requireReader().receive((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        turnEnded();
    }

    /** What was read in this turn is delivered: what it led to may go out. */
    void turnEnded() {
        readCompleted();
        flush();
    }

    /** Everything the client had sent was given to the exchange. */
    void readCompleted() {
        Exchange current = exchange;
        if (current != null) {
            current.onDownstreamReadComplete();
        }
    }

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
        if (requireReader().isComplete()) {
            deadline.set(HALF_CLOSED_NANOS);
        } else if (requireReader().isDiscarding() && flow() != Outflow.Flow.EMPTY) {
            // A slow client has yet to take the last of its response.
            requireWriter().finish(true);
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
        if (cause instanceof IOException) {
            gone(ProxyError.CLIENT_CLOSED);
            // Past the TLS handler: nobody is left to read a close_notify.
            ctx.channel().unsafe().close(ctx.voidPromise());
        } else {
            connections.bug(cause);
            gone(ProxyError.BUG);
            ctx.close();
        }
    }

    // Patience.

    private void expired() {
        RequestReader from = requireReader();
        RequestHead begun = from.begunHead();
        if (from.isInBody() || from.isComplete()) {
            stalled();
        } else if (begun != null) {
            headTimedOut(begun);
        } else if (from.isDiscarding() && flow() == Outflow.Flow.MOVING) {
            deadline.set(rules.progressNanos());
        } else if (!from.isClosed()) {
            close();
        }
    }

    /** Half-closed for too long, or no byte moved for the length of the progress timeout. */
    private void stalled() {
        Outflow.Flow flow = flow();
        boolean isIdle = flow == Outflow.Flow.EMPTY && isInputClosed;
        if (flow == Outflow.Flow.STUCK) {
            close(ProxyError.CLIENT_STALLED);
        } else if (isIdle && !outflow.hasMoved()) {
            close(ProxyError.CLIENT_CLOSED);
        } else if (requireReader().isStarved()) {
            requireExchange().onRequestFailed(ProxyError.REQUEST_TIMEOUT);
        } else {
            deadline.set(isIdle ? HALF_CLOSED_NANOS : rules.progressNanos());
        }
    }

    private Outflow.Flow flow() {
        return outflow.look(requireContext().channel(), requireWriter().written());
    }

    /** Ends the connection now. */
    void close() {
        close(ProxyError.CLIENT_CLOSED);
    }

    private void close(ProxyError why) {
        gone(why);
        requireContext().close();
    }

    private void gone(ProxyError why) {
        if (requireReader().isClosed()) {
            return;
        }
        Exchange current = exchange;
        leave();
        if (current != null) {
            current.onDownstreamClosed(why);
        }
        requireReader().releaseHead();
    }

    /** Lets go of everything but the head, which a running exchange may still read. */
    private void leave() {
        requireReader().close();
        exchange = null;
        deadline.release();
        connections.remove(link);
        requireWriter().drop();
    }

    private ChannelHandlerContext requireContext() {
        return requireNonNull(context);
    }

    private RequestReader requireReader() {
        return requireNonNull(reader);
    }

    private Http1ResponseWriter requireWriter() {
        return requireNonNull(writer);
    }

    Exchange requireExchange() {
        return requireNonNull(exchange);
    }
}
