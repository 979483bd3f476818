package dev.sallyport.core.downstream.http3;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Downstream;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response on a stream of their own (RFC 9114 4.1). {@link RequestFrames} finds
 * what the client sent, {@link Http3ResponseWriter} writes the answer; here is what becomes of
 * both, and how long the client may take.
 */
final class Http3Stream extends ChannelInboundHandlerAdapter implements Downstream {
    // RFC 8470 5.2: the client comes again when the handshake is over.
    private static final Answer TOO_EARLY = Answer.of(425, "too-early");

    private final Http3Connection connection;
    private final QuicStreamChannel channel;
    private final Deadline deadline;
    private final RequestFrames frames;
    private final Http3ResponseWriter writer;
    private final long startNanos;
    private Rules rules;
    private @Nullable RequestHead head;
    private @Nullable Exchange exchange;
    private boolean isMuted;
    private boolean isStopped;
    private boolean isClosed;
    private @Nullable Http3Error cutOff;
    private @Nullable StreamTunnel tunnel;

    Http3Stream(Http3Connection connection, QuicStreamChannel channel, Rules rules) {
        this.connection = connection;
        this.channel = channel;
        this.rules = rules;
        this.startNanos = connection.connections().loop().nanoTime();
        this.deadline = connection.connections().loop().deadline(this::expired);
        this.frames = new RequestFrames(this, channel);
        this.writer = new Http3ResponseWriter(this, channel, connection.tools().writer());
    }

    Http3Connection connection() {
        return connection;
    }

    Rules rules() {
        return rules;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        // Reads are asked for, one at a time: what nobody demands stays with the client.
        channel.config().setAutoRead(false);
        channel.config().setOption(QuicChannelOption.READ_FRAMES, true);
        deadline.set(rules.headNanos());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicStreamFrame frame = (QuicStreamFrame) message;
        frames.receive(frame.content(), frame.hasFin());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readCompleted();
        flush();
        frames.readOn();
        ctx.fireChannelReadComplete();
    }

    /** Everything the client had sent was given to the exchange. */
    void readCompleted() {
        Exchange current = exchange;
        if (current != null) {
            current.onDownstreamReadComplete();
        }
    }

    // What the frames brought.

    /** A head as long as {@code length} bytes encoded, in the array {@code section}. */
    void onHead(byte[] section, int length, boolean isLast) {
        RequestHead read = connection.connections().takeHead();
        head = read;
        rules = connection.dispatcher().rules();
        FieldSection fields = read.begin(RequestHead.HTTP_3);
        if (!connection.tools().reader().read(section, length, fields, rules.requestLimits())) {
            connection.fail(Http3Error.QPACK_DECOMPRESSION_FAILED);
            return;
        }
        begin(read, isLast);
    }

    /** A head that is too long to be looked at. */
    void onLongHead(HeadLimits limits) {
        RequestHead read = connection.connections().takeHead();
        head = read;
        byte[] nothing = new byte[0];
        read.begin(RequestHead.HTTP_3).take(nothing, 0, 0, nothing, 0, limits.bytes(), limits);
        begin(read, false);
    }

    private void begin(RequestHead read, boolean isLast) {
        boolean isSound = read.end(isLast) == RequestHead.COMPLETE;
        Exchange begun = exchange(read);
        frames.expectBody(read, isSound && (read.hasBody() || read.isWebSocketUpgrade()));
        if (!isSound) {
            Malformed why = requireNonNull(read.malformed());
            isMuted = why.isStreamError();
            begun.refuse(why);
            if (isMuted) {
                reset(Http3Error.MESSAGE_ERROR);
            }
        } else if (begun.peer().isEarly() && !Method.isSafe(read.method())) {
            begun.refuse(TOO_EARLY);
        } else {
            connection.connections().completeHandshake(read);
            connection.dispatcher().dispatch(begun);
        }
    }

    private Exchange exchange(RequestHead read) {
        writer.begin(read);
        deadline.set(rules.progressNanos());
        Exchange begun =
                new Exchange(
                        connection.connections().exchanges(),
                        this,
                        connection.peer(),
                        read,
                        rules,
                        startNanos);
        exchange = begun;
        return begun;
    }

    /** A piece of the request's body; takes ownership. */
    void onBody(ByteBuf piece) {
        Exchange current = exchange;
        StreamTunnel through = tunnel;
        if (through != null) {
            through.deliver(piece);
        } else if (current == null) {
            piece.release();
        } else {
            current.onRequestBody(piece);
        }
    }

    void onEnd() {
        Exchange current = exchange;
        StreamTunnel through = tunnel;
        if (through != null) {
            through.inputEnded();
        } else if (current != null) {
            // Trailers of requests are not passed on, as on the other wires.
            current.onRequestEnd(null);
        }
    }

