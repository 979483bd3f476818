package dev.sallyport.core.exchange;

import dev.sallyport.core.http.ResponseHead;

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
}
