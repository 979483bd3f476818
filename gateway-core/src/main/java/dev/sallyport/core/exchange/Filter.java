package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A step on a route. One instance serves all loops at once, so what it keeps must be safe to share;
 * a step never blocks.
 */
public interface Filter {
    /** Judges a request before it is forwarded. */
    default Verdict onRequest(Exchange exchange) {
        return Verdict.CONTINUE;
    }

    /**
     * Edits the response's head; called in the reverse order of {@link #onRequest}, also for
     * answers of the edge itself.
     */
    default void onResponse(Exchange exchange, ResponseHead head) {}

    /**
     * Turns the bodies of one exchange into another form on their way, piece by piece; nothing is
     * held back for longer than what makes no sense alone. Belongs to the exchange's loop.
     */
    interface Translation {
        /** Leaves everything as it is. */
        Translation NONE = new Translation() {};

        /**
         * A piece of the request's body as the endpoint is to see it, perhaps empty; null when it
         * is not what it should be. Takes ownership, and gives it.
         */
        default @Nullable ByteBuf request(ByteBuf data) {
            return data;
        }

        /** Whether the request's body may end here. */
        default boolean mayRequestEnd() {
            return true;
        }

        /** A piece of the response's body as the client is to see it; likewise. */
        default ByteBuf response(ByteBuf data) {
            return data;
        }

        /**
         * What follows the response's body in place of {@code trailers}; null when they go on as
         * they are.
         */
        default @Nullable ByteBuf end(@Nullable FieldTable trailers) {
            return null;
        }
    }
}
