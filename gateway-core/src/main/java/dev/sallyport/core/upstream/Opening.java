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
        Wire wire = wire(settings, endpoint);
        if (wire != Wire.HTTP_1) {
            boolean isTunnel = forwarding.head().isWebSocketUpgrade();
            Http2Link shared = isTunnel ? pool.findTunnelRoom() : pool.findRoom();
            if (isTunnel && shared != null && !shared.offer().isKnown()) {
                return Settling.start(loop, settings, endpoint, shared, forwarding);
            }
            if (isTunnel && shared == null && pool.refusesTunnels()) {
                return fallBack(loop, settings, endpoint, forwarding);
            }
            if (shared != null) {
                shared.begin(forwarding);
                return Upstream.Attempt.SETTLED;
            }
        }
        return open(loop, settings, endpoint, wire, forwarding);
    }

    /** Few HTTP/2 servers take WebSockets; where the handshake of TLS can ask for HTTP/1.1, do. */
    private static Upstream.Attempt fallBack(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Forwarding forwarding) {
        if (endpoint.isTls()) {
            return open(loop, settings, endpoint, Wire.HTTP_1, forwarding);
        }
        forwarding.onFailed(ProxyError.WEBSOCKET_NOT_OFFERED);
        return Upstream.Attempt.SETTLED;
    }

    /** When none that is shared already will do. */
    private static Upstream.Attempt open(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Wire wire,
            Forwarding forwarding) {
        LoopPool pool = endpoint.pool(loop.loop().index());
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

    private static Wire wire(UpstreamSettings settings, Endpoint endpoint) {
        if (settings.proxyHeader() != null) {
            // The header speaks for one client, and HTTP/2 would carry many on its connection.
            return Wire.HTTP_1;
        }
        return switch (settings.protocol()) {
            case HTTP_1_1 -> Wire.HTTP_1;
            case H2, H2C -> Wire.HTTP_2;
            case AUTO -> endpoint.isTls() ? Wire.NEGOTIATED : Wire.HTTP_1;
        };
    }
}
