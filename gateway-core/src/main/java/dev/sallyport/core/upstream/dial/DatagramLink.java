package dev.sallyport.core.upstream.dial;

import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.Failures;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.LoopPool;
import dev.sallyport.core.upstream.LoopUpstreams;
import dev.sallyport.core.upstream.UpstreamSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * A socket of one loop that exchanges datagrams with one endpoint and nobody else. Touched by its
 * loop alone.
 */
public final class DatagramLink {
    private final UpstreamSettings settings;
    private final LoopUpstreams loop;
    private final Endpoint endpoint;
    private final ChannelFuture connect;

    private DatagramLink(
            UpstreamSettings settings,
            LoopUpstreams loop,
            Endpoint endpoint,
            ChannelFuture connect) {
        this.settings = settings;
        this.loop = loop;
        this.endpoint = endpoint;
        this.connect = connect;
    }

    /**
     * A link to an endpoint; null when none is healthy or has room.
     *
     * @param handler gets what the endpoint sends
     * @param longest datagram it may send
     */
    public static @Nullable DatagramLink open(
            HttpUpstream upstream, int loopIndex, ChannelHandler handler, int longest) {
        LoopUpstreams loop = upstream.loop(loopIndex);
        UpstreamSettings settings = upstream.settings();
        Endpoint[] candidates = upstream.candidates();
        int place = upstream.pick(candidates, 0, loop);
        if (place < 0 || !candidates[place].tryConnect(settings.maxConnections())) {
            ProxyError why = place < 0 ? ProxyError.NO_ENDPOINT : ProxyError.ENDPOINT_FULL;
            if (place >= 0) {
                Failures.report(loop, settings, candidates[place], why);
            }
            return null;
        }
        Endpoint endpoint = candidates[place];
        ChannelFuture connect =
                loop.datagramClient(endpoint.address(), longest)
                        .option(ChannelOption.AUTO_READ, true)
                        .handler(handler)
                        .connect();
        if (connect.isDone() && !connect.isSuccess()) {
            endpoint.disconnected();
            Failures.report(loop, settings, endpoint, loop.noSocket(endpoint, connect.cause()));
            return null;
        }
        DatagramLink link = new DatagramLink(settings, loop, endpoint, connect);
        link.begin();
        return link;
    }

    private void begin() {
        LoopPool pool = endpoint.pool(loop.loop().index());
        pool.began();
        loop.metrics().upstreamConnected(settings.metric());
        connect.channel()
                .closeFuture()
                .addListener(closed -> {
                    pool.ended();
                    endpoint.disconnected();
                    loop.metrics().upstreamDisconnected(settings.metric());
                });
    }

    /** Done when datagrams may be written. */
    public ChannelFuture connect() {
        return connect;
    }

    public Channel channel() {
        return connect.channel();
    }

    /** The endpoint's address as shown in logs. */
    public String endpoint() {
        return endpoint.text();
    }

    /** Nobody listens there, as its machine said, or nothing could be sent from here; which. */
    public ProxyError refused(Throwable cause) {
        ProxyError why = loop.whyNot(endpoint, cause);
        Failures.report(loop, settings, endpoint, why);
        return why;
    }
}
