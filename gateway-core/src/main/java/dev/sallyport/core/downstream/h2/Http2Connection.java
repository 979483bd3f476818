package dev.sallyport.core.downstream.h2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.sallyport.core.downstream.LoopConnections;
import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.wire.h2.ErrorCode;
import dev.sallyport.core.wire.h2.Frame;
import dev.sallyport.core.wire.h2.FrameWriter;
import dev.sallyport.core.wire.h2.ReceiveWindow;
import dev.sallyport.core.wire.h2.StreamChannel;
import dev.sallyport.core.wire.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection from a client (RFC 9113), from its preface to its end. {@link FrameReader}
 * cuts what comes into frames, {@link FrameHandler} and {@link HeadersHandler} say what they mean,
 * each request is an {@link Http2Stream}; here is what they share, and when the connection goes.
 *
 * <p>Whatever a turn of the loop writes, for however many streams, is flushed once.
 */
public final class Http2Connection extends ChannelInboundHandlerAdapter
        implements LoopConnections.Served {
    /** What a client may send on all streams together before any of it was consumed. */
    private static final int WINDOW = 1 << 20;

    private final Http2Loop shared;
    private final LoopConnections connections;
    private final Loop loop;
    private final Peer peer;
    private final LoopConnections.Link link = new LoopConnections.Link(this);
    private final StreamTable streams = new StreamTable();
    private final Requests requests;
    private final FloodGuard guard;
    private final ReceiveWindow window = new ReceiveWindow(SendFlow.DEFAULT_WINDOW, WINDOW);
    private final HpackEncoder encoder;
    private final HeadersHandler headers = new HeadersHandler(this);
    private final FrameReader reader;
    private final List<Http2Stream> touched = new ArrayList<>(4);
    private final Runnable flushNow = this::flushNow;

    private @Nullable ChannelHandlerContext context;
    private @Nullable FrameWriter writer;
    private @Nullable SendFlow flow;
    private @Nullable Patience patience;
    private @Nullable Farewell farewell;
    private long turnNanos;
    private boolean isReading;
    private boolean isSettling;
    private boolean isFlushDue;

    /** Begins to serve a connection whose transport (and TLS, if any) is ready. */
    public Http2Connection(Http2Loop shared, Dispatcher dispatcher, Peer peer) {
        this.shared = shared;
        this.connections = shared.connections();
        this.loop = connections.loop();
        this.peer = peer;
        this.encoder = new HpackEncoder(shared.recent());
        this.requests = new Requests(this, shared, dispatcher, streams);
        this.guard = new FloodGuard(loop);
        this.reader = new FrameReader(new FrameHandler(this, headers), shared.payload());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        FrameWriter to = new FrameWriter(ctx);
        writer = to;
        flow = new SendFlow(to, guard);
        patience = new Patience(this, loop, reader, headers);
        farewell = new Farewell(this, loop, ctx);
        connections.add(link);
        to.settings(
                Frame.MAX_CONCURRENT_STREAMS,
                rules().streams().most(),
                Frame.INITIAL_WINDOW_SIZE,
                StreamBody.WINDOW,
                Frame.MAX_HEADER_LIST_SIZE,
                rules().requestLimits().bytes(),
                Frame.ENABLE_CONNECT_PROTOCOL,
                1,
                Frame.NO_RFC7540_PRIORITIES,
                1);
        consumed(0);
        flush();
    }

    // What the handlers of frames share.

    @Override
    public Peer peer() {
        return peer;
    }

    Rules rules() {
        return requests.rules();
    }

    Requests requests() {
        return requests;
    }

    StreamTable streams() {
        return streams;
    }

    FloodGuard guard() {
        return guard;
    }

    ReceiveWindow window() {
        return window;
    }

    FrameWriter writer() {
        return requireNonNull(writer);
    }

    SendFlow flow() {
        return requireNonNull(flow);
    }

    HpackEncoder encoder() {
        return encoder;
    }

    Farewell farewell() {
        return requireNonNull(farewell);
    }

    long turnNanos() {
        return turnNanos;
    }

    /** Whether the connection has ended, or is about to. */
    boolean isOver() {
        return farewell().isOver();
    }

    boolean isWritable() {
        return !isOver() && channel().isWritable();
    }

    Channel channel() {
        return requireContext().channel();
    }

    ByteBuf allocate(int bytes) {
        return requireContext().alloc().buffer(Math.max(bytes, 512));
    }

    /** {@code bytes} of data went on, or were thrown away. */
    void consumed(int bytes) {
        int given = window.consumed(bytes);
        if (given > 0 && !isOver()) {
            writer().windowUpdate(0, given);
            flush();
        }
    }

    HpackEncoder startBlock() {
        return encoder.start(shared.block());
    }

    /** Writes the block begun last; tells where its frame begins. */
    int writeBlock(int stream, HpackEncoder block, boolean isLast) {
        int at = writer().headers(stream, block, isLast, SendFlow.LARGEST_FRAME);
        shared.block(block.bytes());
        return at;
    }

    StreamChannel openTunnel(Http2Stream stream) {
        return StreamChannel.open(channel(), stream);
    }

    // Ends of the connection.

    /** Ends the connection for what the client did (RFC 9113 5.4.1). */
    void fail(ErrorCode code, ConnectionEnd end) {
        if (!isOver()) {
            over(code, end, ProxyError.REQUEST_MALFORMED);
        }
    }

    /** The client stood still for too long. */
    void timedOut(ConnectionEnd end) {
        if (!isOver()) {
            over(ErrorCode.NO_ERROR, end, ProxyError.CLIENT_STALLED);
        }
    }

    void over(ErrorCode code, ConnectionEnd end, ProxyError why) {
        count(end);
        writer().goAway(streams.last(), code, end.label().getBytes(US_ASCII));
        leave();
        requests.endAll(why);
        farewell().linger(writer().finish());
    }

    void count(ConnectionEnd end) {
        connections.exchanges().metrics().connectionEnded(end);
    }

    /** Neither reads nor writes for streams any more. */
    private void leave() {
        farewell().begin();
        reader.close();
        requireNonNull(patience).release();
        connections.remove(link);
    }

    @Override
    public void drain() {
        leave(ConnectionEnd.DRAINED);
    }

    /** Ends in good order. */
    void leave(ConnectionEnd end) {
        farewell().leave(end);
    }

    private void gone(ProxyError why) {
        if (isOver()) {
            farewell().release();
            return;
        }
        leave();
        requests.endAll(why);
        writer().drop();
        farewell().release();
    }

    // Turns of the loop.

    /** {@code stream} has to be looked at when the turn ends. */
    void touch(Http2Stream stream) {
        if (!stream.isTouched()) {
            stream.touched(true);
            touched.add(stream);
        }
    }

    /** Looks at what was touched, unless the end of a turn will do so. */
    void settleOutsideTurn() {
        if (!isReading && !isSettling) {
            settle();
        }
    }

    private void settle() {
        isSettling = true;
        try {
            // Those who are looked at may touch others.
            for (int i = 0; i < touched.size(); i++) {
                Http2Stream stream = touched.get(i);
                stream.touched(false);
                if (!stream.isClosed()) {
                    stream.turnEnded();
                }
            }
        } finally {
            touched.clear();
            isSettling = false;
        }
    }

    /** Has what was written go out when the turn of the loop ends. */
    void flush() {
        if (!isFlushDue && !isOver()) {
            isFlushDue = true;
            loop.eventLoop().execute(flushNow);
        }
    }

    private void flushNow() {
        isFlushDue = false;
        if (isOver()) {
            return;
        }
        if (farewell().isDue()) {
            finish();
        } else {
            writer().flush();
            requireNonNull(patience).look();
        }
    }

    /** Nothing is left to do: ends the connection in good order. */
    private void finish() {
        leave();
        farewell().linger(writer().finish());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (isOver()) {
                farewell().discard(in.readableBytes());
            } else {
                isReading = true;
                turnNanos = loop.nanoTime();
                reader.read(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        isReading = false;
        settle();
        if (!isOver()) {
            requireNonNull(patience).look();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (isWritable()) {
            for (Http2Stream stream : streams.all()) {
                stream.resumeSource();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            // Nobody would open a window any more, or learn of one.
            gone(ProxyError.CLIENT_CLOSED);
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
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
            if (!isOver()) {
                count(ConnectionEnd.BUG);
            }
            gone(ProxyError.BUG);
            ctx.close();
        }
    }

    private ChannelHandlerContext requireContext() {
        return requireNonNull(context);
    }
}
