package dev.sallyport.core.upstream.h2;

import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Exception.connectionError;
import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection to an endpoint (RFC 9113) that the exchanges of one loop share, as many at a
 * time as the endpoint allows. What they write in one turn of the loop leaves in one flush.
 *
 * <p>It takes no more exchanges, and ends with its last one, once the endpoint says that it goes
 * away, once too many streams were given up on it, or once its endpoint is retired.
 */
public final class Http2Link extends Http2ConnectionHandler {
    /** More exchanges than this do not share one connection, whatever the endpoint allows. */
    public static final int MOST_STREAMS = 100;

    /**
     * Servers count resets as an attack and end the connection, with what others do there. A client
     * that gives up again and again uses up a connection of ours first.
     */
    static final int MOST_RESETS = 50;

    /** So many stream numbers are left when a connection is no longer used (RFC 9113 5.1.1). */
    private static final int LAST_STREAM = Integer.MAX_VALUE - 1024;

    private final LinkOwner owner;
    private final Http2Connection.PropertyKey callKey;
    private final Pulse pulse;
    private final Turn turn = new Turn();
    private final Offer offer = new Offer();
    private @Nullable ChannelHandlerContext context;

    /** Why exchanges fail that are under way when the connection ends. */
    private ProxyError failure = ProxyError.UPSTREAM_CLOSED;

    private int calls;
    private int resets;
    private boolean hasCarried;
    private boolean isClosing;
    private boolean isFlushPlanned;

