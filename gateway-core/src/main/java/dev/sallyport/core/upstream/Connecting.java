package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.proxyheader.ProxyHeaderWriter;
import dev.sallyport.core.upstream.h1.Http1Call;
import dev.sallyport.core.upstream.h2.Http2Link;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection still being made: TCP, then TLS where the endpoint speaks it, within one deadline.
 * One exchange waits for it, or several where they may share it; each is answered once. It is given
 * up when nobody waits any more.
 */
final class Connecting {
    private final LoopUpstreams loop;
    private final UpstreamSettings settings;
    private final Endpoint endpoint;
    private final Opening.Wire wire;
    private final LoopPool pool;
    private final Deadline deadline;
    private final List<Waiter> waiters = new ArrayList<>();
    private final Life life;
    private @Nullable Channel channel;
    private boolean isOver;

    private Connecting(
            LoopUpstreams loop, UpstreamSettings settings, Endpoint endpoint, Opening.Wire wire) {
        this.loop = loop;
        this.settings = settings;
        this.endpoint = endpoint;
        this.wire = wire;
        this.pool = endpoint.pool(loop.loop().index());
        this.deadline = loop.loop().deadline(this::expired);
        this.life = new Life(endpoint, loop, settings.metric());
    }

    /**
     * The caller has taken a place by {@link Endpoint#tryConnect}; it is given back when the
     * channel closes.
     */
    static Upstream.Attempt start(
            LoopUpstreams loop,
            UpstreamSettings settings,
            Endpoint endpoint,
            Opening.Wire wire,
            Forwarding forwarding) {
        Connecting connecting = new Connecting(loop, settings, endpoint, wire);
        connecting.pool.dials();
        Upstream.Attempt first = connecting.join(forwarding);
        connecting.deadline.set(settings.connectNanos());
        ChannelFuture connect = loop.client(endpoint.address()).handler(new Quiet()).connect();
        if (connect.isDone() && !connect.isSuccess()) {
            // No channel came to be. Its future would answer on another thread, and it never
            // closes.
            endpoint.disconnected();
            connecting.fail(loop.noSocket(endpoint, connect.cause()));
            return Upstream.Attempt.SETTLED;
        }
        connecting.channel = connect.channel();
        if (wire != Opening.Wire.HTTP_1) {
            connecting.pool.making(connecting);
        }
        connect.channel().closeFuture().addListener(connecting.life);
        connect.addListener(connecting::connected);
        return first;
    }

    /** Lets another exchange wait. */
    Upstream.Attempt join(Forwarding forwarding) {
        Waiter waiter = new Waiter(forwarding);
        waiters.add(waiter);
        return waiter;
    }

    /** Whether one more could be carried, as far as that is known before it is ready. */
    boolean hasRoom() {
        return waiters.size() < Http2Link.MOST_STREAMS;
    }

    private void connected(Future<? super Void> connect) {
        Channel made = channel;
        if (isOver || made == null) {
            return;
        }
        if (!connect.isSuccess()) {
            fail(loop.whyNot(endpoint, connect.cause()));
            return;
        }
        ProxyHeaderWriter header = settings.proxyHeader();
        if (header != null) {
            made.writeAndFlush(header.write(onlyWaiter().proxied(), made.alloc()));
        }
        Endpoint.Tls tls = settings.tls();
        if (!endpoint.isTls() || tls == null) {
            ready(made, wire == Opening.Wire.HTTP_2);
            return;
        }
        SslHandler handler;
        try {
            handler =
                    tls.newHandler(
                            made.alloc(),
                            endpoint.host(),
                            endpoint.port(),
                            wire == Opening.Wire.HTTP_1);
        } catch (RuntimeException e) {
            // A name that TLS cannot ask for, or an upstream that ended long ago.
            loop.bug(e);
            fail(ProxyError.TLS_FAILED);
            return;
        }
        // The deadline of the attempt covers the handshake.
        handler.setHandshakeTimeoutMillis(0);
        made.pipeline().addFirst(handler);
        handler.handshakeFuture().addListener(handshake -> secured(made, handler, handshake));
    }

