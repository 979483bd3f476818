package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long the edge waits for clients of HTTP/3 that do not go on, each by its own limit. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class Http3PatienceTest {
    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void endsConnectionThatSaysNothing(Wire wire) {
        try (var edge = edge(wire, "keep-alive-timeout: 300ms");
                var client = H3Client.connect(edge.port("secure"))) {
            Await.until("an end", () -> !client.isOpen(), () -> "open");

            edge.awaitMetric(0, "sallyport_connections", "listener=\"secure\"");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS"})
    void endsConnectionThatIdlesBetweenRequests(Wire wire) {
        try (var edge = edge(wire, "keep-alive-timeout: 300ms");
                var client = H3Client.connect(edge.port("secure"))) {
            assertThat(client.get("/").status()).isEqualTo(204);

            Await.until("an end", () -> !client.isOpen(), () -> "open");

            edge.awaitMetric(0, "sallyport_connections", "listener=\"secure\"");
        }
    }

    @Test
    void forgetsHelloThatIsNeverComplete() throws Exception {
        try (var edge = edge(Wire.EPOLL_TLS, "handshake-timeout: 300ms");
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            // Initial packets that look right from outside, with nothing in them that decrypts.
            byte[] initial = new byte[1200];
            initial[0] = (byte) 0xc0;
            initial[4] = 1;
            initial[5] = 8;
            for (int i = 0; i < 20; i++) {
                initial[6] = (byte) i;
                socket.send(
                        new DatagramPacket(
                                initial,
                                initial.length,
                                InetAddress.getLoopbackAddress(),
                                edge.port("secure")));
            }
            try (var client = H3Client.connect(edge.port("secure"))) {
                assertThat(client.get("/").status()).isEqualTo(204);
            }
            edge.awaitMetric(0, "sallyport_connections", "listener=\"secure\"");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS"})
    void answersTimeoutToHeadThatIsNeverComplete(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 300ms");
                var client = H3Client.connect(edge.port("secure"))) {
            // HEADERS of 40 bytes, of which two come.
            client.write(QuicStreamType.BIDIRECTIONAL, new byte[] {1, 40, 0, 0}, false);

            assertThat(edge.records().await(line -> true).status()).isEqualTo(408);
            assertThat(client.get("/").status()).isEqualTo(204);
        }
    }

    @Test
    void answersTimeoutToStreamThatSaysNothing() {
        try (var edge = edge(Wire.EPOLL_TLS, "head-timeout: 300ms");
                var client = H3Client.connect(edge.port("secure"))) {
            // The first byte of a frame's type, which goes on.
            client.write(QuicStreamType.BIDIRECTIONAL, new byte[] {0x40}, false);

            assertThat(edge.records().await(line -> true).reason()).isEqualTo("request-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void answersTimeoutToBodyThatStands(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("complete"));
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 400ms}\n");
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(H3Client.request("POST", "/")));
            stream.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.copiedBuffer(new byte[1])));

            assertThat(edge.records().await(line -> true).reason()).isEqualTo("request-timeout");
            Await.equal(408, heard::status);
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS"})
    void endsStreamOfClientThatReadsNothing(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x".repeat(20_000_000)));
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 400ms}\n");
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.config().setAutoRead(false);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(H3Client.request("GET", "/")))
                    .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);

            assertThat(edge.records().await(line -> true).reason()).isEqualTo("client-stalled");
            Await.equal(0, origin::openConnections);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS"})
    void waitsForOriginOnceTheRequestIsComplete(Wire wire) {
        try (var origin =
                        RawServer.answering(request -> {
                            Await.reached(Duration.ofMillis(1_500), () -> false);
                            return ok(request.text());
                        });
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 300ms}\n");
                var client = H3Client.connect(edge.port("secure"))) {
            var answer = client.ask(H3Client.request("POST", "/"), new byte[] {'x'});

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("x");
        }
    }

    private static Edge edge(Wire wire, String limits) {
        return Edge.start(wire, "routes:\n  all: {respond: 204}\nlimits: {" + limits + "}\n");
    }
}
