package dev.sallyport.core.loop;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/** The Netty classes of one transport: its loop, its channels. The only place that names them. */
record Engine(
        IoHandlerFactory handlers,
        ChannelFactory<ServerChannel> server,
        ChannelFactory<Channel> client,
        ChannelFactory<ServerChannel> unixServer,
        ChannelFactory<Channel> unixClient) {

    /** The group id of the one buffer ring each io_uring loop has. */
    static final short RING = 1;

    private static final short RING_BUFFERS = 256;
    private static final int RING_BUFFER_BYTES = 16 * 1024;

    static Engine of(Transport transport) {
        return switch (transport) {
            case IO_URING ->
                    new Engine(
                            IoUringIoHandler.newFactory(ringConfig()),
                            IoUringServerSocketChannel::new,
                            IoUringSocketChannel::new,
                            IoUringServerDomainSocketChannel::new,
                            IoUringDomainSocketChannel::new);
            case EPOLL ->
                    new Engine(
                            EpollKeeping.newFactory(),
                            EpollServerSocketChannel::new,
                            EpollSocketChannel::new,
                            EpollServerDomainSocketChannel::new,
                            EpollDomainSocketChannel::new);
            case NIO ->
                    new Engine(
                            NioIoHandler.newFactory(),
                            NioServerSocketChannel::new,
                            NioSocketChannel::new,
                            NioServerDomainSocketChannel::new,
                            NioDomainSocketChannel::new);
        };
    }

    /** Why the transport's library or kernel interface is not there, or null when it is. */
    static @Nullable Throwable unavailable(Transport transport) {
        return switch (transport) {
            case IO_URING -> IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
            case EPOLL -> Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
            case NIO -> null;
        };
    }

    static boolean hasBufferRing(Transport transport) {
        return transport == Transport.IO_URING && IoUring.isRegisterBufferRingSupported();
    }

    private static IoUringIoHandlerConfig ringConfig() {
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig();
        if (IoUring.isRegisterBufferRingSupported()) {
            config.setBufferRingConfig(
                    IoUringBufferRingConfig.builder()
                            .bufferGroupId(RING)
                            .bufferRingSize(RING_BUFFERS)
                            .batchSize(RING_BUFFERS / 4)
                            .allocator(
                                    new IoUringFixedBufferRingAllocator(
                                            ByteBufAllocator.DEFAULT, RING_BUFFER_BYTES))
                            .build());
        }
        return config;
    }
}
