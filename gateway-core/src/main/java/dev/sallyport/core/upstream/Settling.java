package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.upstream.h2.Http2Link;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that waits until the endpoint of a new connection has said whether it takes it there
 * (RFC 8441 3): no longer than a connection may take to be made.
 */
final class Settling implements Upstream.Attempt {
    private final LoopUpstreams loop;
    private final UpstreamSettings settings;
    private final Endpoint endpoint;
    private final Http2Link link;
    private final Deadline deadline;
    private @Nullable Forwarding forwarding;
    private Upstream.Attempt next = SETTLED;

    private Settling(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Http2Link link,
            Forwarding forwarding) {
        this.loop = loop;
        this.settings = settings;
        this.endpoint = endpoint;
        this.link = link;
        this.forwarding = forwarding;
        this.deadline = loop.loop().deadline(this::expired);
    }

    static Upstream.Attempt start(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Http2Link link,
            Forwarding forwarding) {
        Settling settling = new Settling(loop, settings, endpoint, link, forwarding);
        settling.deadline.set(settings.connectNanos());
        link.offer().whenKnown(settling::settled);
        return settling;
    }

    private void settled() {
        if (!link.offer().isKnown()) {
            fail(link.failure());
            return;
        }
        Forwarding waiting = leave();
        if (waiting != null) {
            next = Opening.open(loop, settings, endpoint, waiting);
        }
    }

    private void expired() {
        fail(ProxyError.CONNECT_TIMEOUT);
    }

    private void fail(ProxyError error) {
        Forwarding waiting = leave();
        if (waiting != null) {
            Failures.report(loop, settings, endpoint, error);
            waiting.onFailed(error);
        }
    }

    private @Nullable Forwarding leave() {
        Forwarding waiting = forwarding;
        forwarding = null;
        deadline.release();
        return waiting;
    }

    @Override
    public void cancel() {
        var _ = leave();
        next.cancel();
    }
}
