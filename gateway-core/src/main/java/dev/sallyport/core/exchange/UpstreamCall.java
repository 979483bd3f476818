package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one exchange: a connection that is ready to carry it. All calls are made on
 * the exchange's event loop; the call answers by {@link Exchange#onResponseHead} and its fellows.
 */
public interface UpstreamCall {
    /** Writes the exchange's rebuilt request head. */
    void send();

    /** Writes a piece of the request's body; takes ownership of {@code data}. */
    void body(ByteBuf data);

    /** Ends the request; {@code trailers} may be null. */
    void end(@Nullable FieldTable trailers);

    /** Pushes out what was written since the last flush. */
    void flush();

    /** Whether more of the body may be written now without piling up memory. */
    boolean isWritable();

    /** Grants or withdraws permission to read the response's body. */
    void demand(boolean wanted);

    /** Gives the call up: the endpoint's work on it is ended and the connection is not reused. */
    void cancel();

    /** Hands over the channel for a tunnel after a 101, with any bytes that followed it. */
    Mouth upgrade();

    /** The endpoint's address as shown in logs. */
    String endpoint();

    /** Whether the connection was reused, so that an early close may mean "never read". */
    boolean isReused();
}
