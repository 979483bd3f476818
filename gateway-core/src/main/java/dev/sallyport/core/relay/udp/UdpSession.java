package dev.sallyport.core.relay.udp;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.observe.metrics.RelayMetrics;
import dev.sallyport.core.observe.metrics.RelayMetrics.Drop;
import dev.sallyport.core.observe.metrics.RelayMetrics.End;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.relay.LoopRelays;
import dev.sallyport.core.relay.RelayRecorder;
import dev.sallyport.core.relay.UdpRoute;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.dial.DatagramLink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams between one address and port of a client and one endpoint, until none comes for the
 * allowed time. Replies go to that client and nobody else; only those of that endpoint are taken.
 */
final class UdpSession extends ChannelInboundHandlerAdapter {
    /** What waits for the socket towards the endpoint, which takes one turn of the loop. */
    private static final int MOST_WAITING = 16;

    /** Who forges senders begins many sessions, and none of them is answered. */
    private static final long UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LoopRelays relays;
    private final UdpRoute route;
    private final UdpServer server;
    private final Peer peer;
    private final InetSocketAddress client;
    private final HttpUpstream upstream;
    private final Deadline idle;
    private final long startNanos;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable DatagramLink link;
    private boolean isReady;
    private boolean isOver;
    private long bytesUp;
    private long bytesDown;

    private UdpSession(
            LoopRelays relays,
            UdpRoute route,
            HttpUpstream upstream,
            UdpServer server,
            Peer peer,
            InetSocketAddress client) {
        this.relays = relays;
        this.route = route;
        this.upstream = upstream;
        this.server = server;
        this.peer = peer;
        this.client = client;
        this.startNanos = relays.loop().nanoTime();
        this.idle = relays.loop().deadline(() -> over(End.IDLE, null));
    }

    /** A session with an endpoint; null when none is to be had. The caller has taken its place. */
    static @Nullable UdpSession open(
            LoopRelays relays,
            UdpRoute route,
            HttpUpstream upstream,
            UdpServer server,
            Peer peer,
            InetSocketAddress client) {
        UdpSession session = new UdpSession(relays, route, upstream, server, peer, client);
        DatagramLink opened =
                DatagramLink.open(upstream, relays.loop().index(), session, route.maxDatagram());
        if (opened == null) {
            return null;
        }
        session.link = opened;
        session.progressed();
        relays.metrics().relays().opened(route.metric());
        opened.connect().addListener(session::connected);
        return session;
    }

    private void connected(Future<? super Void> connect) {
        if (!connect.isSuccess()) {
            refused(connect.cause());
            return;
        }
        isReady = true;
        while (!isOver && !waiting.isEmpty()) {
            write(waiting.poll());
        }
        flush();
    }

    /** Takes a datagram of the client, which stays its owner; false when nothing was written. */
    boolean up(ByteBuf content) {
        // Netty sends no empty datagrams.
        if (isOver || !content.isReadable()) {
            return false;
        }
        if (content.readableBytes() > route.maxDatagram()) {
            dropped(Drop.TOO_LARGE);
            return false;
        }
        progressed();
        if (isReady) {
            return write(content.retain());
        }
        if (waiting.size() >= MOST_WAITING) {
            dropped(Drop.CONGESTED);
        } else {
            waiting.add(content.retain());
        }
        return false;
    }

    private void progressed() {
        long nanos = route.idleNanos();
        idle.set(bytesDown > 0 ? nanos : Math.min(nanos, UNANSWERED_NANOS));
    }

    private boolean write(ByteBuf content) {
        Channel to = channel();
        if (!to.isWritable()) {
            content.release();
            dropped(Drop.CONGESTED);
            return false;
        }
        int size = content.readableBytes();
        bytesUp += size;
        relays.metrics().relays().datagramUp(route.metric(), size);
        to.write(content).addListener(this::written);
        return true;
    }

    private void written(Future<?> write) {
        if (!write.isSuccess() && write.cause() instanceof IOException cause) {
            refused(cause);
        }
    }

    void flush() {
        if (!isOver) {
            channel().flush();
        }
    }

    // What the endpoint sends.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        ByteBuf content = datagram.content();
        int size = content.readableBytes();
        if (isOver || size == 0) {
            datagram.release();
        } else if (size > route.maxDatagram()) {
            datagram.release();
            dropped(Drop.TOO_LARGE);
        } else if (server.down(content, client)) {
            bytesDown += size;
            progressed();
            relays.metrics().relays().datagramDown(route.metric(), size);
        } else {
            dropped(Drop.CONGESTED);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        server.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // ICMP: nobody listens there. The client's next datagram finds another endpoint.
            refused(cause);
        } else {
            relays.bug(cause);
            over(End.RESET, "bug");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        over(End.RESET, "closed");
    }

    private void refused(Throwable cause) {
        if (!isOver && link != null) {
            over(End.FAILED, link.refused(cause).reason());
        }
    }

    /** The listener is gone. */
    void close() {
        over(End.CLOSED, "closed");
    }

    private void over(End end, @Nullable String reason) {
        if (isOver) {
            return;
        }
        isOver = true;
        idle.release();
        server.ended(client);
        route.open().leave(peer.address().key());
        for (ByteBuf unsent = waiting.poll(); unsent != null; unsent = waiting.poll()) {
            unsent.release();
        }
        RelayMetrics metrics = relays.metrics().relays();
        metrics.closed(route.metric(), end);
        channel().close();
        relays.recorder()
                .record(
                        new RelayRecorder.Ended(
                                "UDP",
                                peer,
                                null,
                                null,
                                route.name(),
                                upstream.name(),
                                link == null ? null : link.endpoint(),
                                1,
                                bytesUp,
                                bytesDown,
                                relays.loop().nanoTime() - startNanos,
                                0,
                                reason,
                                null));
    }

    private void dropped(Drop why) {
        relays.metrics().relays().dropped(route.metric(), why);
    }

    private Channel channel() {
        DatagramLink opened = link;
        if (opened == null) {
            throw new IllegalStateException("link: null (expected: opened with the session)");
        }
        return opened.channel();
    }
}
