package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How long each side may take, in every phase. The limits are short, since nothing moves clocks.
 */
@ExtendWith(CleanLogs.class)
final class PatienceTest {
    @WireTest
    void endsConnectionThatSaysNothing(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 300ms");
                var client = edge.connect()) {
            assertThat(client.isEnded()).isTrue();
            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    @WireTest
    void answersTimeoutToSlowHead(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 300ms");
                var client = edge.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a.exa");
            Response response = client.read();

            assertThat(response.status()).isEqualTo(408);
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("request-timeout");
        }
    }

    @TransportTest
    void answersTimeoutToHeadThatDrips(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 500ms");
                var client = edge.connect()) {
            long start = System.nanoTime();
            client.send("GET / HTTP/1.1\r\nHost: a.example\r\nX: ");
            while (client.trySend(new byte[] {'x'})
                    && System.nanoTime() - start < Duration.ofSeconds(5).toNanos()) {
                Await.reached(Duration.ofMillis(20), () -> false);
                if (edge.records().count() > 0) {
                    break;
                }
            }

            assertThat(client.tryRead(false)).isEqualTo(408);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(3));
        }
    }

    @WireTest
    void endsConnectionThatIdlesBetweenRequests(Wire wire) {
        try (var edge = edge(wire, "keep-alive-timeout: 300ms");
                var client = edge.connect()) {
            assertThat(client.ask(get("/")).status()).isEqualTo(204);

            assertThat(client.isEnded()).isTrue();
            edge.records().awaitCount(1);
        }
    }

    @TransportTest
    void answersTimeoutToBodyThatStands(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("complete"));
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 300ms}\n");
                var client = edge.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\nabc");

            assertThat(client.read().status()).isEqualTo(408);
            Await.equal(0, origin::openConnections);
            assertThat(origin.requestCount()).isZero();
        }
    }

    @TransportTest
    void answersTimeoutWhenOriginSaysNothing(Wire wire) {
        try (var origin = RawServer.scripted(RawServer.Connection::awaitEnd);
                var edge =
                        Edge.start(wire, origin.route() + "limits: {response-timeout: 300ms}\n")) {
            Response response = edge.ask(get("/"));

            assertThat(response.status()).isEqualTo(504);
            Await.equal(0, origin::openConnections);
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("response-timeout");
        }
    }

    @TransportTest
    void cutsResponseThatStands(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                            connection.awaitEnd();
                        });
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 300ms}\n")) {
            Response response = edge.ask(get("/"));

            assertThat(response.text()).isEqualTo("abc");
            assertThat(response.isComplete()).isFalse();
            Await.equal(0, origin::openConnections);
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("response-stalled");
        }
    }

    @TransportTest
    void endsClientThatReadsNothing(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x".repeat(20_000_000)));
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 300ms}\n");
                var client = RawClient.plain(edge.port("web"), 4_096)) {
            client.send(get("/"));

            assertThat(edge.records().await(line -> true).reason()).isEqualTo("client-stalled");
            Await.equal(0, origin::openConnections);
            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    @Test
    void waitsForClientThatReadsSlowlyButReads() throws Exception {
        int size = 8_000_000;
        try (var origin = RawServer.answering(request -> ok("x".repeat(size)));
                var edge =
                        Edge.start(
                                Wire.EPOLL, origin.route() + "limits: {progress-timeout: 1s}\n");
                var client = RawClient.plain(edge.port("web"), 4_096)) {
            client.send(get("/")).readHead();
            int got = 0;
            while (got < size) {
                got += client.readBytes(Math.min(size - got, 400_000)).length;
                Await.reached(Duration.ofMillis(150), () -> false);
            }

            assertThat(edge.records().await(line -> true).reason()).isEmpty();
        }
    }

    @Test
    void waitsForOriginThatReadsSlowlyButReads() {
        int size = 8_000_000;
        try (var origin =
                        RawServer.scripted(
                                0,
                                4_096,
                                connection -> {
                                    Objects.requireNonNull(connection.readHead());
                                    for (int left = size; left > 0; left -= 400_000) {
                                        connection.readBytes(400_000);
                                        Await.reached(Duration.ofMillis(150), () -> false);
                                    }
                                    connection.send(ok("taken"));
                                });
                var edge =
                        Edge.start(
                                Wire.EPOLL, origin.route() + "limits: {progress-timeout: 1s}\n");
                var client = edge.connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + size + "\r\n\r\n");
            client.send("x".repeat(size).getBytes(StandardCharsets.ISO_8859_1));

            assertThat(client.read().text()).isEqualTo("taken");
        }
    }

    @TransportTest
    void endsIdleTunnel(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Accept:"
                                            + " s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                            connection.awaitEnd();
                        });
                var edge =
                        Edge.start(
                                wire, origin.route() + "limits: {tunnel-idle-timeout: 300ms}\n");
                var client = edge.connect()) {
            client.send(
                    "GET /ws HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection:"
                            + " Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

            assertThat(client.read().status()).isEqualTo(101);
            assertThat(client.isEnded()).isTrue();
            Await.equal(0, origin::openConnections);
        }
    }

    @Test
    void saysNothingOfClientThatSpeaksGarbageInTls() throws Exception {
        try (var edge = edge(Wire.EPOLL_TLS, "head-timeout: 5s");
                var client = edge.connect()) {
            assertThat(client.ask(get("/")).status()).isEqualTo(204);
            client.sendBelow(
                    new byte[] {
                        23, 3, 3, 0, 40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
                        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
                        37, 38, 39, 40
                    });

            assertThat(client.isEnded()).isTrue();
            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    private static Edge edge(Wire wire, String limits) {
        return Edge.start(wire, "routes:\n  all: {respond: 204}\nlimits: {" + limits + "}\n");
    }
}
