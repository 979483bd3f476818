package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.observe.reason.UpstreamFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what went wrong with an endpoint, and lets it be ejected for it. */
public final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    public static void report(
            LoopUpstreams loop, UpstreamSettings settings, Endpoint endpoint, ProxyError error) {
        loop.metrics().upstreamFailed(settings.metric(), kind(error));
        // An endpoint that is about to end in good order says so by refusing.
        if (error.side() == ProxyError.Side.UPSTREAM
                && error != ProxyError.STREAM_REFUSED
                && endpoint.ejection().failed(loop.loop().nanoTime())) {
            loop.metrics().upstreamEjected(settings.metric());
            log.warn(
                    "endpoint ejected upstream={} endpoint={} reason={}",
                    settings.name(),
                    endpoint,
                    error.reason());
        }
    }

    private static UpstreamFailure kind(ProxyError error) {
        return switch (error) {
            case CONNECT_REFUSED -> UpstreamFailure.CONNECT_REFUSED;
            case NO_SOCKET -> UpstreamFailure.NO_SOCKET;
            case CONNECT_TIMEOUT -> UpstreamFailure.CONNECT_TIMEOUT;
            case TLS_FAILED -> UpstreamFailure.TLS;
            case RESPONSE_TIMEOUT -> UpstreamFailure.RESPONSE_TIMEOUT;
            case RESPONSE_STALLED -> UpstreamFailure.PROGRESS_TIMEOUT;
            case RESPONSE_MALFORMED, RESPONSE_UNASKED, HANDSHAKE_UNPROVEN, WRONG_PROTOCOL ->
                    UpstreamFailure.MALFORMED;
            case STREAM_REFUSED -> UpstreamFailure.REFUSED;
            case STREAM_RESET -> UpstreamFailure.RESET;
            case NO_ENDPOINT, ENDPOINT_FULL -> UpstreamFailure.UNAVAILABLE;
            default -> UpstreamFailure.CLOSED;
        };
    }
}