    Http2Link(
            LinkOwner owner,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings);
        this.owner = owner;
        this.callKey = connection().newKey();
        this.pulse = new Pulse(this, owner.loop());
        gracefulShutdownTimeoutMillis(0);
    }

    /** A connection whose transport (and TLS, if any) is ready; goes into its pipeline. */
    public static Http2Link create(LinkOwner owner) {
        return new LinkBuilder(owner).create();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        LinkBuilder.widen(connection());
        flushSoon();
        pulse.idle(owner.idleNanos());
    }

    /** Whether another exchange may begin here. */
    public boolean hasRoom() {
        return !isClosing
                && calls < offer.mostStreams()
                && connection().numActiveStreams() < offer.mostStreams()
                && connection().local().lastStreamCreated() < LAST_STREAM;
    }

    public boolean isIdle() {
        return calls == 0;
    }

    public Offer offer() {
        return offer;
    }

    /** Why exchanges fail that wait when the connection ends. */
    public ProxyError failure() {
        return failure;
    }

    /** Carries {@code next} too. */
    public void begin(Forwarding next) {
        Http2Call call = new Http2Call(this, owner, next, hasCarried);
        hasCarried = true;
        if (calls++ == 0) {
            pulse.listen();
        }
        owner.began();
        next.onConnected(call);
    }

    /** Takes no more exchanges; ends with the last one. */
    public void retire() {
        isClosing = true;
        if (calls == 0) {
            close();
        }
    }

    /** Nothing is under way. */
    void close() {
        isClosing = true;
        pulse.release();
        owner.left(this);
        // Past the codec, which would send GOAWAY and wait: nothing is under way that it could
        // save.
        requireContext().close();
        offer.tell();
    }

    // What calls ask for.

    /** Opens a stream with its head; null when that cannot be. */
    @Nullable Http2Stream open(Http2Call call, Http2Headers head, boolean isLast) {
        ChannelHandlerContext ctx = requireContext();
        int id = connection().local().incrementAndGetNextStreamId();
        encoder().writeHeaders(ctx, id, head, 0, isLast, ctx.newPromise());
        Http2Stream opened = connection().stream(id);
        if (opened != null) {
            opened.setProperty(callKey, call);
        }
        return opened;
    }

    /** Writes a piece of a body; takes ownership. */
    ChannelFuture write(Http2Stream to, ByteBuf data, boolean isLast) {
        ChannelHandlerContext ctx = requireContext();
        return encoder().writeData(ctx, to.id(), data, 0, isLast, ctx.newPromise());
    }

    void writeTrailers(Http2Stream to, Http2Headers trailers) {
        ChannelHandlerContext ctx = requireContext();
        encoder().writeHeaders(ctx, to.id(), trailers, 0, true, ctx.newPromise());
    }

    boolean isWritable(Http2Stream to) {
        return encoder().flowController().isWritable(to);
    }

    /** How much may be sent on the stream at all. */
    int window(Http2Stream to) {
        return encoder().flowController().windowSize(to);
    }

    /** Makes a tunnel of a stream; it counts until {@link #tunnelClosed}. */
    LinkTunnel openTunnel(Http2Stream of) {
        owner.ended(); // the exchange is; a tunnel is no request in flight, on no wire
        return new LinkTunnel(this, requireContext().channel(), of);
    }

    void tunnelClosed() {
        departed();
    }

    /** Gives the stream's window back what was taken. */
    void consume(Http2Stream from, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(from, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(requireContext(), true, e);
        }
    }

    void reset(Http2Stream to, Http2Error code) {
        to.removeProperty(callKey);
        if (connection().stream(to.id()) == null) {
            return; // it is closed already
        }
        ChannelHandlerContext ctx = requireContext();
        resetStream(ctx, to.id(), code.code(), ctx.newPromise());
        flushSoon();
        if (++resets >= MOST_RESETS && !isClosing) {
            isClosing = true;
            owner.left(this);
        }
    }

    /** The exchange is over; the last one of a connection that is no longer used ends it. */
    void left(Http2Call call) {
        owner.ended();
        departed();
    }

    private void departed() {
        if (--calls > 0) {
            return;
        }
        if (isClosing || !owner.keeps(this)) {
            close();
        } else {
            pulse.idle(owner.idleNanos());
        }
    }

    Turn turn() {
        return turn;
    }

    /** Flushes once for all that is written in this turn of the loop. */
    void flushSoon() {
        if (!turn.isUnderWay() && !isFlushPlanned) {
            isFlushPlanned = true;
            requireContext().executor().execute(this::flushNow);
        }
    }

    private void flushNow() {
        isFlushPlanned = false;
        flush(requireContext());
    }

    // Events of the channel.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        turn.begin();
        if (calls > 0) {
            pulse.listen();
        }
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        turn.flushClients();
        turn.end();
        super.channelReadComplete(ctx); // flushes
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        isClosing = true;
        pulse.release();
        owner.left(this);
        super.channelInactive(ctx); // closes the streams
        turn.end();
        turn.flushClients();
        offer.tell();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        Throwable reason = cause instanceof DecoderException ? cause.getCause() : cause;
        if (reason instanceof IOException) {
            ctx.channel().close();
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception known) {
        if (known == null && !(cause instanceof IOException)) {
            owner.bug(cause);
            failure = ProxyError.BUG;
        } else {
            // What does not begin with settings is another protocol (RFC 9113 3.4).
            failure = offer.isKnown() ? ProxyError.RESPONSE_MALFORMED : ProxyError.WRONG_PROTOCOL;
        }
        super.onConnectionError(ctx, outbound, cause, known); // says why, and closes
        ctx.flush(); // before the last exchange closes
        breakOff(failure);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException known) {
        if (known.streamId() % 2 == 0) {
            // Pushes are not taken, so the endpoint has no streams to speak on (RFC 9113 5.1.1).
            String what = "stream %d was not asked for";
            onError(ctx, outbound, connectionError(PROTOCOL_ERROR, what, known.streamId()));
            return;
        }
        Http2Call call = find(known.streamId());
        super.onStreamError(ctx, outbound, cause, known); // resets
        if (call != null) {
            call.fail(outbound ? ProxyError.UPSTREAM_CLOSED : ProxyError.RESPONSE_MALFORMED);
        }
    }

    /** Fails all exchanges at once; the connection is of no more use. */
    private void breakOff(ProxyError error) {
        isClosing = true;
        owner.left(this);
        fail(callsBeyond(0), error);
        offer.tell();
    }

    private List<Http2Call> callsBeyond(int streamId) {
        List<Http2Call> found = new ArrayList<>();
        try {
            connection()
                    .forEachActiveStream(stream -> {
                        Http2Call call = find(stream);
                        if (call != null && stream.id() > streamId) {
                            found.add(call);
                        }
                        return true;
                    });
        } catch (Http2Exception e) {
            owner.bug(e);
        }
        return found;
    }

    private static void fail(List<Http2Call> failing, ProxyError error) {
        for (Http2Call call : failing) {
            call.broken(error);
        }
    }

    // What the endpoint said, from LinkFrames.

    @Nullable Http2Call find(int streamId) {
        Http2Stream stream = connection().stream(streamId);
        return stream == null ? null : find(stream);
    }

    @Nullable Http2Call find(Http2Stream stream) {
        return stream.getProperty(callKey);
    }

    /** RFC 9113 6.8: streams beyond the last one were not and will not be looked at. */
    void goingAway(int lastStreamId) {
        isClosing = true;
        owner.left(this);
        fail(callsBeyond(lastStreamId), ProxyError.STREAM_REFUSED);
        if (calls == 0) {
            close();
        }
    }

    void streamClosed(Http2Stream stream) {
        Http2Call call = stream.removeProperty(callKey);
        if (call != null) {
            call.broken(failure);
        }
    }

    // Patience.

    /** Asks whether the endpoint is there. */
    void ping(long payload) {
        ChannelHandlerContext ctx = requireContext();
        encoder().writePing(ctx, false, payload, ctx.newPromise());
        flushSoon();
    }

    /** Nobody answered. */
    void silent() {
        breakOff(ProxyError.UPSTREAM_SILENT);
        requireContext().close(); // nobody would read a GOAWAY
    }

    private ChannelHandlerContext requireContext() {
        return requireNonNull(context);
    }
}
