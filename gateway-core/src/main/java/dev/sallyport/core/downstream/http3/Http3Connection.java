package dev.sallyport.core.downstream.http3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.sallyport.core.downstream.LoopConnections;
import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.rebuild.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicPathEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/3 connection from a client (RFC 9114): its control stream, how much it may ask for, and
 * when it ends. Each request is an {@link Http3Stream}.
 */
public final class Http3Connection extends ChannelInboundHandlerAdapter
        implements LoopConnections.Served {
    /** Requests under way at a time; QUIC tells clients, but counts those it forgot as ended. */
    private static final int MOST_STREAMS = 100;

    /** Streams cut off by either side in ten seconds. */
    private static final int MOST_RESETS = 200;

    /** Streams cut off in all: the library keeps something of each as long as the connection. */
    private static final int MOST_ABANDONED = 1000;

    /** Frames on the control stream, and streams of unknown kinds, in ten seconds. */
    private static final int MOST_CONTROL_FRAMES = 200;

    /** What was written last has so long to arrive before the connection is closed. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int CONTROL_STREAM = 0x00;
    private static final int SETTING_TABLE_CAPACITY = 0x01;
    private static final int SETTING_FIELD_SECTION = 0x06;
    private static final int SETTING_BLOCKED_STREAMS = 0x07;

    /** RFC 9220 3: WebSockets are taken. */
    private static final int SETTING_CONNECT_PROTOCOL = 0x08;

    private final LoopConnections connections;
    private final Dispatcher dispatcher;
    private final Http3Tools tools;
    private final Loop loop;
    private final Deadline deadline;
    private final LoopConnections.Link link = new LoopConnections.Link(this);
    private final Budget resets = new Budget(MOST_RESETS);
    private final Budget controlFrames = new Budget(MOST_CONTROL_FRAMES);
    private final PeerStream.Opened peerStreams = new PeerStream.Opened();
    private Peer peer;
    private @Nullable BooleanSupplier early;
    private @Nullable ChannelHandlerContext context;
    private @Nullable QuicStreamChannel control;
    private int streams;
    private int requests;
    private int abandoned;
    private long nextId;
    private long lastEndNanos;
    private boolean isDraining;
    private boolean isClosed;

    /**
     * Begins to serve a connection.
     *
     * @param early whether what comes at this moment may be a replay; null when nothing ever is
     */
    public Http3Connection(
            LoopConnections connections,
            Dispatcher dispatcher,
            Http3Tools tools,
            Peer peer,
            @Nullable BooleanSupplier early) {
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.tools = tools;
        this.peer = peer;
        this.early = early;
        this.loop = connections.loop();
        this.deadline = loop.deadline(this::expired);
    }

    // What streams ask.

    LoopConnections connections() {
        return connections;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Http3Tools tools() {
        return tools;
    }

    @Override
    public Peer peer() {
        BooleanSupplier maybe = early;
        if (maybe == null) {
            return peer;
        }
        if (maybe.getAsBoolean()) {
            return peer.early();
        }
        early = null; // and stays so: a handshake ends once
        return peer;
    }

    PeerStream.Opened peerStreams() {
        return peerStreams;
    }

    // Its life.

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        connections.add(link);
        deadline.set(dispatcher.rules().keepAliveNanos());
        ((QuicChannel) ctx.channel())
                .createStream(QuicStreamType.UNIDIRECTIONAL, new ChannelInboundHandlerAdapter())
                .addListener(this::controlOpened);
    }

    private void controlOpened(Future<? super QuicStreamChannel> opened) {
        if (!opened.isSuccess()) {
            fail(Http3Error.STREAM_CREATION_ERROR);
            return;
        }
        QuicStreamChannel stream = (QuicStreamChannel) requireNonNull(opened.getNow());
        control = stream;
        ByteBuf settings = stream.alloc().directBuffer(32);
        setting(settings, SETTING_FIELD_SECTION, dispatcher.rules().requestLimits().bytes());
        setting(settings, SETTING_TABLE_CAPACITY, 0);
        setting(settings, SETTING_BLOCKED_STREAMS, 0);
        setting(settings, SETTING_CONNECT_PROTOCOL, 1);
        ByteBuf out = stream.alloc().directBuffer(48);
        Varint.write(out, CONTROL_STREAM);
        Varint.write(out, FrameReader.SETTINGS);
        Varint.write(out, settings.readableBytes());
        out.writeBytes(settings);
        settings.release();
        stream.writeAndFlush(out);
        if (isDraining) {
            goAway();
        }
    }

    private static void setting(ByteBuf out, int id, long value) {
        Varint.write(out, id);
        Varint.write(out, value);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof QuicStreamChannel stream)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (isClosed) {
            return; // never registered, and gone with the connection
        }
        if (stream.type() == QuicStreamType.UNIDIRECTIONAL) {
            stream.pipeline().addLast(new PeerStream(this, stream));
            ctx.fireChannelRead(stream);
        } else if ((isDraining && stream.streamId() >= nextId) || streams >= MOST_STREAMS) {
            stream.pipeline().addLast(new RefusedStream());
            ctx.fireChannelRead(stream);
            abandoned();
        } else {
            begin(ctx, stream);
        }
    }

    private void begin(ChannelHandlerContext ctx, QuicStreamChannel stream) {
        Rules rules = dispatcher.rules();
        streams++;
        requests++;
        nextId = Math.max(nextId, stream.streamId() + 4);
        deadline.clear();
        stream.pipeline().addLast(new Http3Stream(this, stream, rules));
        ctx.fireChannelRead(stream);
        if (requests >= rules.requestsPerConnection()) {
            drain(ConnectionEnd.ENOUGH_REQUESTS);
        }
    }

    /** A stream is over; {@code cutOff} when it did not come to its end. */
    void ended(@Nullable Http3Error cutOff) {
        streams--;
        lastEndNanos = loop.nanoTime();
        if (cutOff != null) {
            abandoned();
        }
        if (streams == 0 && !isClosed) {
            deadline.set(isDraining ? LINGER_NANOS : dispatcher.rules().keepAliveNanos());
        }
    }

    private void abandoned() {
        abandoned++;
        if (!resets.spend(loop.nanoTime())) {
            fail(Http3Error.EXCESSIVE_LOAD, ConnectionEnd.RESETS);
        } else if (abandoned >= MOST_ABANDONED) {
            drain(ConnectionEnd.RESETS);
        }
    }

    /** Counts a frame that only costs; false when there were too many, and the connection ends. */
    boolean spendControlFrame() {
        boolean isWithin = controlFrames.spend(loop.nanoTime());
        if (!isWithin) {
            fail(Http3Error.EXCESSIVE_LOAD, ConnectionEnd.CONTROL_FRAMES);
        }
        return isWithin;
    }

    private void expired() {
        if (streams == 0) {
            if (isDraining) {
                close(Http3Error.NO_ERROR);
            } else {
                drain(ConnectionEnd.IDLE);
            }
        }
    }

    /** Ends in good order: takes no more requests, and closes after the last answer arrived. */
    @Override
    public void drain() {
        drain(ConnectionEnd.DRAINED);
    }

    private void drain(ConnectionEnd why) {
        if (isDraining || isClosed) {
            return;
        }
        isDraining = true;
        connections.exchanges().metrics().connectionEnded(why);
        if (control != null) {
            goAway();
        }
        if (streams == 0) {
            long since = loop.nanoTime() - lastEndNanos;
            deadline.set(requests == 0 || since > LINGER_NANOS ? 1 : LINGER_NANOS - since);
        }
    }

    /** RFC 9114 5.2: the first stream that will not be served. */
    private void goAway() {
        QuicStreamChannel stream = requireNonNull(control);
        ByteBuf payload = stream.alloc().directBuffer(8);
        Varint.write(payload, nextId);
        ByteBuf out = stream.alloc().directBuffer(16);
        Varint.write(out, FrameReader.GOAWAY);
        Varint.write(out, payload.readableBytes());
        out.writeBytes(payload);
        payload.release();
        stream.writeAndFlush(out);
    }

    /** The client broke the rules of the connection: it ends now, and is counted by the reason. */
    void fail(Http3Error why) {
        fail(why, why.end());
    }

    private void fail(Http3Error why, ConnectionEnd reason) {
        if (!isClosed) {
            connections.exchanges().metrics().connectionEnded(reason);
            close(why);
        }
    }

    private void close(Http3Error why) {
        if (isClosed) {
            return;
        }
        isClosed = true;
        ByteBuf reason =
                why == Http3Error.NO_ERROR
                        ? Unpooled.EMPTY_BUFFER
                        : Unpooled.wrappedBuffer(why.reason().getBytes(US_ASCII));
        ((QuicChannel) requireNonNull(context).channel()).close(true, why.code(), reason);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof QuicPathEvent.PeerMigrated moved) {
            // Validated by the library before it sends more than it received (RFC 9000 9.3).
            peer = peer.at(moved.remote());
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isClosed = true;
        deadline.release();
        connections.remove(link);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What is wrong with packets is the library's to judge: it closes where it must.
        if (!(cause instanceof QuicException)) {
            connections.bug(cause);
            fail(Http3Error.INTERNAL_ERROR);
        }
    }
}
