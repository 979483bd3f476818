package dev.sallyport.core.relay.udp;

import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.observe.metrics.RelayMetrics;
import dev.sallyport.core.observe.metrics.RelayMetrics.Drop;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.relay.LoopRelays;
import dev.sallyport.core.relay.UdpRoute;
import dev.sallyport.core.upstream.HttpUpstream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a UDP listener: leads each datagram to the session of its sender, and begins one
 * where there is none. The kernel gives all datagrams of one sender to the same socket.
 */
public final class UdpServer extends ChannelInboundHandlerAdapter {
    private final LoopRelays relays;
    private final String listener;
    private final int listenerMetric;
    private final Map<InetSocketAddress, UdpSession> sessions = new HashMap<>();
    private final List<UdpSession> written = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;

    public UdpServer(LoopRelays relays, String listener, int listenerMetric) {
        this.relays = relays;
        this.listener = listener;
        this.listenerMetric = listenerMetric;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        try {
            receive(ctx, datagram);
        } finally {
            datagram.release();
        }
    }

    private void receive(ChannelHandlerContext ctx, DatagramPacket datagram) {
        InetSocketAddress sender = datagram.sender();
        UdpSession session = sessions.get(sender);
        if (session == null) {
            UdpRoute route = relays.table().findUdp(listener);
            // What nobody is to have is not counted: there is no route to count it for.
            session = route == null ? null : begin(ctx, route, sender, datagram.content());
            if (session == null) {
                return;
            }
        }
        if (session.up(datagram.content())) {
            written.add(session);
        }
    }

    private @Nullable UdpSession begin(
            ChannelHandlerContext ctx, UdpRoute route, InetSocketAddress sender, ByteBuf first) {
        RelayMetrics metrics = relays.metrics().relays();
        if (first.readableBytes() > route.maxDatagram()) {
            metrics.dropped(route.metric(), Drop.TOO_LARGE);
            return null;
        }
        InetSocketAddress local = (InetSocketAddress) ctx.channel().localAddress();
        Peer peer = Peer.plain(sender, local, listener, listenerMetric);
        HttpUpstream upstream = route.upstream();
        if (upstream == null) {
            metrics.dropped(route.metric(), Drop.NO_ENDPOINT);
            return null;
        }
        long client = peer.address().key();
        OpenCount.Entry entry =
                route.open().enter(client, route.maxSessions(), route.maxSessionsPerClient());
        if (entry != OpenCount.Entry.ADMITTED) {
            boolean isAll = entry == OpenCount.Entry.FULL;
            metrics.dropped(route.metric(), isAll ? Drop.SESSIONS : Drop.CLIENT_SESSIONS);
            return null;
        }
        if (route.filters().refuse(peer.address()) != null) {
            route.open().leave(client);
            metrics.dropped(route.metric(), Drop.FILTER);
            return null;
        }
        UdpSession session = UdpSession.open(relays, route, upstream, this, peer, sender);
        if (session == null) {
            route.open().leave(client);
            metrics.dropped(route.metric(), Drop.NO_ENDPOINT);
        } else {
            sessions.put(sender, session);
        }
        return session;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (int i = 0; i < written.size(); i++) {
            written.get(i).flush();
        }
        written.clear();
    }

    /** Sends a datagram to a client; takes ownership. False when the socket takes no more now. */
    boolean down(ByteBuf content, InetSocketAddress client) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive() || !ctx.channel().isWritable()) {
            content.release();
            return false;
        }
        ctx.write(new DatagramPacket(content, client));
        return true;
    }

    void flush() {
        if (context != null) {
            context.flush();
        }
    }

    void ended(InetSocketAddress client) {
        sessions.remove(client);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (UdpSession session : List.copyOf(sessions.values())) {
            session.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // An earlier reply could not be delivered, and the kernel says so with the next datagram.
        if (!(cause instanceof IOException)) {
            relays.bug(cause);
        }
    }
}
