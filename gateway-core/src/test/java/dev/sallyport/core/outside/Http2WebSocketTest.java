package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.outside.Http2Client.Answer;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket by extended CONNECT (RFC 8441), to an origin that speaks HTTP/1.1. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class Http2WebSocketTest {
    private static final String[] HANDSHAKE = {
        ":method=CONNECT",
        ":protocol=websocket",
        ":scheme=https",
        ":authority=a.example",
        ":path=/ws",
        "sec-websocket-version=13",
        "sec-websocket-protocol=chat",
        "origin=https://a.example"
    };

    @Http2Test
    void tunnelsBothWays(Wire wire) {
        try (var origin = echo();
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.headers(1, false, HANDSHAKE).data(1, "early;", false);
            Answer opened = client.answer(1, answer -> answer.text().contains("early;"));
            assertThat(opened.status()).isEqualTo(200);
            assertThat(opened.field("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(opened.field("sec-websocket-accept")).isNull();
            assertThat(opened.text()).isEqualTo("first;early;");
            edge.awaitMetric(1, "sallyport_tunnels", "route=\"all\"");

            client.data(1, "more", false);
            assertThat(client.answer(1, answer -> answer.body.size() == 4).text())
                    .isEqualTo("more");
            // Other requests go on beside it.
            client.headers(3, true, Http2Client.request("GET", "/plain"));
            client.data(1, "", true);
            Answer rest = client.answer(1);

            assertThat(rest.isComplete).isTrue();
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
            assertThat(edge.records().await(line -> line.isTunnel()).path()).isEqualTo("/ws");
        }
    }

    @Http2Test
    void asksOriginByHandshakeOfHttp1(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("no"));
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.headers(1, false, HANDSHAKE);
            Answer answer = client.answer(1);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("no");
            RawServer.Request request = origin.lastRequest();
            assertThat(request.line()).isEqualTo("GET /ws HTTP/1.1");
            assertThat(request.field("upgrade")).isEqualTo("websocket");
            assertThat(request.field("sec-websocket-version")).isEqualTo("13");
            assertThat(request.fields("sec-websocket-key")).singleElement().asString().hasSize(24);
            assertThat(request.field("origin")).isEqualTo("https://a.example");
        }
    }

    @Http2Test
    void endsTunnelWhenClientResets(Wire wire) {
        try (var origin = echo();
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.headers(1, false, HANDSHAKE);
            client.answer(1, answer -> answer.body.size() > 0);

            client.reset(1, Http2Client.CANCEL);

            Await.equal(0, origin::openConnections);
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
        }
    }

    @Http2Test
    void endsStreamWhenOriginIsGone(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.send(WebSocketProof.switching(connection.read()) + "bye");
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.headers(1, false, HANDSHAKE);
            Answer answer = client.answer(1);

            assertThat(answer.text()).isEqualTo("bye");
            assertThat(answer.isComplete).isTrue();
            client.data(1, "", true);
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @Http2Test
    void pacesTunnelByTheWindows(Wire wire) {
        var sent = new AtomicLong();
        long size = 40_000_000;
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
                var client = Http2Client.stingy(edge)) {
            client.headers(1, false, HANDSHAKE);
            open.countDown();
            Answer first = client.answer(1, answer -> answer.body.size() == 65_535);
            assertThat(sent.get()).isLessThan(24_000_000);

            client.windowUpdate(0, 1 << 30).windowUpdate(1, 1 << 30);

            Answer rest = client.answer(1);
            assertThat(first.body.size() + rest.body.size()).isEqualTo(size);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %wrong",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept:",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %\r\nSec-WebSocket-Accept: %",
                "Connection: Upgrade\r\nUpgrade: websocket",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: %",
                "Connection: Upgrade\r\nSec-WebSocket-Accept: %",
                "Upgrade: websocket\r\nSec-WebSocket-Accept: %",
                "Connection: close\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %"
            })
    void refusesWhatDoesNotAnswerItsKey(String fields) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            var request = Objects.requireNonNull(connection.read());
                            String key = request.field("sec-websocket-key");
                            connection.send(
                                    "HTTP/1.1 101 Switching Protocols\r\n"
                                            + fields.replace("%", WebSocketProof.of(key))
                                            + "\r\n\r\nsecret");
                        });
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = Http2Client.connect(edge)) {
            client.headers(1, false, HANDSHAKE);
            Answer answer = client.answer(1);

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).doesNotContain("secret");
            assertThat(edge.records().await(line -> line.status() == 502).reason())
                    .isEqualTo("handshake-unproven");
            edge.awaitMetric(0, "sallyport_upstream_connections");
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
