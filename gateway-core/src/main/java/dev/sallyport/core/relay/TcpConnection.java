package dev.sallyport.core.relay;

import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.loop.HeldBytes;
import dev.sallyport.core.observe.metrics.RelayMetrics.End;
import dev.sallyport.core.proxyheader.Proxied;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.tunnel.Ending;
import dev.sallyport.core.tunnel.Mouth;
import dev.sallyport.core.tunnel.Tunnel;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.dial.Dial;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that belongs to a TCP route: filters and limits, an endpoint, then a {@link
 * Tunnel}, and one record at the end. Until the tunnel is there nothing more is read than what had
 * come already.
 *
 * <p>Begins when it comes into a pipeline: of a plain connection as soon as it is active, behind
 * TLS when the session stands, for a hello that is passed through when its bytes have come.
 */
public final class TcpConnection extends ChannelInboundHandlerAdapter implements Dial.Caller {
    private final LoopRelays relays;
    private final TcpRoute route;
    private final Peer peer;
    private final @Nullable Hello hello;
    private final long startNanos;

    private @Nullable ChannelHandlerContext context;
    private final HeldBytes held = new HeldBytes();
    private @Nullable Dial dial;
    private @Nullable String endpoint;
    private int attempts;
    private @Nullable Tunnel tunnel;
    private long connectNanos = -1;
    private boolean hasEntered;
    private boolean isBegun;
    private boolean isOver;

    /** What a hello asked for that the edge does not answer. */
    public record Hello(@Nullable String serverName, @Nullable String protocol) {}

    /**
     * A connection not yet begun.
     *
     * @param hello of a connection to be passed through, whose bytes come next; null otherwise
     */
    public TcpConnection(LoopRelays relays, TcpRoute route, Peer peer, @Nullable Hello hello) {
        this.relays = relays;
        this.route = route;
        this.peer = peer;
        this.hello = hello;
        this.startNanos = relays.loop().nanoTime();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setAutoRead(false);
        if (hello == null && ctx.channel().isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (hello == null) {
            begin();
        }
        ctx.fireChannelActive();
    }

    private void begin() {
        if (isBegun) {
            return;
        }
        isBegun = true;
        relays.metrics().relays().opened(route.metric());
        HttpUpstream upstream = route.upstream();
        String filter = route.filters().refuse(peer.address());
        if (upstream == null) {
            over(End.FAILED, 0, 0, "route-closed", null);
        } else if (filter != null) {
            over(End.REFUSED, 0, 0, filter, filter);
        } else if (enter()) {
            Dial begun = Dial.of(upstream, relays.loop().index(), this, route.retries());
            dial = begun;
            begun.begin();
        }
    }

    private boolean enter() {
        OpenCount.Entry entry =
                route.open()
                        .enter(
                                peer.address().key(),
                                route.maxConnections(),
                                route.maxConnectionsPerClient());
        hasEntered = entry == OpenCount.Entry.ADMITTED;
        if (!hasEntered) {
            boolean isAll = entry == OpenCount.Entry.FULL;
            String reason = isAll ? "max-connections" : "max-connections-per-client";
            over(End.REFUSED, 0, 0, reason, null);
        }
        return hasEntered;
    }

    // What the dial says.

    @Override
    public Proxied proxied() {
        Proxied told = peer.proxied(peer.address());
        return hello == null
                ? told
                : new Proxied(
                        told.source(),
                        told.destination(),
                        new Proxied.Tls(hello.serverName(), hello.protocol(), null));
    }

    @Override
    public void onDialed(Mouth upstream) {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        connectNanos = relays.loop().nanoTime() - startNanos;
        leaveDial();
        ByteBuf first = held.give();
        ctx.pipeline().remove(this);
        Tunnel opened =
                Tunnel.open(
                        relays.loop(),
                        new Mouth(ctx.channel(), first),
                        upstream,
                        route.idleNanos(),
                        this::tunnelEnded);
        if (!isOver) {
            tunnel = opened;
            relays.add(opened);
        }
    }

    @Override
    public void onDialFailed(ProxyError error) {
        over(End.FAILED, 0, 0, error.reason(), null);
    }

    /** Connections live long, and many of them idle: what made them is not kept. */
    private void leaveDial() {
        Dial done = dial;
        if (done != null) {
            dial = null;
            endpoint = done.endpoint();
            attempts = done.attempts();
        }
    }

    private void tunnelEnded(long up, long down, Ending ending) {
        Tunnel last = tunnel;
        if (last != null) {
            relays.remove(last);
        }
        End end =
                switch (ending) {
                    case FINISHED -> End.FINISHED;
                    case IDLE -> End.IDLE;
                    case RESET -> End.RESET;
                    case CLOSED -> End.CLOSED;
                };
        over(end, up, down, ending == Ending.FINISHED ? null : ending.word(), null);
    }

    /** Once; counts, records, closes. */
    private void over(
            End end, long up, long down, @Nullable String reason, @Nullable String verdict) {
        if (isOver) {
            return;
        }
        isOver = true;
        leaveDial();
        if (hasEntered) {
            route.open().leave(peer.address().key());
        }
        relays.metrics().relays().bytes(route.metric(), up, down);
        relays.metrics().relays().closed(route.metric(), end);
        relays.recorder().record(ended(up, down, reason, verdict));
        if (context != null) {
            context.channel().close();
        }
    }

    private RelayRecorder.Ended ended(
            long up, long down, @Nullable String reason, @Nullable String verdict) {
        Peer.Tls tls = peer.tls();
        HttpUpstream upstream = route.upstream();
        return new RelayRecorder.Ended(
                tls == null && hello == null ? "TCP" : "TLS",
                peer,
                hello != null ? hello.serverName() : tls == null ? null : tls.serverName(),
                hello != null ? hello.protocol() : tls == null ? null : tls.alpn(),
                route.name(),
                upstream == null ? null : upstream.name(),
                endpoint,
                attempts,
                up,
                down,
                relays.loop().nanoTime() - startNanos,
                connectNanos,
                reason,
                verdict);
    }

    // What the client does before the tunnel is there.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (isOver) {
            bytes.release();
            return;
        }
        held.add(bytes);
        begin();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What TLS finds wrong comes wrapped by the decoder it is.
        if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
            relays.bug(cause);
        }
        gone();
        ctx.close();
    }

    private void gone() {
        Dial pending = dial;
        if (pending != null && !isOver) {
            pending.cancel();
        }
        if (isBegun) {
            over(End.RESET, 0, 0, ProxyError.CLIENT_CLOSED.reason(), null);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.release();
    }
}
