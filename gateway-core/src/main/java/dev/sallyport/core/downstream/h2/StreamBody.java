package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.wire.h2.ReceiveWindow;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends on one stream after its head: held until it is demanded, at most as much as
 * the stream's window. Small pieces are gathered until the turn of the loop ends, so that frames of
 * a byte do not become chunks of a byte.
 */
final class StreamBody {
    /** What a client may send on a stream before any of it was consumed. */
    static final int WINDOW = 256 * 1024;

    private final Http2Connection connection;
    private final Http2Stream stream;
    private final ReceiveWindow window = new ReceiveWindow(WINDOW, WINDOW);
    private @Nullable ByteBuf held;
    private @Nullable FieldTable trailers;
    private long received;
    private boolean isDemanded;
    private boolean isEnded;
    private boolean isEndTold;

    StreamBody(Http2Connection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
    }

    /** A head came; without a body the exchange knows of its end already. */
    void begin(boolean hasBody) {
        isEndTold = !hasBody;
    }

    ReceiveWindow window() {
        return window;
    }

    /** Counts a piece; not null when the body is not as long as was said (RFC 9113 8.1.1). */
    @Nullable Malformed count(int bytes, boolean isLast, long declared) {
        received += bytes;
        boolean isWrong = received > declared || (isLast && received < declared);
        return declared >= 0 && isWrong ? Malformed.BODY_LENGTH_MISMATCH : null;
    }

    void demand(boolean wanted) {
        isDemanded = wanted;
    }

    /** Whether a piece may go on at once: it is demanded, and nothing waits before it. */
    boolean isPassing() {
        return isDemanded && held == null;
    }

    /** Whether the client is waited for. */
    boolean isStarved() {
        return isDemanded && !isEnded;
    }

    /** Passes on {@code data}, with ownership. */
    void pass(Exchange to, ByteBuf data) {
        credit(data.readableBytes());
        to.onRequestBody(data);
    }

    /** Copies a piece behind what waits. */
    void hold(ByteBuf in, int count) {
        if (count == 0) {
            return;
        }
        ByteBuf to = held;
        if (to == null) {
            to = connection.allocate(count);
            held = to;
        }
        to.ensureWritable(count);
        in.readBytes(to, count);
    }

    void trailers(FieldTable received) {
        trailers = received;
    }

    /** The client's side ended. */
    void ended() {
        isEnded = true;
    }

    boolean isEnded() {
        return isEnded;
    }

    /** Passes on what is held, if it is demanded, and then the end. */
    void deliver(Exchange to) {
        ByteBuf waiting = held;
        if (waiting != null && isDemanded) {
            held = null;
            pass(to, waiting);
        }
        if (isEnded && held == null && !isEndTold && !stream.isClosed()) {
            isEndTold = true;
            to.onRequestEnd(trailers);
        }
    }

    /** Gives up what is held, with ownership; the window opens for it. */
    @Nullable ByteBuf take() {
        ByteBuf taken = held;
        held = null;
        if (taken != null) {
            credit(taken.readableBytes());
        }
        return taken;
    }

    boolean isHolding() {
        return held != null;
    }

    /** {@code bytes} were thrown away. */
    void discarded(int bytes) {
        credit(bytes);
    }

    private void credit(int bytes) {
        connection.consumed(bytes);
        int given = window.consumed(bytes);
        if (given > 0 && !isEnded && !stream.isClosed()) {
            connection.writer().windowUpdate(stream.id(), given);
            connection.flush();
        }
    }

    /** Lets go of what is held. */
    void close() {
        ByteBuf lost = held;
        held = null;
        if (lost != null) {
            connection.consumed(lost.readableBytes());
            lost.release();
        }
    }
}
