package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A TLS server on loopback that answers the first bytes of each session and keeps what became of
 * every handshake.
 */
final class FakeEdge implements HandshakeListener, AutoCloseable {
    static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    /** Either a session or the reason there is none. */
    record Outcome(
            @Nullable TlsSession session, @Nullable Failure failure, @Nullable Throwable cause) {}

    final MovedClock clock = new MovedClock();
    final SecureRandom random = new SecureRandom();
    final CertificateStore store = new CertificateStore(clock);
    final InternalCa ca;
    final ServerTls tls;
    final LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel server;

    FakeEdge(ServerTlsSettings settings, TlsEngine engine, String... names) throws Exception {
        this(true, settings, engine, names);
    }

    /** Where {@code autoRead} is false it asks for every byte itself, from the session on. */
    FakeEdge(boolean autoRead, ServerTlsSettings settings, TlsEngine engine, String... names)
            throws Exception {
        ca = InternalCa.create(clock, random);
        if (names.length > 0) {
            serve(names);
        }
        tls = ServerTls.create(settings, store, engine, clock, random);
        server =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.AUTO_READ, autoRead)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        clients.add(channel);
                                        channel.pipeline().addLast(tls.newHandler(FakeEdge.this));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
    }

    static ServerTlsSettings settings() {
        return new ServerTlsSettings(
                "secure",
                ServerTlsSettings.TlsVersion.TLS_1_2,
                true,
                List.of("http/1.1"),
                Duration.ofSeconds(10),
                null);
    }

    /** Publishes one certificate per name, in place of all before. */
    List<KeyMaterial> serve(String... names) throws Exception {
        var materials = new ArrayList<KeyMaterial>();
        for (var name : names) {
            materials.add(ca.issue(List.of(name)));
        }
        store.publish("test", materials);
        return materials;
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** The next handshake's session; fails when it had none. */
    TlsSession session() throws InterruptedException {
        var outcome = outcome();
        if (outcome.session() == null) {
            throw new AssertionError("no session: " + outcome.failure(), outcome.cause());
        }
        return outcome.session();
    }

    /** Why the next handshake failed; fails when it did not. */
    Failure failure() throws InterruptedException {
        var outcome = outcome();
        if (outcome.failure() == null) {
            throw new AssertionError("a session: " + outcome.session());
        }
        if (outcome.failure() == HandshakeListener.Failure.OTHER) {
            throw new AssertionError("a failure without a name of its own", outcome.cause());
        }
        return outcome.failure();
    }

    private Outcome outcome() throws InterruptedException {
        var outcome = outcomes.poll(10, TimeUnit.SECONDS);
        if (outcome == null) {
            throw new AssertionError("no handshake ended within 10 s");
        }
        return outcome;
    }

    @Override
    public void completed(Channel channel, TlsSession session) {
        outcomes.add(new Outcome(session, null, null));
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                ReferenceCountUtil.release(message);
                                ctx.writeAndFlush(
                                        Unpooled.copiedBuffer(ANSWER, StandardCharsets.US_ASCII));
                            }

                            @Override
                            public void exceptionCaught(
                                    ChannelHandlerContext ctx, Throwable cause) {
                                ctx.close(); // clients that leave without a word
                            }
                        });
        channel.read();
    }

    @Override
    public void failed(Channel channel, Failure reason, @Nullable Throwable cause) {
        outcomes.add(new Outcome(null, reason, cause));
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        // A loop that ends may leave a channel open on which nobody reads, and its engine with it.
        clients.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        tls.close();
    }
}
