package dev.sallyport.core.upstream.dial;

import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.HeldBytes;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.proxyheader.Proxied;
import dev.sallyport.core.proxyheader.ProxyHeaderWriter;
import dev.sallyport.core.tunnel.Mouth;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.Failures;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.LoopPool;
import dev.sallyport.core.upstream.LoopUpstreams;
import dev.sallyport.core.upstream.UpstreamSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection for a tunnel: to one endpoint, and when that cannot be had, to others, as
 * nothing was sent yet. Answers its caller once, perhaps before it returns. Touched by its loop
 * alone.
 */
public final class Dial implements Upstream.Attempt {
    private final HttpUpstream upstream;
    private final UpstreamSettings settings;
    private final LoopUpstreams loop;
    private final Caller caller;
    private final Deadline deadline;
    private int triesLeft;
    private int attempts;
    private final List<Endpoint> asked = new ArrayList<>(1);
    private @Nullable Endpoint endpoint;
    private @Nullable Channel channel;
    private @Nullable ProxyError firstFailure;
    private boolean isSettled;

    /** Who wants the connection. */
    public interface Caller {
        /** What an endpoint that asks for a PROXY header is told. */
        Proxied proxied();

        /** The connection is there; nobody reads from it yet. */
        void onDialed(Mouth upstream);

        /** No endpoint could be reached. */
        void onDialFailed(ProxyError error);
    }

    private Dial(HttpUpstream upstream, LoopUpstreams loop, Caller caller, int retries) {
        this.upstream = upstream;
        this.settings = upstream.settings();
        this.loop = loop;
        this.caller = caller;
        this.triesLeft = retries + 1;
        this.deadline = loop.loop().deadline(() -> fail(ProxyError.CONNECT_TIMEOUT));
    }

    /** A dial on the loop of this index that has not begun: {@link #begin} does. */
    public static Dial of(HttpUpstream upstream, int loop, Caller caller, int retries) {
        return new Dial(upstream, upstream.loop(loop), caller, retries);
    }

    /** Begins, at an endpoint or with an answer. */
    public void begin() {
        Endpoint[] candidates = upstream.candidates();
        int place = triesLeft > 0 ? upstream.pick(candidates, askedAmong(candidates), loop) : -1;
        if (place < 0) {
            settle();
            // What counts is why the first one failed, not that none is left.
            caller.onDialFailed(firstFailure == null ? ProxyError.NO_ENDPOINT : firstFailure);
            return;
        }
        triesLeft--;
        if (attempts++ > 0) {
            loop.metrics().upstreamRetried(settings.metric());
        }
        Endpoint next = candidates[place];
        asked.add(next);
        endpoint = next;
        if (!next.tryConnect(settings.maxConnections())) {
            next(ProxyError.ENDPOINT_FULL);
            return;
        }
        deadline.set(settings.connectNanos());
        connect(next);
    }

    /** Their places in a list that may have changed since, one bit for each (modulo 64). */
    private long askedAmong(Endpoint[] candidates) {
        long places = 0;
        for (int i = 0; i < candidates.length; i++) {
            if (asked.contains(candidates[i])) {
                places |= 1L << i;
            }
        }
        return places;
    }

    /** The endpoint asked last; null before any was. */
    public @Nullable String endpoint() {
        return endpoint == null ? null : endpoint.text();
    }

    public int attempts() {
        return attempts;
    }

    @Override
    public void cancel() {
        settle();
        drop();
    }

    private void connect(Endpoint to) {
        ChannelFuture connect = loop.client(to.address()).handler(new Waiting()).connect();
        if (connect.isDone() && !connect.isSuccess()) {
            // No channel came to be: it never closes.
            to.disconnected();
            fail(loop.noSocket(to, connect.cause()));
            return;
        }
        Channel made = connect.channel();
        channel = made;
        made.closeFuture().addListener(closed -> to.disconnected());
        connect.addListener(done -> connected(done, made, to));
    }

    private boolean isCurrent(Channel made) {
        return !isSettled && made.equals(channel);
    }

    private void connected(Future<? super Void> connect, Channel made, Endpoint to) {
        if (!isCurrent(made)) {
            return;
        }
        if (!connect.isSuccess()) {
            fail(loop.whyNot(to, connect.cause()));
            return;
        }
        ProxyHeaderWriter header = settings.proxyHeader();
        if (header != null) {
            made.writeAndFlush(header.write(caller.proxied(), made.alloc()));
        }
        Endpoint.Tls tls = settings.tls();
        if (!to.isTls() || tls == null) {
            ready(made, to);
            return;
        }
        SslHandler handler;
        try {
            handler = tls.newTunnelHandler(made.alloc(), to.host(), to.port());
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
                    if (isCurrent(made)) {
                        if (handshake.isSuccess()) {
                            ready(made, to);
                        } else {
                            fail(ProxyError.TLS_FAILED);
                        }
                    }
                });
    }

    private void ready(Channel made, Endpoint to) {
        settle();
        count(made, to.pool(loop.loop().index()), loop.metrics(), settings.metric());
        Waiting waiting = made.pipeline().get(Waiting.class);
        waiting.isTaken = true;
        made.pipeline().remove(waiting);
        caller.onDialed(new Mouth(made, waiting.held.give()));
    }

    /** Holds nothing of the dial: connections live long. */
    private static void count(Channel made, LoopPool pool, LoopMetrics metrics, int upstream) {
        pool.began();
        metrics.upstreamConnected(upstream);
        made.closeFuture()
                .addListener(closed -> {
                    pool.ended();
                    metrics.upstreamDisconnected(upstream);
                });
    }

    private void fail(ProxyError error) {
        Endpoint at = endpoint;
        drop();
        if (at != null) {
            Failures.report(loop, settings, at, error);
        }
        next(error);
    }

    private void next(ProxyError error) {
        channel = null;
        if (firstFailure == null) {
            firstFailure = error;
        }
        begin();
    }

    private void settle() {
        isSettled = true;
        deadline.release();
    }

    private void drop() {
        Channel last = channel;
        channel = null;
        if (last != null) {
            last.close();
        }
    }

    /** Holds what the endpoint says before anybody reads, as it may once its handshake is done. */
    private static final class Waiting extends ChannelInboundHandlerAdapter {
        private final HeldBytes held = new HeldBytes();
        private boolean isTaken;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            held.add((ByteBuf) message);
            ctx.channel().config().setAutoRead(false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            if (!isTaken) {
                held.release();
            }
        }
    }
}
