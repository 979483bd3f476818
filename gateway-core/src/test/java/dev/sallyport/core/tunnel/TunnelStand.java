package dev.sallyport.core.tunnel;

import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.loop.Transport;
import dev.sallyport.core.loop.TransportChoice;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One loop on a real transport whose listener tunnels each connection to a plain JDK server socket.
 */
final class TunnelStand implements AutoCloseable {
    static final Duration IDLE = Duration.ofMinutes(5);

    final AtomicLong now = new AtomicLong();
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<Tunnel> tunnels = new LinkedBlockingQueue<>();
    final AtomicLong events = new AtomicLong();
    final Loops loops;
    final Loop loop;
    private final ServerSocket server;
    private @Nullable Tunnel tunnel;
    private final InetSocketAddress edge;

    TunnelStand(Transport transport, @Nullable SslContext tls) throws Exception {
        loops = Loops.start(TransportChoice.of(transport), 1, now::get, Clock.systemUTC());
        loop = loops.all().getFirst();
        server = new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
        edge =
                (InetSocketAddress)
                        loops.servers(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .getFirst()
                                .childOption(ChannelOption.AUTO_READ, tls != null)
                                .childHandler(accepted(tls))
                                .bind()
                                .sync()
                                .channel()
                                .localAddress();
    }

    Socket connect() throws IOException {
        return new Socket(edge.getAddress(), edge.getPort());
    }

    InetSocketAddress edge() {
        return edge;
    }

    /**
     * The server's end of the next tunnel, once it is open: bytes sent before have nobody to take
     * them.
     */
    Socket accept() throws IOException, InterruptedException {
        Socket socket = server.accept();
        tunnel = tunnels.take();
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** The tunnel accepted last. */
    Tunnel tunnel() {
        return Objects.requireNonNull(tunnel);
    }

    @Nullable String awaitEnd() throws InterruptedException {
        return ends.poll(10, TimeUnit.SECONDS);
    }

    /** Moves the time of the loop's deadlines. */
    void pass(Duration time) throws InterruptedException {
        now.addAndGet(time.toNanos());
        loop.eventLoop().submit(loop.wheel()::turn).sync();
    }

    @Override
    public void close() throws IOException {
        server.close();
        loops.close();
    }

    private ChannelInitializer<Channel> accepted(@Nullable SslContext tls) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (tls == null) {
                    tunnel(channel);
                } else {
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Greeting());
                }
            }
        };
    }

    private void tunnel(Channel downstream) {
        downstream.pipeline().addLast(new Events());
        loops.client(loop, server.getLocalSocketAddress())
                .option(ChannelOption.AUTO_READ, false)
                .handler(new Events())
                .connect()
                .addListener((ChannelFuture connected) ->
                        tunnels.add(
                                Tunnel.open(
                                        loop,
                                        new Mouth(downstream, null),
                                        new Mouth(connected.channel(), null),
                                        IDLE.toNanos(),
                                        (up, down, ending) ->
                                                ends.add(up + " " + down + " " + ending.word()))));
    }

    /** Counts what the transport says, so that a spin shows. */
    private final class Events extends ChannelInboundHandlerAdapter {
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            events.incrementAndGet();
            context.fireChannelReadComplete();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            events.incrementAndGet();
            context.fireUserEventTriggered(event);
        }
    }

    private final class Greeting extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                context.channel().config().setAutoRead(false);
                context.pipeline().remove(this);
                tunnel(context.channel());
            }
        }
    }
}
