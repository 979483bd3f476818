package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one exchange, whatever its wire. All calls are made on the wire's event
 * loop.
 *
 * <p>The wire feeds the exchange by {@link Exchange#onRequestBody}, {@link Exchange#onRequestEnd},
 * {@link Exchange#onDownstreamWritable} and {@link Exchange#onDownstreamClosed}; it gives a request
 * body only while it is demanded.
 */
public interface Downstream {
    /**
     * Grants or withdraws permission to read the request's body; the first grant answers {@code
     * 100-continue}. A grant is always followed by {@link Exchange#onDownstreamReadComplete}.
     */
    void demand(boolean wanted);

    /** Writes an interim (1xx) head at once. */
    void interim(ResponseHead head);

    /** Begins the response. The head is read before this returns and may be reused after. */
    void respond(ResponseHead head);

    /** Writes a piece of the body; takes ownership of {@code data}. */
    void body(ByteBuf data);

    /** Ends the response; {@code trailers} may be null. The exchange is over for this wire. */
    void end(@Nullable FieldTable trailers);

    /**
     * Ends a response that cannot be completed, so that the client sees the truncation (RFC 9112
     * 8).
     */
    void abort(ProxyError why);

    /** Pushes out what was written since the last flush. */
    void flush();

    /** Whether more may be written now without piling up memory. */
    boolean isWritable();

    /**
     * Writes the 101 head and hands over the connection's channel for a tunnel, with any bytes the
     * client has already sent ({@code null} when none; owned by the caller). Only for wires that
     * can.
     */
    Mouth upgrade(ResponseHead head);

    /** What is left of a wire that gave its connection to a tunnel. */
    enum Gone implements Downstream {
        GONE;

        @Override
        public void demand(boolean wanted) {}

        @Override
        public void interim(ResponseHead head) {}

        @Override
        public void respond(ResponseHead head) {}

        @Override
        public void body(ByteBuf data) {
            data.release();
        }

        @Override
        public void end(@Nullable FieldTable trailers) {}

        @Override
        public void abort(ProxyError why) {}

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return false;
        }

        @Override
        public Mouth upgrade(ResponseHead head) {
            throw new IllegalStateException("a second tunnel (expected: one)");
        }
    }
}
