package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** WebSocket by extended CONNECT over HTTP/3 (RFC 9220), to an origin that speaks HTTP/1.1. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class Http3WebSocketTest {
    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void tunnelsBothWays(Wire wire) {
        try (var origin = echo();
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(handshake()));
            say(stream, "early;");
            Await.equal("first;early;", heard::soFar);
            assertThat(heard.status()).isEqualTo(200);
            edge.awaitMetric(1, "sallyport_tunnels", "route=\"all\"");

            // What is said in small frames, and in one larger than a packet.
            String more = "more ".repeat(2_000);
            say(stream, "a", "b", more, "c");
            Await.equal("first;early;ab" + more + "c", heard::soFar);
            // Other requests go on beside it.
            assertThat(client.get("/plain").text()).isEqualTo("plain");

            stream.shutdownOutput();
            H3Client.Answer all = H3Client.await(heard.answer);

            assertThat(all.field("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(all.field("sec-websocket-accept")).isNull();
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
            assertThat(edge.records().await(line -> line.isTunnel()).path()).isEqualTo("/ws");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS"})
    void takesARefusal(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("no"));
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(handshake()));

            H3Client.Answer answer = H3Client.await(heard.answer);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("no");
            RawServer.Request request = origin.lastRequest();
            assertThat(request.line()).isEqualTo("GET /ws HTTP/1.1");
            assertThat(request.field("upgrade")).isEqualTo("websocket");
            assertThat(request.fields("sec-websocket-key")).singleElement().asString().hasSize(24);
        }
    }

    @Test
    void refusesWhatDoesNotAnswerItsKey() {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send(
                                    WebSocketProof.switching(WebSocketClient.KEY) + "secret");
                        });
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            client.open(heard).writeAndFlush(new DefaultHttp3HeadersFrame(handshake()));

            H3Client.Answer answer = H3Client.await(heard.answer);

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).doesNotContain("secret");
            assertThat(edge.records().await(line -> line.status() == 502).reason())
                    .isEqualTo("handshake-unproven");
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void endsTunnelWhenClientResets(Wire wire) {
        try (var origin = echo();
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(handshake()));
            Await.equal("first;", heard::soFar);

            stream.shutdown(0x10c, stream.newPromise());

            Await.equal(0, origin::openConnections);
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
            assertThat(client.get("/plain").text()).isEqualTo("plain");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void endsStreamWhenOriginIsGone(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.send(WebSocketProof.switching(connection.read()) + "bye");
                        });
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(handshake()));

            assertThat(H3Client.await(heard.answer).text()).isEqualTo("bye");
            stream.shutdownOutput();
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS"})
    void pacesTunnelByTheWindows(Wire wire) throws Exception {
        var sent = new AtomicLong();
        long size = 24_000_000;
        var open = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.send(WebSocketProof.switching(connection.read()));
                            open.await();
                            byte[] piece = new byte[100_000];
                            for (; sent.get() < size; sent.addAndGet(piece.length)) {
                                connection.send(piece);
                            }
                        });
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var heard = new H3Client.Collector();
            QuicStreamChannel stream = client.open(heard);
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(handshake()));
            Await.equal(200, heard::status);
            // The client reads no more: its window fills, then what is between.
            stream.config().setAutoRead(false);
            open.countDown();
            edge.awaitMetric(1, "sallyport_tunnels", "route=\"all\"");
            Await.until("a pause", new Pause(sent)::isThere, sent::get);
            assertThat(sent.get()).isLessThan(size);

            stream.config().setAutoRead(true);

            assertThat(heard.answer.get(50, TimeUnit.SECONDS).body()).hasSize((int) size);
        }
    }

    private static Http3Headers handshake() {
        Http3Headers head = H3Client.request("CONNECT", "/ws");
        head.add(":protocol", "websocket");
        return head.add("sec-websocket-version", "13").add("sec-websocket-protocol", "chat");
    }

    private static void say(QuicStreamChannel stream, String... texts) {
        for (String text : texts) {
            stream.writeAndFlush(
                    new DefaultHttp3DataFrame(Unpooled.copiedBuffer(text, ISO_8859_1)));
        }
    }

    private static RawServer echo() {
        return RawServer.scripted(connection -> {
            var request = Objects.requireNonNull(connection.read());
            if (request.path().equals("/ws")) {
                connection.send(WebSocketProof.switching(request) + "first;");
                for (int next = connection.readByte(); next >= 0; next = connection.readByte()) {
                    connection.send(new byte[] {(byte) next});
                }
            } else {
                connection.send(ok("plain"));
            }
        });
    }
}
