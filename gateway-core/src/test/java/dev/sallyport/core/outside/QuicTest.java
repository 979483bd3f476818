package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.InternalCa;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QUIC below HTTP/3: who may begin a connection, with which certificate, and from where. */
@ExtendWith(CleanLogs.class)
class QuicTest {
    private static final String ROUTES = "routes:\n  all: {respond: 200}\n";

    /** How long silence has to last to count as an end. */
    private static final int SILENCE_MILLIS = 700;

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void connectionSurvivesChangesOfAddress(Wire wire) throws Exception {
        try (var edge = Edge.start(wire, 4, ROUTES);
                var relay = new UdpRelay(edge.port("secure"));
                var client = H3Client.connect(relay.port())) {
            for (int i = 0; i < 6; i++) {
                relay.rebind();

                assertThat(client.get("/").status()).as("move " + i).isEqualTo(200);
            }
            assertThat(edge.metric("sallyport_connections_accepted_total", "secure")).isEqualTo(1);
            if (wire != Wire.NIO_TLS) {
                // The kernel chose another loop's socket three times of four.
                assertThat(edge.metric("sallyport_quic_datagrams_handed_over_total")).isPositive();
            }
        }
    }

    @Test
    void recordsFollowTheClientToItsNewAddress() throws Exception {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES);
                var relay = new UdpRelay(edge.port("secure"));
                var client = H3Client.connect(relay.port())) {
            client.get("/");
            relay.rebind();
            client.get("/");
            client.get("/after");

            assertThat(edge.records().await(line -> line.path().equals("/after")).client())
                    .isEqualTo("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X25519MLKEM768", "X25519", "P-256"})
    void agreesOnAnyOfItsGroups(String group) {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES);
                var client = H3Client.connect(edge.port("secure"), "a.example", group)) {
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void unknownNameIsRefused() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES)) {
            assertThatThrownBy(() -> H3Client.connect(edge.port("secure"), "nobody.example"))
                    .isInstanceOf(IllegalStateException.class);

            edge.awaitMetric(1, "sallyport_tls_handshakes_total", "no-certificate");
            edge.awaitMetric(0, "sallyport_connections", "secure");
        }
    }

    @Test
    void absentNameGetsTheOnlyCertificate() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES);
                var client = H3Client.connect(edge.port("secure"), "127.0.0.1")) {
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void newCertificateIsShownToNewConnections() throws Exception {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES)) {
            X509Certificate before = shown(edge);
            var ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
            var material = ca.issue(List.of("a.example"));
            edge.gateway().certificates().publish("internal", List.of(material));

            assertThat(shown(edge)).isEqualTo(material.leaf()).isNotEqualTo(before);
        }
    }

    private static X509Certificate shown(Edge edge) throws Exception {
        try (var client = H3Client.connect(edge.port("secure"))) {
            return (X509Certificate)
                    client.connection().sslEngine().getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void clientThatIsNotThereGetsLittle() throws Exception {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES);
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] first = firsts(1).getFirst();

            send(socket, edge, first);

            // RFC 9000 8.1: at most three times what came, until the address is validated.
            assertThat(received(socket)).isBetween(1, 3 * first.length);
        }
    }

    @Test
    void shortFirstDatagramsGetNothing() throws Exception {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES);
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] first = firsts(1).getFirst();
            byte[] otherVersion = first.clone();
            otherVersion[4] = 0x77;
            byte[] longId = first.clone();
            longId[5] = 21;

            send(socket, edge, Arrays.copyOf(first, 1199));
            send(socket, edge, Arrays.copyOf(otherVersion, 1199));
            send(socket, edge, longId);
            send(socket, edge, new byte[] {(byte) 0xc0});
            send(socket, edge, new byte[] {0x40, 1, 2});
            send(socket, edge, new byte[0]);

            edge.awaitMetric(6, "sallyport_quic_datagrams_dropped_total");
            assertThat(received(socket)).isZero();
        }
    }

    @Test
    void otherVersionIsToldOurs() throws Exception {
        try (var edge = Edge.start(Wire.EPOLL_TLS, ROUTES);
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] otherVersion = firsts(1).getFirst();
            otherVersion[4] = 0x77;

            send(socket, edge, otherVersion);

            assertThat(received(socket)).isBetween(1, 100);
        }
    }

    @Test
    void damagedDatagramsHarmNobody() throws Exception {
        var random = new SplittableRandom(7);
        try (var edge = Edge.start(Wire.EPOLL_TLS, 1, ROUTES);
                var client = H3Client.connect(edge.port("secure"));
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            List<byte[]> firsts = firsts(10);
            for (int i = 0; i < 3_000; i++) {
                byte[] damaged = firsts.get(i % firsts.size()).clone();
                for (int n = random.nextInt(1, 8); n > 0; n--) {
                    damaged[random.nextInt(random.nextBoolean() ? 40 : damaged.length)] =
                            (byte) random.nextInt();
                }
                send(socket, edge, damaged);
            }

            assertThat(client.get("/").status()).isEqualTo(200);
            try (var another = H3Client.connect(edge.port("secure"))) {
                assertThat(another.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void underLoadClientsShowThatTheyAreThere() throws Exception {
        String patience = "limits: {handshake-timeout: 3s}\n";
        try (var edge = Edge.start(Wire.EPOLL_TLS, 1, patience + ROUTES);
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            H3Client.connect(edge.port("secure")).close(); // loads the library
            for (byte[] first : firsts(130)) {
                send(socket, edge, first);
            }
            Await.until(
                    "retries",
                    () -> edge.metric("sallyport_quic_retries_total") >= 20,
                    edge::metrics);
            assertThat(edge.metric("sallyport_connections_accepted_total", "secure"))
                    .isBetween(90L, 110L);

            try (var client = H3Client.connect(edge.port("secure"))) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
            // Those who never come back are let go.
            Await.until(
                    "no handshakes",
                    () -> edge.metric("sallyport_connections", "secure") == 0,
                    edge::metrics);
            assertThat(edge.metric("sallyport_tls_handshakes_total", "timeout")).isPositive();
        }
    }

    @Test
    void clientWithTooManyConnectionsIsRefused() {
        String limits = "limits: {connections-per-client: 2}\n";
        try (var edge = Edge.start(Wire.EPOLL_TLS, limits + ROUTES);
                var first = H3Client.connect(edge.port("secure"));
                var second = H3Client.connect(edge.port("secure"))) {
            assertThatThrownBy(() -> H3Client.connect(edge.port("secure")))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(first.get("/").status()).isEqualTo(200);
            assertThat(second.get("/").status()).isEqualTo(200);
            assertThat(
                            edge.metric(
                                    "sallyport_connections_rejected_total",
                                    "client-limit",
                                    "secure"))
                    .isPositive();
        }
    }

    @Test
    void listenerWithoutHttp3HasNoDatagramsAndTellsNobody() throws Exception {
        String listeners =
                "listeners:\n  secure: {address: \"127.0.0.1:0\", tls: {}, protocols: [h2, http/1.1]}\n";
        try (var edge = Edge.start(Wire.EPOLL_TLS, listeners + ROUTES)) {
            new DatagramSocket(edge.port("secure"), InetAddress.getLoopbackAddress()).close();

            assertThat(
                            edge.ask(
                                            "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
                                    .field("alt-svc"))
                    .isNull();
            edge.apply(listeners.replace("[h2, http/1.1]", "[h3, h2, http/1.1]") + ROUTES);
            try (var client = H3Client.connect(edge.port("secure"))) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void takenPortLeavesTheOtherProtocols() throws Exception {
        try (var taken = taken()) {
            String listeners =
                    "listeners:\n  secure: {address: \"127.0.0.1:%d\", tls: {}}\n"
                            .formatted(taken.getLocalPort());
            try (var edge = Edge.start(Wire.EPOLL_TLS, listeners + ROUTES)) {
                var answer =
                        edge.ask("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("alt-svc")).isNull();
                assertThat(edge.gateway().listeners().http3("secure"))
                        .startsWith("cannot bind port " + taken.getLocalPort() + "/udp");
            }
        }
    }

    /**
     * Takes a port for datagrams that nobody has for connections, below those that the kernel gives
     * away.
     */
    private static DatagramSocket taken() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int port = 20_000; port < 30_000; port++) {
            try (var unused = new ServerSocket(port, 1, loopback)) {
                return new DatagramSocket(unused.getLocalPort(), loopback);
            } catch (BindException e) {
                // somebody has it
            }
        }
        throw new IOException("no port free from 20000 to 29999");
    }

    private static void send(DatagramSocket socket, Edge edge, byte[] bytes) throws IOException {
        socket.send(
                new DatagramPacket(
                        bytes,
                        bytes.length,
                        InetAddress.getLoopbackAddress(),
                        edge.port("secure")));
    }

    /** Bytes that come back until there is silence. */
    private static int received(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        var packet = new DatagramPacket(new byte[2048], 2048);
        int sum = 0;
        try {
            for (int count = 0; count < 1_000; count++) {
                packet.setLength(2048);
                socket.receive(packet);
                sum += packet.getLength();
            }
        } catch (SocketTimeoutException silence) {
            return sum;
        }
        return sum;
    }

    /** The first datagrams of so many connections, which nobody answered. */
    private static List<byte[]> firsts(int count) throws Exception {
        var tls =
                QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols("h3")
                        .endpointIdentificationAlgorithm("")
                        .build();
        var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        List<byte[]> firsts = new ArrayList<>();
        try (var hole = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            hole.setReceiveBufferSize(1 << 20);
            hole.setSoTimeout(5_000);
            var socket =
                    new Bootstrap()
                            .group(loop)
                            .channel(NioDatagramChannel.class)
                            .handler(
                                    Http3.newQuicClientCodecBuilder()
                                            .sslEngineProvider(of ->
                                                    tls.newEngine(of.alloc(), "a.example", 443))
                                            .build())
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .sync()
                            .channel();
            var packet = new DatagramPacket(new byte[2048], 2048);
            List<String> ids = new ArrayList<>();
            while (firsts.size() < count) {
                QuicChannel.newBootstrap(socket)
                        .handler(new ChannelInboundHandlerAdapter())
                        .streamHandler(new ChannelInboundHandlerAdapter())
                        .remoteAddress(hole.getLocalSocketAddress())
                        .connect();
                packet.setLength(2048);
                hole.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                String id = new String(bytes, 6, bytes[5], ISO_8859_1);
                if (!ids.contains(id)) {
                    ids.add(id);
                    firsts.add(bytes);
                }
            }
            socket.close().sync();
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
        return firsts;
    }
}
