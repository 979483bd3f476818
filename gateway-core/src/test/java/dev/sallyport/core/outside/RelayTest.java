package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plain TCP routes, on each transport. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class RelayTest {
    private static final String LISTENER =
            "listeners:\n  raw: {address: \"127.0.0.1:0\", kind: tcp}\n";

    private static final RawServer.Script ECHO =
            connection -> {
                for (int next = connection.readByte(); next >= 0; next = connection.readByte()) {
                    connection.send(new byte[] {(byte) next});
                }
                connection.send("end").halfClose();
            };

    @TempDir Path folder;

    private static String route(String settings) {
        return LISTENER + "tcp-routes:\n  raw: {listeners: raw, " + settings + "}\n";
    }

    private static String to(RawServer server) {
        return "forward: \"" + server.address() + "\"";
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void carriesBytesBothWaysToTheEndOfEach(Wire wire) throws Exception {
        try (var server = RawServer.scripted(ECHO);
                var edge = Edge.start(wire, route(to(server)));
                var client = RawClient.plain(edge.port("raw"))) {
            client.send("hello");
            assertThat(client.readBytes(5)).asString(ISO_8859_1).isEqualTo("hello");
            edge.awaitMetric(1, "sallyport_relays", "route=\"raw\"");
            client.halfClose();

            assertThat(client.drain()).isEqualTo("end");
            edge.awaitMetric(1, "sallyport_relays_ended_total", "raw", "finished");
            edge.awaitMetric(0, "sallyport_relays", "route=\"raw\"");
            edge.awaitMetric(0, "sallyport_connections", "raw");
            edge.awaitMetric(0, "sallyport_upstream_connections");
            assertThat(edge.metric("sallyport_relay_bytes_total", "upstream\"")).isEqualTo(5);
            assertThat(edge.metric("sallyport_relay_bytes_total", "downstream\"")).isEqualTo(8);
            var line = edge.records().await(each -> each.route().equals("raw"));
            assertThat(line.isTunnel()).isTrue();
            assertThat(line.reason()).isEmpty();
            assertThat(line.bytesIn()).isEqualTo(5);
            assertThat(line.bytesOut()).isEqualTo(8);
            assertThat(line.status()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void movesMegabytesThroughASlowReader(Wire wire) throws Exception {
        byte[] block = new byte[8 << 20];
        new Random(7).nextBytes(block);
        try (var server =
                        RawServer.scripted(connection -> {
                            connection.send(block);
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, route(to(server)));
                var client = RawClient.plain(edge.port("raw"), 4096)) {
            assertThat(client.readBytes(block.length)).isEqualTo(block);
        }
    }

    @Test
    void letsTheServerSpeakFirst() throws Exception {
        try (var server =
                        RawServer.scripted(connection -> {
                            connection.send("220 ready\r\n");
                            connection.awaitEnd();
                        });
                var edge = Edge.start(Wire.EPOLL, route(to(server)));
                var client = RawClient.plain(edge.port("raw"))) {
            assertThat(client.readBytes(11)).asString(ISO_8859_1).isEqualTo("220 ready\r\n");
        }
    }

    @Test
    void reachesUnixSockets() throws Exception {
        Path socket = folder.resolve("s");
        try (var server =
                        java.nio.channels.ServerSocketChannel.open(
                                java.net.StandardProtocolFamily.UNIX);
                var edge = Edge.start(Wire.EPOLL, route("forward: \"unix:" + socket + "\""))) {
            server.bind(java.net.UnixDomainSocketAddress.of(socket));
            try (var client = RawClient.plain(edge.port("raw"));
                    var accepted = server.accept()) {
                client.send("x");
                var one = java.nio.ByteBuffer.allocate(1);
                assertThat(accepted.read(one)).isEqualTo(1);
                accepted.write(java.nio.ByteBuffer.wrap(new byte[] {'y'}));

                assertThat(client.readBytes(1)).isEqualTo(new byte[] {'y'});
            }
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    @Test
    void triesAnotherEndpointWhenOneRefuses() throws Exception {
        int nobody = freePort();
        try (var server = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                1,
                                route("forward: app")
                                        + "upstreams: {app: [\"127.0.0.1:%d\", \"%s\"]}\n"
                                                .formatted(nobody, server.address()))) {
            for (int i = 0; i < 4; i++) {
                try (var client = RawClient.plain(edge.port("raw"))) {
                    client.send("a");
                    assertThat(client.readBytes(1)).isEqualTo(new byte[] {'a'});
                }
            }

            assertThat(edge.metric("sallyport_upstream_retries_total")).isEqualTo(2);
            assertThat(edge.records().await(line -> line.attempts() == 2).isTunnel()).isTrue();
        }
    }

    @Test
    void closesAndTellsWhenNobodyListens() {
        try (var edge = Edge.start(Wire.EPOLL, route("forward: \"127.0.0.1:" + freePort() + "\""));
                var client = RawClient.plain(edge.port("raw"))) {
            assertThat(client.isEnded()).isTrue();

            var line = edge.records().await(each -> each.route().equals("raw"));
            assertThat(line.reason()).isEqualTo("connect-refused");
            assertThat(line.isTunnel()).isFalse();
            edge.awaitMetric(1, "sallyport_relays_ended_total", "raw", "failed");
        }
    }

    @Test
    void addressFilterRefuses() {
        try (var server = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                route("filters: [{address: {deny: 127.0.0.0/8}}], " + to(server)));
                var client = RawClient.plain(edge.port("raw"))) {
            assertThat(client.isEnded()).isTrue();

            assertThat(edge.records().await(each -> each.route().equals("raw")).reason())
                    .isEqualTo("address");
            assertThat(server.connections()).isZero();
            edge.awaitMetric(1, "sallyport_relays_ended_total", "raw", "refused");
        }
    }

    @Test
    void rateLimitHoldsOverReloads() throws Exception {
        try (var server = RawServer.scripted(ECHO)) {
            String config = route("filters: [{rate-limit: 2/h}], " + to(server));
            try (var edge = Edge.start(Wire.EPOLL, config)) {
                for (int i = 0; i < 2; i++) {
                    try (var client = RawClient.plain(edge.port("raw"))) {
                        client.send("a");
                        assertThat(client.readBytes(1)).isEqualTo(new byte[] {'a'});
                    }
                }
                edge.apply(config + "access-log: stderr\n");
                try (var client = RawClient.plain(edge.port("raw"))) {
                    assertThat(client.isEnded()).isTrue();
                }

                var line = edge.records().await(each -> each.reason().equals("rate-limit"));
                assertThat(line.isTunnel()).isFalse();
            }
        }
    }

    @Test
    void holdsTheLimitOfConnectionsAndGivesPlacesBack() throws Exception {
        try (var server = RawServer.scripted(ECHO);
                var edge =
                        Edge.start(
                                Wire.EPOLL, route("max-connections-per-client: 1, " + to(server)));
                var first = RawClient.plain(edge.port("raw"))) {
            first.send("a");
            assertThat(first.readBytes(1)).isEqualTo(new byte[] {'a'});
            try (var second = RawClient.plain(edge.port("raw"))) {
                assertThat(second.isEnded()).isTrue();
            }
            first.hangUp();
            edge.awaitMetric(0, "sallyport_relays", "raw");

            try (var third = RawClient.plain(edge.port("raw"))) {
                third.send("b");
                assertThat(third.readBytes(1)).isEqualTo(new byte[] {'b'});
            }
            edge.records().await(line -> line.reason().equals("max-connections-per-client"));
        }
    }

    @Test
    void endsWhatIdles() {
        try (var server = RawServer.scripted(ECHO);
                var edge = Edge.start(Wire.EPOLL, route("idle-timeout: 200ms, " + to(server)));
                var client = RawClient.plain(edge.port("raw"))) {
            assertThat(client.isEnded()).isTrue();

            assertThat(edge.records().await(each -> each.route().equals("raw")).reason())
                    .isEqualTo("idle");
        }
    }

    @Test
    void connectionsOutliveReloadsAndTheirRoute() throws Exception {
        try (var server = RawServer.scripted(ECHO);
                var edge = Edge.start(Wire.EPOLL, route(to(server)));
                var client = RawClient.plain(edge.port("raw"))) {
            client.send("a");
            assertThat(client.readBytes(1)).isEqualTo(new byte[] {'a'});

            edge.apply(LISTENER);
            client.send("b");
            assertThat(client.readBytes(1)).isEqualTo(new byte[] {'b'});
            try (var late = RawClient.plain(edge.port("raw"))) {
                assertThat(late.isEnded()).isTrue();
            }
            edge.awaitMetric(1, "sallyport_connections_rejected_total", "no-route");
        }
    }

    @Test
    void endOfTheProcessEndsWhatIsLeftAfterItsPatience() throws Exception {
        try (var server = RawServer.scripted(ECHO)) {
            Edge edge = Edge.start(Wire.EPOLL, route(to(server)));
            try (var client = RawClient.plain(edge.port("raw"))) {
                client.send("a");
                assertThat(client.readBytes(1)).isEqualTo(new byte[] {'a'});

                edge.gateway().close(Duration.ofMillis(100));
                assertThat(client.isEnded()).isTrue();
                assertThat(edge.records().await(line -> true).reason()).isEqualTo("closed");
            }
        }
    }

    @Test
    void clientThatLeavesWhileConnectingIsForgotten() throws Exception {
        // An address that answers nothing: the connection hangs until its deadline.
        try (var edge =
                Edge.start(
                        Wire.EPOLL,
                        route("forward: app")
                                + "upstreams: {app: {endpoints: \"192.0.2.1:9\","
                                + " connect-timeout: 300ms}}\n")) {
            RawClient.plain(edge.port("raw")).reset();

            edge.awaitMetric(0, "sallyport_relays", "raw");
            edge.awaitMetric(0, "sallyport_connections", "raw");
            assertThat(edge.records().await(line -> true).reason()).isNotEmpty();
        }
    }

    private static int freePort() {
        try (var unused = RawServer.answering(request -> "")) {
            return unused.port();
        }
    }
}
