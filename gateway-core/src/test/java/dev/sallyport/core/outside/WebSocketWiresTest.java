package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * WebSocket from every wire of clients to every wire of endpoints. Endpoints of HTTP/2 are a second
 * edge, which speaks HTTP/1.1 to the origin, so that both ends of RFC 8441 are seen.
 */
@ExtendWith(CleanLogs.class)
@ParameterizedClass
@MethodSource("wires")
@Timeout(60)
class WebSocketWiresTest {
    /** How the endpoint is asked. */
    enum Way {
        HTTP1("http/1.1"),
        H2C("h2c"),
        H2("h2"),
        AUTO("auto");

        private final String word;

        Way(String word) {
            this.word = word;
        }

        boolean isTls() {
            return this == H2 || this == AUTO;
        }
    }

    @Parameter(0)
    Dialect dialect = Dialect.H1;

    @Parameter(1)
    Way way = Way.H2C;

    @TempDir Path folder;

    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean refuses;
    private RawServer origin;
    private Edge endpoint;
    private Edge edge;

    static Stream<Arguments> wires() {
        return Stream.of(Dialect.H1, Dialect.H1_TLS, Dialect.H2C, Dialect.H2, Dialect.H3)
                .flatMap(dialect -> Stream.of(Way.values()).map(way -> Arguments.of(dialect, way)));
    }

    @BeforeEach
    void start() throws Exception {
        origin = RawServer.scripted(this::serve);
        endpoint = Edge.start(Wire.EPOLL_TLS, 1, origin.route());
        edge = Edge.start(dialect.wire(), 1, "routes:\n  all: {forward: app}\n" + upstream());
    }

    private String upstream() throws Exception {
        if (way == Way.HTTP1) {
            return origin.upstream("");
        }
        String address =
                way.isTls()
                        ? "https://127.0.0.1:" + endpoint.port("secure")
                        : "127.0.0.1:" + endpoint.port("h2c");
        String tls =
                way.isTls()
                        ? ", tls: {server-name: a.example, ca-file: %s}"
                                .formatted(endpoint.rootFile(folder))
                        : "";
        return "upstreams:\n  app: {endpoints: [\"%s\"], protocol: %s%s}\n"
                .formatted(address, way.word, tls);
    }

    @AfterEach
    void stop() {
        edge.close();
        endpoint.close();
        origin.close();
    }

    /** Gives back what it is given, byte by byte; {@code !} ends it. */
    private void serve(RawServer.Connection connection) throws Exception {
        var request = Objects.requireNonNull(connection.read());
        if (refuses) {
            connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            return;
        }
        connection.send(WebSocketProof.switching(request) + "first;");
        for (int next = connection.readByte(); next >= 0; next = connection.readByte()) {
            if (next == '!') {
                return;
            }
            connection.send(new byte[] {(byte) next});
        }
        ended.incrementAndGet();
        connection.send("last");
    }

    @Test
    void carriesBytesBothWaysAndRecordsThem() {
        try (var client = WebSocketClient.open(dialect, edge)) {
            assertThat(client.status()).isEqualTo(isHttp1() ? 101 : 200);
            assertThat(client.field("sec-websocket-accept"))
                    .isEqualTo(isHttp1() ? WebSocketClient.PROOF : null);
            assertThat(client.field("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(client.hear(6)).isEqualTo("first;");
            String more = "more ".repeat(4_000);
            client.say("a");
            client.say(more);
            assertThat(client.hear(20_001)).isEqualTo("a" + more);
            edge.awaitMetric(1, "sallyport_tunnels", "route=\"all\"");

            client.say("!");
            assertThat(client.rest()).isEmpty();
        }

        var line = edge.records().await(record -> record.isTunnel());
        assertThat(line.status()).isEqualTo(101);
        assertThat(line.path()).isEqualTo("/ws");
        assertThat(line.host()).isEqualTo("a.example");
        assertThat(line.protocol()).isEqualTo(dialect.protocol());
        assertThat(line.upstream()).isEqualTo("app");
        assertThat(line.bytesIn()).isEqualTo(20_002);
        assertThat(line.bytesOut()).isEqualTo(20_007);
        if (way != Way.HTTP1) {
            assertThat(endpoint.records().await(record -> record.isTunnel()).protocol())
                    .isEqualTo("HTTP/2.0");
        }
        edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
    }

    private boolean isHttp1() {
        return dialect == Dialect.H1 || dialect == Dialect.H1_TLS;
    }

    @Test
    void originAnswersAfterTheClientsEnd() {
        try (var client = WebSocketClient.open(dialect, edge)) {
            assertThat(client.hear(6)).isEqualTo("first;");

            client.end();

            String rest = client.rest();
            if (dialect != Dialect.H1_TLS) { // TLS ends both directions at once
                assertThat(rest).isEqualTo("last");
            }
            Await.equal(1, ended::get);
        }
        Await.equal(0, origin::openConnections);
        var line = edge.records().await(record -> record.isTunnel());
        if (dialect != Dialect.H1_TLS) {
            assertThat(line.reason()).isEmpty();
        }
    }

    @Test
    void originsRefusalIsAnAnswerLikeOthers() {
        refuses = true;
        try (var client = WebSocketClient.open(dialect, edge)) {
            assertThat(client.status()).isEqualTo(403);
            assertThat(client.hear(2)).isEqualTo("no");
        }
        var line = edge.records().await(record -> true);
        assertThat(line.status()).isEqualTo(403);
        assertThat(line.isTunnel()).isFalse();
    }

    @Test
    void clientsResetReachesTheOrigin() {
        try (var client = WebSocketClient.open(dialect, edge)) {
            assertThat(client.hear(6)).isEqualTo("first;");

            client.reset();

            Await.equal(0, origin::openConnections);
            edge.awaitMetric(0, "sallyport_tunnels", "route=\"all\"");
        }
    }
}
