package dev.sallyport.core.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
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
        ChannelFactory<Channel> unixClient,
        ChannelFactory<DatagramChannel> datagram) {

    static Engine of(Transport transport) {
        return switch (transport) {
            case IO_URING ->
                    new Engine(
                            IoUringIoHandler.newFactory(),
                            IoUringServerSocketChannel::new,
                            IoUringSocketChannel::new,
                            IoUringServerDomainSocketChannel::new,
                            IoUringDomainSocketChannel::new,
                            IoUringDatagramChannel::new);
            case EPOLL ->
                    new Engine(
                            EpollKeeping.newFactory(),
                            EpollServerSocketChannel::new,
                            EpollSocketChannel::new,
                            EpollServerDomainSocketChannel::new,
                            EpollDomainSocketChannel::new,
                            EpollDatagramChannel::new);
            case NIO ->
                    new Engine(
                            NioIoHandler.newFactory(),
                            NioServerSocketChannel::new,
                            NioSocketChannel::new,
                            NioServerDomainSocketChannel::new,
                            NioDomainSocketChannel::new,
                            NioDatagramChannel::new);
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
}
