package dev.sallyport.core.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A client on Netty: whatever handler, one connection at a time. */
final class NettyClient implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** Connects and waits for the handshake; throws its failure. The channel stays open. */
    SslHandler connect(int port, Function<Channel, SslHandler> handler) {
        // Not looked up afterwards: a handshake that failed has left the pipeline by then.
        var made = new CompletableFuture<SslHandler>();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                var tls = handler.apply(channel);
                                channel.pipeline().addLast(tls);
                                made.complete(tls);
                            }
                        })
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly();
        var tls = made.join();
        tls.handshakeFuture().syncUninterruptibly();
        return tls;
    }

    /** Sends a request and waits for the answer. */
    static void exchange(SslHandler tls) throws InterruptedException {
        var answered = new CountDownLatch(1);
        var channel = Objects.requireNonNull(tls.handshakeFuture().getNow());
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                ReferenceCountUtil.release(message);
                                answered.countDown();
                            }
                        });
        channel.writeAndFlush(
                Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));
        if (!answered.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("no answer within 10 s");
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