    /** The exchange that the connection is for; one that is spoken for is never shared. */
    private Forwarding onlyWaiter() {
        Forwarding waiting = waiters.getFirst().forwarding;
        if (waiting == null || waiters.size() > 1) {
            throw new IllegalStateException("not one exchange waits (expected: it does)");
        }
        return waiting;
    }

    private void secured(Channel made, SslHandler handler, Future<? super Channel> handshake) {
        if (isOver) {
            return;
        }
        boolean isHttp2 = ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
        if (!handshake.isSuccess()) {
            fail(ProxyError.TLS_FAILED);
        } else if (!isHttp2 && wire == Opening.Wire.HTTP_2) {
            fail(ProxyError.WRONG_PROTOCOL);
        } else {
            ready(made, isHttp2);
        }
    }

    private void ready(Channel made, boolean isHttp2) {
        List<Waiter> waiting = end();
        life.begin();
        if (wire == Opening.Wire.NEGOTIATED) {
            pool.learned(isHttp2);
        }
        if (isHttp2) {
            share(made, waiting);
        } else {
            Http1Call call = new Http1Call(new Home(loop, settings, endpoint, pool));
            made.pipeline().replace(Quiet.class, null, call);
            call.begin(waiting.removeFirst().take());
            waiting.forEach(this::openAnew);
        }
    }

    private void share(Channel made, List<Waiter> waiting) {
        Http2Link link = Http2Link.create(new Home(loop, settings, endpoint, pool));
        pool.add(link);
        made.pipeline().replace(Quiet.class, null, link);
        for (Waiter each : waiting) {
            if (each.isGone()) {
                continue;
            }
            if (link.hasRoom() && !each.isWebSocket()) {
                link.begin(each.take());
            } else {
                openAnew(each);
            }
        }
    }

    private void openAnew(Waiter waiter) {
        if (!waiter.isGone()) {
            waiter.goOn(Opening.open(loop, settings, endpoint, waiter.take()));
        }
    }

    private void expired() {
        fail(ProxyError.CONNECT_TIMEOUT);
    }

    private void fail(ProxyError error) {
        List<Waiter> waiting = end();
        close();
        Failures.report(loop, settings, endpoint, error);
        for (Waiter each : waiting) {
            if (!each.isGone()) {
                each.take().onFailed(error);
            }
        }
    }

    /** Nobody may join any more; those that waited. */
    private List<Waiter> end() {
        isOver = true;
        deadline.release();
        pool.dialed(this);
        List<Waiter> waiting = new ArrayList<>(waiters);
        waiters.clear();
        return waiting;
    }

    private void close() {
        if (channel != null) {
            channel.close();
        }
    }

    /** One exchange that waits; afterwards the way to whatever it waits for next. */
    private final class Waiter implements Upstream.Attempt {
        private @Nullable Forwarding forwarding;
        private Upstream.Attempt next = SETTLED;

        Waiter(Forwarding forwarding) {
            this.forwarding = forwarding;
        }

        boolean isGone() {
            return forwarding == null;
        }

        /** One has to wait for what the endpoint says first on a shared connection. */
        boolean isWebSocket() {
            return forwarding != null && forwarding.head().isWebSocketUpgrade();
        }

        Forwarding take() {
            Forwarding taken = forwarding;
            forwarding = null;
            if (taken == null) {
                throw new IllegalStateException("nobody waits (expected: asked before)");
            }
            return taken;
        }

        void goOn(Upstream.Attempt attempt) {
            next = attempt;
        }

        @Override
        public void cancel() {
            forwarding = null;
            next.cancel();
            if (waiters.remove(this) && waiters.isEmpty()) {
                end();
                close();
            }
        }
    }

    /** A connection's count, from here to its close; all that it keeps of how it was made. */
    private static final class Life implements ChannelFutureListener {
        private final Endpoint endpoint;
        private final LoopUpstreams loop;
        private final int metric;
        private boolean isReady;

        Life(Endpoint endpoint, LoopUpstreams loop, int metric) {
            this.endpoint = endpoint;
            this.loop = loop;
            this.metric = metric;
        }

        void begin() {
            isReady = true;
            loop.metrics().upstreamConnected(metric);
        }

        @Override
        public void operationComplete(ChannelFuture close) {
            endpoint.disconnected();
            if (isReady) {
                loop.metrics().upstreamDisconnected(metric);
            }
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
