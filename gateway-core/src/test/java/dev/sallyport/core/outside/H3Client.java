package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that speaks HTTP/3 with Netty's own codec, or bytes of its own on QUIC streams. */
final class H3Client implements AutoCloseable {
    private static final int PATIENCE = 10;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel socket;
    private final QuicChannel connection;
    private final AtomicReference<QuicConnectionCloseEvent> closing = new AtomicReference<>();

    /** What came back on one stream. */
    record Answer(
            List<String> interims,
            int status,
            List<String> fields,
            byte[] body,
            List<String> trailers) {
        String text() {
            return new String(body, ISO_8859_1);
        }

        @Nullable String field(String name) {
            return fields.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** A stream that was cut off. */
    static final class Reset extends RuntimeException {
        private static final long serialVersionUID = 1;
        final long code;

        Reset(long code, @Nullable Throwable cause) {
            super("reset 0x" + Long.toHexString(code), cause);
            this.code = code;
        }
    }

    private H3Client(
            int port,
            String name,
            boolean speaksHttp3,
            Consumer<QuicSslContextBuilder> more,
            String... groups)
            throws Exception {
        QuicSslContextBuilder builder =
                QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols("h3")
                        .endpointIdentificationAlgorithm("");
        if (groups.length > 0) {
            builder.option(BoringSSLContextOption.GROUPS, groups);
        }
        more.accept(builder);
        QuicSslContext tls = builder.build();
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        socket =
                new Bootstrap()
                        .group(loop)
                        .channel(NioDatagramChannel.class)
                        .handler(
                                Http3.newQuicClientCodecBuilder()
                                        .sslEngineProvider(
                                                of -> tls.newEngine(of.alloc(), name, port))
                                        .maxIdleTimeout(30, TimeUnit.SECONDS)
                                        .initialMaxData(10_000_000)
                                        .initialMaxStreamDataBidirectionalLocal(1_000_000)
                                        .build())
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
        connection =
                QuicChannel.newBootstrap(socket)
                        .handler(
                                new ChannelInboundHandlerAdapter() {
                                    @Override
                                    public void handlerAdded(ChannelHandlerContext ctx) {
                                        if (speaksHttp3) {
                                            ctx.pipeline()
                                                    .addLast(new Http3ClientConnectionHandler());
                                        }
                                    }

                                    @Override
                                    public void userEventTriggered(
                                            ChannelHandlerContext ctx, Object event) {
                                        if (event instanceof QuicConnectionCloseEvent close) {
                                            closing.set(close);
                                        }
                                        ctx.fireUserEventTriggered(event);
                                    }
                                })
                        .streamHandler(new ChannelInboundHandlerAdapter())
                        .remoteAddress(server)
                        .connect()
                        .get(PATIENCE, TimeUnit.SECONDS);
    }

    static H3Client connect(int port) {
        return connect(port, "a.example");
    }

    static H3Client connect(int port, String name, String... groups) {
        try {
            return new H3Client(port, name, true, _ -> {}, groups);
        } catch (Exception e) {
            throw new IllegalStateException("no connection for " + name, e);
        }
    }

    /** With a certificate of its own. */
    static H3Client connectAs(int port, Path certificate, Path key) {
        try {
            return new H3Client(
                    port,
                    "a.example",
                    true,
                    tls -> tls.keyManager(key.toFile(), null, certificate.toFile()));
        } catch (Exception e) {
            throw new IllegalStateException("no connection with " + certificate, e);
        }
    }

    /** A connection on which nothing was said: every stream carries what a test writes. */
    static H3Client raw(int port) {
        try {
            return new H3Client(port, "a.example", false, _ -> {});
        } catch (Exception e) {
            throw new IllegalStateException("no connection", e);
        }
    }

    QuicChannel connection() {
        return connection;
    }

    Answer get(String path) {
        return ask(request("GET", path));
    }

    Answer ask(Http3Headers head, byte[]... body) {
        return await(send(head, body));
    }

    static Answer await(CompletableFuture<Answer> answer) {
        try {
            return answer.get(PATIENCE, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Http3Headers request(String method, String path) {
        return new DefaultHttp3Headers(false)
                .method(method)
                .scheme("https")
                .authority("a.example")
                .path(path);
    }

    /** Sends a request with a body in so many frames; without any, the head ends the stream. */
    CompletableFuture<Answer> send(Http3Headers head, byte[]... body) {
        var collector = new Collector();
        QuicStreamChannel stream = open(collector);
        var first = new DefaultHttp3HeadersFrame(head);
        if (body.length == 0) {
            stream.writeAndFlush(first).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        } else {
            stream.writeAndFlush(first);
            for (int i = 0; i < body.length; i++) {
                var written =
                        stream.writeAndFlush(
                                new DefaultHttp3DataFrame(Unpooled.copiedBuffer(body[i])));
                if (i == body.length - 1) {
                    written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
                }
            }
        }
        return collector.answer;
    }

    /** A request stream whose frames a test writes one by one. */
    QuicStreamChannel open(Collector collector) {
        try {
            return Http3.newRequestStream(connection, collector).get(PATIENCE, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the edge allows one more request; false when it closed the connection. */
    boolean awaitStream() {
        Await.until(
                "a stream or an end",
                () ->
                        !connection.isActive()
                                || connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0,
                () -> "neither");
        return connection.isActive();
    }

    /** Bytes on a stream of their own; {@code fin} ends it. */
    RawStream write(QuicStreamType type, byte[] bytes, boolean fin) {
        try {
            var raw = new RawStream();
            QuicStreamChannel stream =
                    connection.createStream(type, raw).get(PATIENCE, TimeUnit.SECONDS);
            raw.stream = stream;
            var written = stream.writeAndFlush(Unpooled.copiedBuffer(bytes));
            if (fin) {
                written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
            }
            return raw;
        } catch (Exception e) {
            if (!connection.isActive()) {
                return new RawStream(); // closed meanwhile
            }
            throw new IllegalStateException(e);
        }
    }

    /** The code the edge closed the connection with, once it has. */
    int awaitClose() {
        Await.until("a close", () -> closing.get() != null, () -> "open");
        return closing.get().error();
    }

    boolean isOpen() {
        return connection.isActive();
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly();
        socket.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** What comes back on a stream of bytes. */
    static final class RawStream extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private volatile long reset = -1;
        private volatile int size;
        private volatile boolean isEnded;
        volatile @Nullable QuicStreamChannel stream;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            read.writeBytes(ByteBufUtil.getBytes((ByteBuf) message));
            size = read.size();
            ((ByteBuf) message).release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            isEnded = true;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof QuicStreamResetException stopped) {
                reset = stopped.applicationProtocolCode();
            }
        }

        /** Cuts the stream off, both ways. */
        void stop(int code) {
            QuicStreamChannel opened = stream;
            if (opened != null) {
                opened.shutdown(code).awaitUninterruptibly();
            }
        }

        long awaitReset() {
            Await.until("a reset", () -> reset >= 0, () -> size + " bytes, ended: " + isEnded);
            return reset;
        }

        void awaitBytes(int least) {
            Await.until(least + " bytes", () -> size >= least, () -> size);
        }
    }

    /** Puts an answer together. */
    static final class Collector extends Http3RequestStreamInboundHandler {
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final List<String> interims = new ArrayList<>();
        final List<String> fields = new ArrayList<>();
        private final List<String> trailers = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private volatile int status;

        int status() {
            return status;
        }

        /** What has come of the body so far. */
        String soFar() {
            return body.toString(ISO_8859_1);
        }

        int interimCount() {
            return interims.size();
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
            CharSequence shown = frame.headers().status();
            if (shown == null) {
                frame.headers()
                        .forEach(field -> trailers.add(field.getKey() + ": " + field.getValue()));
                return;
            }
            int number = Integer.parseInt(shown.toString());
            if (number < 200) {
                interims.add(shown.toString());
                return;
            }
            frame.headers().forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
            status = number;
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
            body.writeBytes(ByteBufUtil.getBytes(frame.content()));
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext ctx) {
            answer.complete(new Answer(interims, status, fields, body.toByteArray(), trailers));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            long code =
                    cause instanceof QuicStreamResetException stopped
                            ? stopped.applicationProtocolCode()
                            : -1;
            answer.completeExceptionally(new Reset(code, cause));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new Reset(-2, null));
        }
    }
}
