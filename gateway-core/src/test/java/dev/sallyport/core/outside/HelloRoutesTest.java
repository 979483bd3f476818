package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP routes chosen by the hello, beside routes of requests on one port. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class HelloRoutesTest {
    private static final String LISTENERS =
            """
            listeners:
              secure: {address: "127.0.0.1:0", tls: {}}
              only: {address: "127.0.0.1:0", kind: tcp, tls: {}}
            """;

    /** Sends all it gets back, after a word. */
    private static final RawServer.Script ECHO =
            connection -> {
                connection.send("hi:");
                for (int next = connection.readByte(); next >= 0; next = connection.readByte()) {
                    connection.send(new byte[] {(byte) next});
                }
            };

    private static String config(RawServer web, RawServer tcp, String route) {
        return LISTENERS
                + """
                routes:
                  web: {host: a.example, forward: "%s"}
                tcp-routes:
                  tcp: {%s, forward: "%s"}
                """
                        .formatted(web.address(), route, tcp.address());
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void endsTlsBesideRequestsOnOnePort(Wire wire) throws Exception {
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge = Edge.start(wire, config(web, tcp, "sni: b.example"));
                var other = edge.connectSecurely("b.example");
                var client = edge.connectSecurely("a.example")) {
            assertThat(client.ask(RawClient.get("/")).text()).isEqualTo("web");
            other.send("abc");
            assertThat(other.readBytes(6)).asString(ISO_8859_1).isEqualTo("hi:abc");
            other.hangUp();

            var line = edge.records().await(each -> each.route().equals("tcp"));
            assertThat(line.host()).isEqualTo("b.example");
            assertThat(line.bytesIn()).isEqualTo(3);
        }
    }

    @Test
    void protocolDecidesWhereNamesAreTheSame() throws Exception {
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                config(web, tcp, "sni: a.example, alpn: [postgresql]"));
                var plain = edge.connectSecurely("a.example");
                var other = offering(edge, "secure", "a.example", "x", "postgresql")) {
            assertThat(plain.ask(RawClient.get("/")).text()).isEqualTo("web");
            assertThat(other.getApplicationProtocol()).isEqualTo("postgresql");
            assertThat(new String(other.getInputStream().readNBytes(3), ISO_8859_1))
                    .isEqualTo("hi:");
        }
    }

    private static SSLSocket offering(Edge edge, String listener, String name, String... protocols)
            throws Exception {
        var socket =
                (SSLSocket)
                        edge.clientTls()
                                .getSocketFactory()
                                .createSocket(
                                        RawClient.dial(edge.port(listener), 0), name, 0, true);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Test
    void passesHelloAndAllThatFollowsThroughUntouched() throws Exception {
        byte[] hello = hello("b.example");
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                config(web, tcp, "sni: \"*.example\", tls: passthrough"));
                var client = RawClient.plain(edge.port("secure"));
                var mine = edge.connectSecurely("a.example")) {
            // One byte at a time, then more than the hello.
            for (byte each : hello) {
                client.send(new byte[] {each});
            }
            client.send("more");

            byte[] back = client.readBytes(3 + hello.length + 4);
            assertThat(Arrays.copyOfRange(back, 3, 3 + hello.length)).isEqualTo(hello);
            assertThat(new String(back, ISO_8859_1)).startsWith("hi:").endsWith("more");
            // The exact name is a route's, whatever the wildcard says.
            assertThat(mine.ask(RawClient.get("/")).text()).isEqualTo("web");
        }
    }

    @Test
    void putsHelloInManyRecordsTogether() throws Exception {
        byte[] hello = hello("b.example");
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                config(web, tcp, "sni: b.example, tls: passthrough"));
                var client = RawClient.plain(edge.port("secure"))) {
            byte[] split = inRecordsOf(7, hello);
            client.send(split);

            byte[] back = client.readBytes(3 + split.length);
            assertThat(Arrays.copyOfRange(back, 3, back.length)).isEqualTo(split);
        }
    }

    @Test
    void refusesNamesOfNobodyByAnAlert() throws Exception {
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                config(web, tcp, "sni: b.example, tls: passthrough"));
                var client = RawClient.plain(edge.port("only"))) {
            client.send(hello("c.example"));

            assertThat(HexFormat.of().formatHex(client.readBytes(7))).isEqualTo("15030300020270");
            assertThat(client.isEnded()).isTrue();
            assertThat(tcp.connections()).isZero();
            edge.awaitMetric(1, "sallyport_tls_handshakes_total", "no-certificate");
        }
    }

    @Test
    void refusesWhatIsNoTls() {
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                config(web, tcp, "sni: b.example, tls: passthrough"));
                var only = RawClient.plain(edge.port("only"));
                var shared = RawClient.plain(edge.port("secure"))) {
            assertThat(only.send(RawClient.get("/")).isEnded()).isTrue();
            assertThat(shared.send(RawClient.get("/")).isEnded()).isTrue();
            edge.awaitMetric(2, "sallyport_tls_handshakes_total", "protocol");
            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    @Test
    void refusesHellosThatNeverEnd() throws Exception {
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                config(web, tcp, "sni: b.example, tls: passthrough")
                                        + "limits: {handshake-timeout: 300ms}\n");
                var long0 = RawClient.plain(edge.port("only"));
                var slow = RawClient.plain(edge.port("only"))) {
            // A hello that claims 16 MB, its first record whole.
            byte[] record = new byte[5 + 16_384];
            record[0] = 22;
            record[1] = 3;
            record[2] = 1;
            record[3] = 0x40;
            record[5] = 1;
            record[6] = (byte) 0xff;
            long0.trySend(record);
            slow.send(Arrays.copyOf(hello("b.example"), 20));

            assertThat(long0.drain()).hasSizeLessThan(8);
            assertThat(slow.isEnded()).isTrue();
            edge.awaitMetric(1, "sallyport_tls_handshakes_total", "timeout");
            edge.awaitMetric(1, "sallyport_tls_handshakes_total", "protocol");
            assertThat(tcp.connections()).isZero();
        }
    }

    @Test
    void takesInNewRoutesAtOnce() throws Exception {
        try (var web = RawServer.answering(request -> ok("web"));
                var tcp = RawServer.scripted(ECHO);
                var edge = Edge.start(Wire.EPOLL_TLS, config(web, tcp, "sni: c.example"))) {
            edge.apply(config(web, tcp, "sni: b.example, alpn: [x]"));
            try (var other = offering(edge, "only", "b.example", "x")) {
                assertThat(new String(other.getInputStream().readNBytes(3), ISO_8859_1))
                        .isEqualTo("hi:");
            }
        }
    }

    @Test
    void answersPostgresRequestForTls() throws Exception {
        String listener =
                "listeners:\n  pg: {address: \"127.0.0.1:0\", kind: tcp, tls: {starttls:"
                        + " postgres}}\n";
        try (var tcp = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                listener
                                        + "tcp-routes: {pg: {listeners: pg, sni: b.example,"
                                        + " forward: \"%s\"}}\n".formatted(tcp.address()));
                var clear = RawClient.plain(edge.port("pg"));
                var stuffed = RawClient.plain(edge.port("pg"));
                var gss = RawClient.plain(edge.port("pg"));
                var direct = offering(edge, "pg", "b.example", "postgresql")) {
            // StartupMessage, protocol 3.0
            clear.send(HexFormat.of().parseHex("0000000800030000"));
            assertThat(clear.drain()).startsWith("E").contains("28000", "TLS is required");
            stuffed.send(HexFormat.of().parseHex("0000000804d2162f" + "5100000004"));
            assertThat(stuffed.drain()).startsWith("E");
            gss.send(HexFormat.of().parseHex("0000000804d21630"));
            assertThat(gss.readBytes(1)).isEqualTo(new byte[] {'N'});
            gss.send(HexFormat.of().parseHex("0000000804d2162f"));
            assertThat(gss.readBytes(1)).isEqualTo(new byte[] {'S'});
            assertThat(new String(direct.getInputStream().readNBytes(3), ISO_8859_1))
                    .isEqualTo("hi:");
        }
    }

    /** A hello as the JDK's client sends it, with this name. */
    private static byte[] hello(String name) throws Exception {
        var context = javax.net.ssl.SSLContext.getInstance("TLS");
        context.init(null, null, null);
        var engine = context.createSSLEngine(name, 443);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setServerNames(java.util.List.of(new javax.net.ssl.SNIHostName(name)));
        engine.setSSLParameters(parameters);
        var out = java.nio.ByteBuffer.allocate(32_768);
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The message of one record, anew in records of a few bytes each. */
    private static byte[] inRecordsOf(int size, byte[] record) {
        var out = new java.io.ByteArrayOutputStream();
        for (int at = 5; at < record.length; at += size) {
            int count = Math.min(size, record.length - at);
            out.write(22);
            out.write(3);
            out.write(1);
            out.write(0);
            out.write(count);
            out.write(record, at, count);
        }
        return out.toByteArray();
    }
}