    /** The body or the trailers broke the rules of the message. */
    void onMalformed(Malformed why) {
        Exchange current = exchange;
        isMuted = isMuted || why.isStreamError();
        if (current != null) {
            current.onRequestMalformed(why);
        }
        if (isMuted) {
            reset(Http3Error.MESSAGE_ERROR);
        }
    }

    /** The stream ended before its request did (RFC 9114 4.1). */
    void onIncomplete() {
        reset(Http3Error.REQUEST_INCOMPLETE);
    }

    boolean isDone() {
        return exchange == null;
    }

    // Downstream: what the exchange asks for.

    @Override
    public void demand(boolean wanted) {
        if (wanted && frames.takeContinue()) {
            writer.interim(100, null);
        }
        frames.demand(wanted);
    }

    @Override
    public void interim(ResponseHead response) {
        writer.interim(response.status(), response.fields());
    }

    @Override
    public void respond(ResponseHead response) {
        if (!isMuted) {
            writer.respond(response);
        }
    }

    @Override
    public void body(ByteBuf data) {
        if (isMuted || isClosed) {
            data.release();
        } else {
            writer.body(data);
        }
    }

    @Override
    public void end(@Nullable FieldTable trailers) {
        exchange = null;
        releaseHead();
        if (isMuted) {
            return;
        }
        writer.end(trailers);
        if (!frames.isComplete()) {
            frames.discard();
        }
        deadline.set(rules.progressNanos());
    }

    /** All of the response is with the library; what is left of the request is not wanted. */
    void answered() {
        if (isClosed) {
            return;
        }
        if (!frames.isEndRead() && !isStopped) {
            isStopped = true;
            cutOff = Http3Error.NO_ERROR;
            channel.shutdownInput(Http3Error.NO_ERROR.code());
        }
        if (isStopped) {
            channel.close();
        }
    }

    @Override
    public void abort(ProxyError why) {
        exchange = null;
        reset(
                why.side() == ProxyError.Side.DOWNSTREAM
                        ? Http3Error.REQUEST_CANCELLED
                        : Http3Error.INTERNAL_ERROR);
    }

    @Override
    public void flush() {
        if (!isClosed && !isMuted) {
            writer.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public Mouth upgrade(ResponseHead response) {
        writer.open(response);
        StreamTunnel opened = StreamTunnel.on(channel);
        tunnel = opened;
        exchange = null;
        deadline.release(); // the tunnel has its own
        frames.tunnel();
        head = null; // not to be used again: the record names it when the tunnel is over
        return new Mouth(channel, opened.begin());
    }

    // Events of the channel.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null && channel.isWritable()) {
            current.onDownstreamWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    /** The client stopped reading, or the stream is gone. */
    void writeFailed() {
        if (!isClosed) {
            reset(Http3Error.REQUEST_CANCELLED);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (tunnel != null) {
            ctx.fireExceptionCaught(cause);
        } else if (cause instanceof QuicException) {
            reset(Http3Error.REQUEST_CANCELLED); // the client gave it up
        } else {
            connection.connections().bug(cause);
            gone(ProxyError.BUG);
            reset(Http3Error.INTERNAL_ERROR);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone(ProxyError.CLIENT_CLOSED);
        ctx.fireChannelInactive();
    }

    // Patience.

    private void expired() {
        if (frames.isAwaitingHead()) {
            headTimedOut();
        } else if (writer.isWaiting() && !writer.hasMoved()) {
            gone(ProxyError.CLIENT_STALLED);
            reset(Http3Error.REQUEST_CANCELLED);
        } else if (exchange != null && frames.isStarved()) {
            exchange.onRequestFailed(ProxyError.REQUEST_TIMEOUT);
        } else if (exchange == null && !writer.isWaiting()) {
            // Answered, and yet the client says no more.
            reset(Http3Error.REQUEST_INCOMPLETE);
        } else {
            deadline.set(rules.progressNanos());
        }
    }

    private void headTimedOut() {
        RequestHead begun = connection.connections().takeHead();
        head = begun;
        begun.begin(RequestHead.HTTP_3);
        Exchange late = exchange(begun);
        frames.expectBody(begun, false);
        late.onRequestFailed(ProxyError.REQUEST_TIMEOUT);
    }

    /** Cuts the stream off, both ways. */
    private void reset(Http3Error why) {
        if (isClosed) {
            return;
        }
        cutOff = why;
        channel.shutdown(why.code());
        gone(ProxyError.CLIENT_CLOSED);
        channel.close();
    }

    private void gone(ProxyError why) {
        if (isClosed) {
            return;
        }
        isClosed = true;
        deadline.release();
        writer.drop();
        frames.close();
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.onDownstreamClosed(why);
        }
        releaseHead();
        connection.ended(cutOff);
    }

    private void releaseHead() {
        RequestHead done = head;
        if (done != null) {
            head = null;
            connection.connections().returnHead(done);
        }
    }
}
