package dev.sallyport.core.exchange;

import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.rebuild.TrustedProxies;

/**
 * What holds for every exchange of one snapshot: limits, timeouts and whom to trust. Times are
 * nanoseconds, since loops compare them with {@link System#nanoTime}.
 *
 * @param requestLimits of request heads and trailers
 * @param headNanos from the first byte, or the accept, to the complete request head
 * @param keepAliveNanos idle between two requests
 * @param progressNanos without a byte moved in a body
 * @param requestsPerConnection after which a connection is closed in good order
 * @param streams of connections that carry many requests at once
 * @param traceSample how many of the traces begun here are kept, 0..1; {@link #NO_TRACES} for none
 * @param trustedProxies whose forwarding fields are believed
 */
public record Rules(
        HeadLimits requestLimits,
        long headNanos,
        long keepAliveNanos,
        long progressNanos,
        int requestsPerConnection,
        Streams streams,
        TrustedProxies trustedProxies,
        double traceSample) {
    /** The value of {@code traceSample} where tracing is not configured. */
    public static final double NO_TRACES = -1;

    /**
     * What one connection that carries many requests at once may ask for.
     *
     * @param most requests at a time
     * @param resets streams that come to nothing within ten seconds
     * @param controlFrames frames that no request earned within ten seconds
     * @param continuations frames of one header block beyond the first
     */
    public record Streams(int most, int resets, int controlFrames, int continuations) {}

    boolean isTracing() {
        return traceSample >= 0;
    }
}
