package dev.sallyport.core.upstream.h2;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.UpstreamCall;
import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on a connection that it shares: a stream (RFC 9113 5). Giving it up resets the
 * stream and leaves the connection alone.
 *
 * <p>What the client does not take is not given back to the stream's window, so the endpoint holds
 * it; what the endpoint does not take is not asked of the client.
 */
final class Http2Call implements UpstreamCall {
    private final Http2Link link;
    private final LinkOwner owner;
    private final Deadline deadline;
    private final boolean isReused;

    private @Nullable Forwarding forwarding;
    private @Nullable Http2Stream stream;
    private @Nullable LinkTunnel tunnel;
    private boolean isHeadPending;
    private boolean isRequestEnded;
    private boolean isHeadReceived;
    private boolean hasAnswered;
    private boolean takesBody;
    private boolean isPaused;
    private int unconsumed;

    /** Writes the codec has not finished, and how often it or the endpoint moved since a look. */
    private int waiting;

    private int moves;

    Http2Call(Http2Link link, LinkOwner owner, Forwarding forwarding, boolean isReused) {
        this.link = link;
        this.owner = owner;
        this.forwarding = forwarding;
        this.isReused = isReused;
        this.deadline = owner.loop().deadline(this::expired);
    }

    // UpstreamCall: what the exchange asks for.

    @Override
    public void send() {
        Forwarding current = requireForwarding();
        if (current.head().isWebSocketUpgrade()) {
            writeHead(false); // what follows is the tunnel's
            isRequestEnded = true;
            if (forwarding != null) {
                deadline.set(responseNanos());
            }
            return;
        }
        if (current.head().hasBody()) {
            writeHead(false);
        } else {
            isHeadPending = true; // it ends the stream, unless trailers follow
        }
        deadline.set(progressNanos());
    }

    private void writeHead(boolean isLast) {
        isHeadPending = false;
        Forwarding current = requireForwarding();
        Http2Headers fields = RequestFields.of(current.head(), current.route(), owner);
        stream = link.open(this, fields, isLast);
        if (stream == null) {
            fail(ProxyError.STREAM_REFUSED);
        }
    }

    @Override
    public void body(ByteBuf data) {
        Http2Stream to = stream;
        if (to == null || forwarding == null || !data.isReadable()) {
            data.release();
            return;
        }
        waiting++;
        link.write(to, data, false).addListener(this::written);
    }

    private void written(Future<?> write) {
        waiting--;
        moves++;
    }

    @Override
    public void end(@Nullable FieldTable trailers) {
        boolean isBare = trailers == null || trailers.count() == 0;
        if (forwarding == null) {
            return;
        }
        isRequestEnded = true;
        if (isHeadPending) {
            writeHead(isBare);
        }
        Http2Stream to = stream;
        if (to == null) {
            return;
        }
        if (trailers != null && !isBare) {
            Http2Headers fields = Fields.section(trailers.count());
            Fields.write(trailers, fields);
            link.writeTrailers(to, fields);
        } else if (requireForwarding().head().hasBody()) {
            link.write(to, Unpooled.EMPTY_BUFFER, true);
        }
        if (!isHeadReceived) {
            deadline.set(responseNanos());
        }
    }

    @Override
    public void flush() {
        link.flushSoon();
    }

    @Override
    public boolean isWritable() {
        Http2Stream to = stream;
        return to != null && link.isWritable(to);
    }

    @Override
    public void demand(boolean wanted) {
        isPaused = !wanted;
        Http2Stream from = stream;
        if (wanted && unconsumed > 0 && from != null) {
            int taken = unconsumed;
            unconsumed = 0;
            link.consume(from, taken);
        }
    }

    @Override
    public void cancel() {
        if (forwarding != null) {
            leave();
            reset(Http2Error.CANCEL);
            link.left(this);
        }
    }

    @Override
    public Mouth upgrade() {
        LinkTunnel opened = link.openTunnel(requireNonNull(stream));
        tunnel = opened;
        leave();
        return new Mouth(opened.channel(), null);
    }

    @Override
    public String endpoint() {
        return owner.endpoint();
    }

    @Override
    public boolean isReused() {
        return isReused;
    }

    // What came on the stream.

    /** A head or the trailers. */
    void received(Http2Headers fields, boolean isLast) {
        LinkTunnel through = tunnel;
        if (through != null) {
            through.misused();
            return;
        }
        hasAnswered = true;
        if (isHeadReceived) {
            trailers(fields, isLast);
            return;
        }
        Forwarding current = requireForwarding();
        ResponseHead head = owner.takeHead();
        Fields.read(fields, head.begin(), owner.responseLimits());
        if (head.end(current.head().method(), isLast) == RequestHead.MALFORMED) {
            owner.returnHead(head);
            malformed();
            return;
        }
        boolean isFinal = !head.isInterim();
        if (isFinal) {
            isHeadReceived = true;
            takesBody = head.hasBody();
            deadline.set(progressNanos());
        }
        if (!(current.head().isWebSocketUpgrade() && head.becomeSwitch())) {
            link.turn().delivered(current);
        }
        current.onResponseHead(head);
        owner.returnHead(head);
        LinkTunnel opened = tunnel;
        if (opened != null && isLast) {
            opened.inputEnded();
        } else if (isFinal && isLast && forwarding != null) {
            complete(null);
        }
    }

