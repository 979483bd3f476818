package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.proxyheader.ProxyHeaderWriter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * An attempt whose connection is still being made: TCP, then TLS where the endpoint speaks it,
 * within one deadline. Answers the exchange once.
 */
final class Connecting implements Upstream.Attempt {
    private final LoopUpstreams loop;
    private final UpstreamSettings settings;
    private final Endpoint endpoint;
    private final Deadline deadline;
    private @Nullable Forwarding forwarding;
    private @Nullable Channel channel;
    private boolean isReady;

    private Connecting(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Forwarding forwarding) {
        this.loop = loop;
        this.settings = settings;
        this.endpoint = endpoint;
        this.forwarding = forwarding;
        this.deadline = loop.loop().deadline(this::expired);
    }

    /**
     * The caller has taken a place by {@link Endpoint#tryConnect}; it is given back when the
     * channel closes.
     */
    static Upstream.Attempt start(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Forwarding forwarding) {
        Connecting connecting = new Connecting(loop, settings, endpoint, forwarding);
        connecting.deadline.set(settings.connectNanos());
        ChannelFuture connect = loop.client(endpoint.address()).handler(new Quiet()).connect();
        if (connect.isDone() && !connect.isSuccess()) {
            // No channel came to be, as when the process is out of files. Its future would answer
            // on another thread, and it never closes.
            endpoint.disconnected();
            connecting.fail(ProxyError.CONNECT_REFUSED);
            return Upstream.Attempt.SETTLED;
        }
        connecting.channel = connect.channel();
        connect.channel().closeFuture().addListener(connecting::closed);
        connect.addListener(connecting::connected);
        return connecting;
    }

    @Override
    public void cancel() {
        forwarding = null;
        deadline.release();
        if (channel != null) {
            channel.close();
        }
    }

    private void connected(Future<? super Void> connect) {
        Channel made = channel;
        if (forwarding == null || made == null) {
            return;
        }
        if (!connect.isSuccess()) {
            fail(ProxyError.CONNECT_REFUSED);
            return;
        }
        ProxyHeaderWriter header = settings.proxyHeader();
        if (header != null) {
            made.writeAndFlush(header.write(forwarding.proxied(), made.alloc()));
        }
        EndpointTls tls = settings.tls();
        if (!endpoint.isTls() || tls == null) {
            ready(made);
            return;
        }
        SslHandler handler;
        try {
            handler = tls.newHandler(made.alloc(), endpoint.host(), endpoint.port());
        } catch (RuntimeException e) {
            // A name that TLS cannot ask for, or an upstream that ended long ago.
            loop.bug(e);
            fail(ProxyError.TLS_FAILED);
            return;
        }
        // The deadline of the attempt covers the handshake.
        handler.setHandshakeTimeoutMillis(0);
        made.pipeline().addFirst(handler);
        handler.handshakeFuture()
                .addListener(handshake -> {
                    if (forwarding == null) {
                        return;
                    }
                    if (handshake.isSuccess()) {
                        ready(made);
                    } else {
                        fail(ProxyError.TLS_FAILED);
                    }
                });
    }

    private void closed(Future<? super Void> close) {
        endpoint.disconnected();
        if (isReady) {
            loop.metrics().upstreamDisconnected(settings.metric());
        }
    }

    private void ready(Channel made) {
        Forwarding waiting = forwarding;
        forwarding = null;
        deadline.release();
        isReady = true;
        loop.metrics().upstreamConnected(settings.metric());
        Http1Call call = new Http1Call(loop, settings, endpoint);
        made.pipeline().replace(Quiet.class, null, call);
        if (waiting != null) {
            call.begin(waiting);
        }
    }

    private void expired() {
        fail(ProxyError.CONNECT_TIMEOUT);
    }

    private void fail(ProxyError error) {
        Forwarding waiting = forwarding;
        cancel();
        Failures.report(loop, settings, endpoint, error);
        if (waiting != null) {
            waiting.onFailed(error);
        }
    }

    /** Holds the place of the call; a handshake that fails is told by its future alone. */
    private static final class Quiet extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
