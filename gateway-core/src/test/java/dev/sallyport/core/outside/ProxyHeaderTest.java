package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol on listeners and towards upstreams. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class ProxyHeaderTest {
    private static final String LISTENERS =
            """
            listeners:
              web: {address: "127.0.0.1:0", proxy-protocol: 127.0.0.0/8}
              secure: {address: "127.0.0.1:0", tls: {}, proxy-protocol: [127.0.0.1]}
            """;
    private static final String LINE = "PROXY TCP4 203.0.113.9 198.51.100.2 4660 8443\r\n";
    private static final byte[] BINARY =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000ccb007109c6336402123420fb");

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void namesTheClientEverywhere(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(wire, LISTENERS + origin.route());
                var client = RawClient.plain(edge.port("web"))) {
            assertThat(client.send(LINE + RawClient.get("/1")).read().status()).isEqualTo(200);
            assertThat(client.ask(RawClient.get("/2")).status()).isEqualTo(200);

            assertThat(origin.lastRequest().fields("x-forwarded-for"))
                    .containsExactly("203.0.113.9");
            assertThat(origin.lastRequest().fields("x-forwarded-port")).containsExactly("8443");
            assertThat(edge.records().await(line -> line.path().equals("/2")).client())
                    .isEqualTo("203.0.113.9");
        }
    }

    @Test
    void comesInPiecesAndInBinary() throws Exception {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, LISTENERS + origin.route());
                var client = RawClient.plain(edge.port("web"))) {
            for (byte each : BINARY) {
                client.send(new byte[] {each});
            }

            assertThat(client.ask(RawClient.get("/")).status()).isEqualTo(200);
            assertThat(origin.lastRequest().fields("x-forwarded-for"))
                    .containsExactly("203.0.113.9");
        }
    }

    @Test
    void comesBeforeTls() throws Exception {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, LISTENERS + origin.route());
                var client = RawClient.secureAfter(edge.port("secure"), BINARY, edge.clientTls())) {
            assertThat(client.ask(RawClient.get("/")).status()).isEqualTo(200);
            assertThat(origin.lastRequest().fields("x-forwarded-for"))
                    .containsExactly("203.0.113.9");
        }
    }

    @Test
    void proxysOwnChecksAreTheProxysOwn() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, LISTENERS + origin.route());
                var client = RawClient.plain(edge.port("web"))) {
            assertThat(client.send("PROXY UNKNOWN\r\n" + RawClient.get("/")).read().status())
                    .isEqualTo(200);
            assertThat(origin.lastRequest().fields("x-forwarded-for")).containsExactly("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
                "PROXY TCP4 203.0.113.9 198.51.100.2 4660 8443\n",
                "PROXY TCP4 203.0.113.9 198.51.100.2 4660 84430\r\n",
                "\r\n\r\n\0\r\nQUIT\n1\u0011\0\0"
            })
    void closesWithoutGoodHeader(String first) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, LISTENERS + origin.route());
                var client = RawClient.plain(edge.port("web"))) {
            assertThat(client.send(first).isEnded()).isTrue();

            edge.awaitMetric(1, "sallyport_connections_rejected_total", "web", "proxy-header");
            edge.awaitMetric(0, "sallyport_connections", "web");
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void closesWhoIsNotTrusted() {
        String listener =
                "listeners:\n  web: {address: \"127.0.0.1:0\", proxy-protocol: 10.0.0.0/8}\n";
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, listener + origin.route());
                var client = RawClient.plain(edge.port("web"))) {
            assertThat(client.isEnded()).isTrue();

            edge.awaitMetric(1, "sallyport_connections_rejected_total", "web", "proxy-header");
        }
    }

    @Test
    void closesWhoTakesTooLong() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                LISTENERS
                                        + "limits: {handshake-timeout: 200ms}\n"
                                        + origin.route());
                var client = RawClient.plain(edge.port("web"))) {
            client.send("PROXY TCP4 ");

            assertThat(client.isEnded()).isTrue();
            edge.awaitMetric(1, "sallyport_connections_rejected_total", "web", "proxy-header");
        }
    }

    @Test
    void limitsCountTheClientNotTheProxy() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                LISTENERS
                                        + "limits: {connections-per-client: 1}\n"
                                        + origin.route());
                var first = RawClient.plain(edge.port("web"));
                var second = RawClient.plain(edge.port("web"));
                var third = RawClient.plain(edge.port("web"))) {
            assertThat(first.send(LINE + RawClient.get("/")).read().status()).isEqualTo(200);
            assertThat(second.send(LINE.replace(".9 ", ".8 ") + RawClient.get("/")).read().status())
                    .isEqualTo(200);
            assertThat(third.send(LINE).isEnded()).isTrue();
            first.hangUp();
            edge.awaitMetric(1, "sallyport_connections", "web");
        }
    }

    @Test
    void tellsServersOfRequestsWhoTheClientIsOnAConnectionEach() {
        try (var origin =
                        RawServer.scripted(connection -> {
                            String head = connection.readHead();
                            connection.send(ok(String.valueOf(head).lines().findFirst().get()));
                            connection.awaitEnd();
                        });
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                LISTENERS
                                        + "routes:\n  all: {forward: app}\n"
                                        + origin.upstream(", proxy-protocol: v1"));
                var client = RawClient.plain(edge.port("web"))) {
            String told = "PROXY TCP4 203.0.113.9 198.51.100.2 4660 8443";
            assertThat(client.send(LINE + RawClient.get("/")).read().text()).isEqualTo(told);
            assertThat(client.ask(RawClient.get("/")).text()).isEqualTo(told);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void tellsServersOfTcpRoutes() throws Exception {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.send(connection.readBytes(BINARY.length));
                            connection.awaitEnd();
                        });
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "listeners:\n  raw: {address: \"127.0.0.1:0\", kind: tcp,"
                                        + " proxy-protocol: 127.0.0.1}\n"
                                        + "tcp-routes: {raw: {listeners: raw, forward: app}}\n"
                                        + origin.upstream(", proxy-protocol: v2"));
                var client = RawClient.plain(edge.port("raw"))) {
            client.send(LINE.getBytes(ISO_8859_1));

            assertThat(client.readBytes(BINARY.length)).isEqualTo(BINARY);
        }
    }
}
