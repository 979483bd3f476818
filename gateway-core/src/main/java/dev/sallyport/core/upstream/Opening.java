package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import dev.sallyport.core.upstream.h1.Http1Call;
import dev.sallyport.core.upstream.h2.Http2Link;

/**
 * Gets an exchange a connection to one endpoint: one that idles, one that others use too, one that
 * is being made, or else a new one.
 */
final class Opening {
    /** What is spoken on a connection. */
    enum Wire {
        HTTP_1,
        HTTP_2,
        /** Whichever of the two the endpoint chooses in its handshake (RFC 7301). */
        NEGOTIATED
    }

    private Opening() {}

    /** Answers {@code forwarding}, perhaps before it returns. */
    static Upstream.Attempt open(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Forwarding forwarding) {
        LoopPool pool = endpoint.pool(loop.loop().index());
        Wire wire = wire(settings, endpoint, forwarding);
        if (wire == Wire.HTTP_2 && forwarding.head().isWebSocketUpgrade()) {
            forwarding.onFailed(ProxyError.WEBSOCKET_NOT_OFFERED);
            return Upstream.Attempt.SETTLED;
        }
        if (wire != Wire.HTTP_1) {
            Http2Link shared = pool.findRoom();
            if (shared != null) {
                shared.begin(forwarding);
                return Upstream.Attempt.SETTLED;
            }
        }
        if (wire != Wire.HTTP_2 && !forwarding.needsFreshConnection()) {
            Http1Call idle = pool.take();
            if (idle != null) {
                idle.begin(forwarding);
                return Upstream.Attempt.SETTLED;
            }
        }
        if (wire != Wire.HTTP_1) {
            Connecting making = pool.findMaking();
            if (making != null) {
                return making.join(forwarding);
            }
        }
        if (!endpoint.tryConnect(settings.maxConnections())) {
            forwarding.onFailed(ProxyError.ENDPOINT_FULL);
            return Upstream.Attempt.SETTLED;
        }
        return Connecting.start(loop, settings, endpoint, wire, forwarding);
    }

    private static Wire wire(UpstreamSettings settings, Endpoint endpoint, Forwarding forwarding) {
        if (settings.proxyHeader() != null) {
            // The header speaks for one client, and HTTP/2 would carry many on its connection.
            return Wire.HTTP_1;
        }
        // Few HTTP/2 servers take WebSockets (RFC 8441); where the handshake can ask for HTTP/1.1,
        // it does.
        boolean isUpgrade = forwarding.head().isWebSocketUpgrade();
        return switch (settings.protocol()) {
            case HTTP_1_1 -> Wire.HTTP_1;
            case H2C -> Wire.HTTP_2;
            case H2 -> isUpgrade ? Wire.HTTP_1 : Wire.HTTP_2;
            case AUTO -> endpoint.isTls() && !isUpgrade ? Wire.NEGOTIATED : Wire.HTTP_1;
        };
    }
}