    private void trailers(Http2Headers fields, boolean isLast) {
        FieldTable table = new FieldTable();
        FieldSection section = FieldSection.responseTrailers(table);
        Fields.read(fields, section, owner.responseLimits());
        if (!isLast || section.malformed() != null) {
            malformed();
        } else {
            complete(table);
        }
    }

    /** A piece of the body, which stays the caller's; the bytes that the window gets back. */
    int received(ByteBuf data, int padding, boolean isLast) {
        LinkTunnel through = tunnel;
        if (through != null) {
            return through.received(data, padding, isLast);
        }
        Forwarding current = requireForwarding();
        int length = data.readableBytes();
        int charged = length + padding;
        if (!isHeadReceived || (length > 0 && !takesBody)) {
            malformed();
            return charged;
        }
        deadline.set(progressNanos());
        link.turn().delivered(current);
        if (length > 0) {
            current.onResponseBody(data.readRetainedSlice(length));
        }
        if (forwarding == null) {
            return charged;
        }
        if (isLast) {
            complete(null);
            return charged;
        }
        if (isPaused) {
            unconsumed += charged;
            return 0;
        }
        return charged;
    }

    /** The endpoint took some of the request's body. */
    void windowGrew() {
        moves++;
    }

    /** The request's body may flow again. */
    void writable() {
        Forwarding current = forwarding;
        LinkTunnel through = tunnel;
        if (current != null) {
            current.onWritable();
        } else if (through != null) {
            through.writable();
        }
    }

    /** The response is whole. */
    private void complete(@Nullable FieldTable trailers) {
        Forwarding done = requireForwarding();
        leave();
        if (!isRequestEnded) {
            // RFC 9113 8.1: the answer is complete, the rest of the request is of no use.
            reset(Http2Error.CANCEL);
        } else if (done.head().isWebSocketUpgrade()) {
            endStream(); // no tunnel came of it
        }
        owner.responded(done.responseStatus());
        link.left(this);
        link.turn().delivered(done);
        done.onResponseEnd(trailers);
    }

    private void endStream() {
        Http2Stream to = stream;
        if (to != null) {
            link.write(to, Unpooled.EMPTY_BUFFER, true);
            link.flushSoon();
        }
    }

    private void malformed() {
        Forwarding failed = forwarding;
        if (failed != null) {
            fail(ProxyError.RESPONSE_MALFORMED, Http2Error.PROTOCOL_ERROR);
        }
    }

    /** The stream has ended without being complete; why, as far as its connection can tell. */
    void broken(ProxyError unanswered) {
        fail(hasAnswered ? ProxyError.RESPONSE_TRUNCATED : unanswered);
    }

    /** Fails the exchange; the stream is gone already. */
    void fail(ProxyError error) {
        Forwarding failed = forwarding;
        LinkTunnel through = tunnel;
        if (through != null) {
            through.gone();
        }
        if (failed == null) {
            return;
        }
        leave();
        link.left(this);
        // A connection in use that was closed meanwhile is nobody's fault.
        if (!(isReused && error == ProxyError.UPSTREAM_CLOSED)) {
            owner.failed(error);
        }
        link.turn().delivered(failed);
        failed.onFailed(error);
    }

    /** Fails the exchange and ends its stream. */
    private void fail(ProxyError error, Http2Error code) {
        reset(code);
        fail(error);
    }

    private void expired() {
        if (forwarding == null) {
            return;
        }
        boolean isMoving = waiting > 0 && moves > 0;
        boolean isStuck = waiting > 0 && moves == 0;
        moves = 0;
        if (isMoving || isPaused) {
            // Slow, but moving; or it is the client who does not read, and its own deadline runs.
            deadline.set(progressNanos());
        } else if (isHeadReceived) {
            fail(ProxyError.RESPONSE_STALLED, Http2Error.CANCEL);
        } else if (isRequestEnded || isStuck || requireForwarding().isOpenEnded()) {
            // What may be silent for so long and is, both have given up.
            fail(ProxyError.RESPONSE_TIMEOUT, Http2Error.CANCEL);
        } else {
            // The client is in the middle of its body, and has a deadline for it.
            deadline.set(progressNanos());
        }
    }

    private long progressNanos() {
        return requireForwarding().progressNanos();
    }

    private long responseNanos() {
        return requireForwarding().responseNanos();
    }

    /** Lets go of the exchange. */
    private void leave() {
        forwarding = null;
        deadline.release();
    }

    private void reset(Http2Error code) {
        Http2Stream to = stream;
        if (to != null) {
            link.reset(to, code);
        }
    }

    private Forwarding requireForwarding() {
        return requireNonNull(forwarding);
    }
}
