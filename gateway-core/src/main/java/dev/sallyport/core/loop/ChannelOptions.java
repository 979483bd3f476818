package dev.sallyport.core.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannelOption;

/** The options of every channel the edge opens or accepts. */
final class ChannelOptions {
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(128 * 1024, 256 * 1024);
    private static final int CONNECT_MILLIS = 5_000;

    /** Ethernet's 1500 bytes and some; longer datagrams are cut off, and so are not understood. */
    private static final int LONGEST_DATAGRAM = 2048;

    private static final int DATAGRAMS_AT_ONCE = 8;

    /** What the kernel may hold while a loop is busy; it gives less where it is so set. */
    private static final int DATAGRAM_BUFFER = 1 << 20;

    private ChannelOptions() {}

    static ServerBootstrap server(
            ServerBootstrap bootstrap, Transport transport, boolean perLoop, boolean unix) {
        bootstrap.option(ChannelOption.SO_BACKLOG, BACKLOG);
        if (!unix) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
            bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        if (perLoop) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        return bootstrap
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers());
    }

    static Bootstrap client(Bootstrap bootstrap, Transport transport, boolean unix) {
        bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
        if (!unix) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
            bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        }
        return bootstrap
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers());
    }

    static Bootstrap datagram(Bootstrap bootstrap, Transport transport, boolean perLoop) {
        if (perLoop) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        if (transport == Transport.EPOLL) {
            // Several datagrams a system call, each in its slice of one buffer.
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LONGEST_DATAGRAM);
        }
        return bootstrap
                .option(ChannelOption.SO_RCVBUF, DATAGRAM_BUFFER)
                .option(ChannelOption.SO_SNDBUF, DATAGRAM_BUFFER)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(
                                transport == Transport.EPOLL
                                        ? DATAGRAMS_AT_ONCE * LONGEST_DATAGRAM
                                        : LONGEST_DATAGRAM));
    }

    /** Room for datagrams of this size, several at once where the transport can. */
    static Bootstrap longest(Bootstrap bootstrap, Transport transport, int longest) {
        if (transport == Transport.EPOLL) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, longest);
        }
        DatagramRoom room = new DatagramRoom(bytes(transport, longest));
        return bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, room);
    }

    /** The same for a socket in use. */
    static void longest(Channel socket, Transport transport, int longest) {
        if (transport == Transport.EPOLL) {
            socket.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, longest);
        }
        if (socket.config().getRecvByteBufAllocator() instanceof DatagramRoom room) {
            room.bytes(bytes(transport, longest));
        }
    }

    private static int bytes(Transport transport, int longest) {
        return transport == Transport.EPOLL
                ? Math.clamp(65_536 / longest, 1, DATAGRAMS_AT_ONCE) * longest
                : longest;
    }

    private static AdaptiveRecvByteBufAllocator receiveBuffers() {
        return new AdaptiveRecvByteBufAllocator(1024, 4096, 65_536);
    }
}
