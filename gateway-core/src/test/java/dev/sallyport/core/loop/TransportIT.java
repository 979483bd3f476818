package dev.sallyport.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportIT {
    private final BlockingQueue<Thread> served = new ArrayBlockingQueue<>(1000);

    @Test
    void everyTransportWorksHereAndAutoTakesIoUring() {
        assertThat(TransportChoice.auto().transport()).isEqualTo(Transport.IO_URING);
        for (Transport transport : Transport.values()) {
            assertThat(TransportProbe.problem(transport)).isNull();
            assertThat(TransportChoice.of(transport).transport()).isEqualTo(transport);
        }
        assertThat(IoUring.isRegisterBufferRingSupported()).isTrue();
    }

    @Test
    void refusesToStartWithoutLoops() {
        assertThatThrownBy(() -> Loops.start(TransportChoice.of(Transport.NIO), 0))
                .hasMessage("loops: 0 (expected: 1 or more)");
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreSpreadOverTheLoops(Transport transport) throws Exception {
        try (Loops loops = Loops.start(TransportChoice.of(transport), 3)) {
            InetSocketAddress address = listen(loops);
            Set<String> threads = new HashSet<>();
            for (int i = 0; i < 60; i++) {
                try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                    socket.getOutputStream().write(7);
                    assertThat(socket.getInputStream().read()).isEqualTo(7);
                }
                Thread thread = served.poll(5, TimeUnit.SECONDS);
                assertThat(thread).isNotNull();
                threads.add(thread.getName());
            }
            assertThat(threads).containsExactlyInAnyOrder("loop-0", "loop-1", "loop-2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientChannelsRunOnTheirLoopAndCarryBigAnswers(Transport transport) throws Exception {
        try (Loops loops = Loops.start(TransportChoice.of(transport), 2)) {
            InetSocketAddress address = listen(loops);
            for (Loop loop : loops.all()) {
                Counting counting = new Counting();
                Channel channel =
                        loops.client(loop, address).handler(counting).connect().sync().channel();
                assertThat(loops.of(channel.eventLoop())).isSameAs(loop);
                channel.writeAndFlush(channel.alloc().buffer().writeZero(3_000_000)).sync();
                assertThat(counting.await(3_000_000)).isEqualTo(3_000_000);
                channel.close().sync();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void unixSocketsServeAndConnect(Transport transport, @TempDir Path folder) throws Exception {
        Path path = folder.resolve("s.sock");
        try (Loops loops = Loops.start(TransportChoice.of(transport), 2)) {
            SocketAddress address = loops.unixAddress(path);
            assertThat(loops.isBoundPerLoop(address)).isFalse();
            assertThat(loops.servers(address)).hasSize(1);
            loops.servers(address).getFirst().childHandler(new Echo()).bind().sync();

            try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                socket.connect(UnixDomainSocketAddress.of(path));
                socket.write(ByteBuffer.wrap(new byte[] {5}));
                ByteBuffer answer = ByteBuffer.allocate(1);
                assertThat(socket.read(answer)).isEqualTo(1);
            }
            Counting counting = new Counting();
            Channel channel =
                    loops.client(loops.all().get(1), address)
                            .handler(counting)
                            .connect()
                            .sync()
                            .channel();
            channel.writeAndFlush(channel.alloc().buffer().writeZero(300_000)).sync();
            assertThat(counting.await(300_000)).isEqualTo(300_000);
        }
    }

    @Test
    void deadlinesExpireOnARealLoop() throws Exception {
        try (Loops loops = Loops.start(TransportChoice.auto(), 1)) {
            Loop loop = loops.all().getFirst();
            BlockingQueue<Long> late = new ArrayBlockingQueue<>(1);
            loop.eventLoop()
                    .execute(() -> {
                        long due = loop.nanoTime() + 150_000_000;
                        loop.deadline(() -> late.add(loop.nanoTime() - due)).setAt(due);
                    });

            assertThat(late.poll(10, TimeUnit.SECONDS)).isNotNull().isNotNegative();
        }
    }

    @Test
    void watchdogSeesABlockedLoop() throws Exception {
        try (Loops loops = Loops.start(TransportChoice.of(Transport.NIO), 2);
                Watchdog watchdog = Watchdog.start(loops)) {
            Loop blocked = loops.all().getFirst();
            var release = new java.util.concurrent.CountDownLatch(1);
            blocked.eventLoop().submit(() -> release.await(20, TimeUnit.SECONDS));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (watchdog.blocked(blocked) == 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            release.countDown();

            assertThat(watchdog.blocked(blocked)).isEqualTo(1);
        }
    }

    /** Binds as a listener does; the port the first one got is everybody's. */
    private InetSocketAddress listen(Loops loops) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (ServerBootstrap server : loops.servers(address)) {
            server.childHandler(
                    new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            served.add(Thread.currentThread());
                            channel.pipeline().addLast(new Echo());
                        }
                    });
            address = (InetSocketAddress) server.bind(address).sync().channel().localAddress();
        }
        return address;
    }

    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }
}
