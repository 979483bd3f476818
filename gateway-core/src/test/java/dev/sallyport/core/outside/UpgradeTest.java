package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket handshakes, and the tunnels they open or do not. */
@ExtendWith(CleanLogs.class)
final class UpgradeTest {
    private static final String HANDSHAKE =
            "GET /ws HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    @WireTest
    void tunnelsBothWaysWithBytesRightBehindTheHandshakes(Wire wire) throws Exception {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send(SWITCH + "first from origin;");
                            for (int next = connection.readByte();
                                    next >= 0;
                                    next = connection.readByte()) {
                                connection.send(new byte[] {(byte) next});
                            }
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(HANDSHAKE + "first from client;");
            String head = client.readHead();

            assertThat(head)
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-accept");
            assertThat(read(client, "first from origin;")).isEqualTo("first from origin;");
            assertThat(read(client, "first from client;")).isEqualTo("first from client;");
            client.send("\u0001\u0000GET / HTTP/1.1\r\n\r\n");
            assertThat(read(client, "\u0001\u0000GET / HTTP/1.1\r\n\r\n")).startsWith("\u0001");
            edge.awaitMetric(1, "sallyport_tunnels", "route=\"all\"");
            client.hangUp();

            Await.equal(0, origin::openConnections);
            assertThat(edge.records().await(line -> true).isTunnel()).isTrue();
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    private static String read(RawClient client, String like) throws Exception {
        return new String(client.readBytes(like.length()), ISO_8859_1);
    }

    @WireTest
    void staysHttpWhenTheOriginRefuses(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(HANDSHAKE + get("/next"));

            assertThat(client.read().text()).isEqualTo("/ws");
            assertThat(client.read().text()).isEqualTo("/next");
            assertThat(origin.requests()).hasSize(2);
            assertThat(Objects.requireNonNull(origin.requests().getFirst().field("upgrade")))
                    .isEqualTo("websocket");
        }
    }

    @WireTest
    void holdsClientBytesUntilTheOriginSwitched(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.send(
                                    "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(HANDSHAKE + "\u0081\u0005hello");

            assertThat(client.read().status()).isEqualTo(426);
            assertThat(client.tryRead(false)).isEqualTo(400);
            long head = origin.bytes();
            assertThat(head).isLessThan(1_000);
        }
    }

    /** Whoever attacks does not look at the answer: the edge has to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Connection: Upgrade\r\nUpgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            })
    void opensNoTunnelToOriginThatDoesNotAnswerTheKey(String fields) {
        refusesTunnel("HTTP/1.1 101 Any Status\r\n" + fields + "\r\n", "handshake-unproven");
    }

    /** RFC 9110 15.2: HTTP/1.0 has no 1xx. */
    @Test
    void opensNoTunnelToOriginOfHttp10() {
        refusesTunnel(SWITCH.replace("HTTP/1.1", "HTTP/1.0"), "response-unasked");
    }

    private static void refusesTunnel(String head, String reason) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.send(head + "secret");
                            connection.awaitEnd();
                        });
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = edge.connect()) {
            client.send(HANDSHAKE);

            Response answer = client.read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).doesNotContain("secret");
            assertThat(edge.records().await(line -> line.status() == 502).reason())
                    .isEqualTo(reason);
            Await.equal(0, origin::openConnections);
        }
    }

    @TransportTest
    void stripsOtherUpgrades(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("h1"));
                var edge = Edge.start(wire, origin.route())) {
            Response response =
                    edge.ask(
                            "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade,"
                                    + " HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n");

            assertThat(response.text()).isEqualTo("h1");
            assertThat(origin.lastRequest().head())
                    .doesNotContainIgnoringCase("upgrade")
                    .doesNotContainIgnoringCase("http2-settings");
        }
    }

    @TransportTest
    void opensNoTunnelForHandshakeWithBody(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.send(SWITCH);
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, origin.route())) {
            Response response =
                    edge.ask(
                            HANDSHAKE.replace("\r\n\r\n", "\r\nContent-Length: 9\r\n\r\n")
                                    + "tunnelled");

            assertThat(response.status()).isIn(400, 502);
        }
    }
}
