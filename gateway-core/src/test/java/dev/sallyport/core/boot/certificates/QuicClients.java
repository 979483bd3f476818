package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.core.support.Tool;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Clients by QUIC of an edge on loopback, of names that lead there. */
final class QuicClients {
    private QuicClients() {}

    /**
     * What the HTTP/3 client of ngtcp2 tells of one request, whichever way it ended. Its option for
     * another name in the hello has no effect, so that the name itself leads to loopback.
     */
    static String get(Path folder, int port, String name) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 " + name + "\n");
        Path output = Files.createTempFile(folder, "gtlsclient", ".txt");
        Process process =
                new ProcessBuilder(
                                Tool.require("unshare").toString(),
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
                                hosts.toString(),
                                Tool.require("gtlsclient").toString(),
                                "--exit-on-all-streams-close",
                                name,
                                Integer.toString(port),
                                "https://" + name + "/")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError(Files.readString(output, UTF_8));
            }
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, UTF_8);
    }

    /** The certificate shown to a name; null when the handshake is refused. */
    static @Nullable X509Certificate certificate(int port, String name) throws Exception {
        var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        var tls =
                QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols("h3")
                        .endpointIdentificationAlgorithm("")
                        .build();
        var loopback = InetAddress.getLoopbackAddress();
        try {
            var socket =
                    new Bootstrap()
                            .group(loop)
                            .channel(NioDatagramChannel.class)
                            .handler(
                                    new QuicClientCodecBuilder()
                                            .sslEngineProvider(
                                                    of -> tls.newEngine(of.alloc(), name, port))
                                            .maxIdleTimeout(20, TimeUnit.SECONDS)
                                            .build())
                            .bind(new InetSocketAddress(loopback, 0))
                            .sync()
                            .channel();
            var connection =
                    QuicChannel.newBootstrap(socket)
                            .handler(new ChannelInboundHandlerAdapter())
                            .streamHandler(new ChannelInboundHandlerAdapter())
                            .remoteAddress(new InetSocketAddress(loopback, port))
                            .connect()
                            .get(20, TimeUnit.SECONDS);
            var engine = Objects.requireNonNull(connection.sslEngine());
            return (X509Certificate) engine.getSession().getPeerCertificates()[0];
        } catch (ExecutionException e) {
            return null;
        } finally {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
