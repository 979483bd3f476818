package dev.sallyport.core.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real test of a transport: a loop, a loopback connection, one byte there and back. Asking the
 * library alone is not enough: a seccomp profile or a small memlock limit shows only when a ring is
 * made and used.
 */
final class TransportProbe {

    private static final long PATIENCE_SECONDS = 3;

    private TransportProbe() {}

    /** Why the transport does not work here, or null when it does. */
    static @Nullable String problem(Transport transport) {
        Throwable unavailable = Engine.unavailable(transport);
        if (unavailable != null) {
            return rootMessage(unavailable);
        }
        try {
            return echo(Engine.of(transport)) ? null : "no byte came back on a loopback connection";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted while probing";
        } catch (Exception e) {
            // Netty throws a failed connect or bind unchanged and undeclared.
            return rootMessage(e);
        }
    }

    private static boolean echo(Engine engine) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        var group = new MultiThreadIoEventLoopGroup(1, Loops.threads("probe-"), engine.handlers());
        try {
            Channel server =
                    new ServerBootstrap()
                            .group(group)
                            .channelFactory(engine.server())
                            .childHandler(new Echo())
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .sync()
                            .channel();
            Channel client =
                    new Bootstrap()
                            .group(group)
                            .channelFactory(engine.client())
                            .handler(new Answered(answered))
                            .connect(server.localAddress())
                            .sync()
                            .channel();
            client.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})).sync();
            return answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).await();
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    private static final class Answered extends ChannelInboundHandlerAdapter {
        private final CountDownLatch answered;

        Answered(CountDownLatch answered) {
            this.answered = answered;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).release();
            answered.countDown();
        }
    }
}
