package dev.sallyport.core.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.InternalCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamIT {
    private static final String POST =
            String.join(
                    "\r\n",
                    "POST / HTTP/1.1",
                    "host: a.test",
                    "connection: close",
                    "content-length: 0",
                    "",
                    "");

    @TempDir private Path folder;

    @Test
    void requestsInARowShareAConnection() throws Exception {
        try (var backend = RawBackend.start(RawBackend.answering("hi"));
                var edge = start(backend.port())) {
            for (int i = 0; i < 5; i++) {
                assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("hi");
            }

            assertThat(backend.connections()).isEqualTo(1);
            assertThat(edge.metrics("sallyport_upstream_connections{"))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
        }
    }

    @Test
    void idleConnectionIsClosedInTime() throws Exception {
        try (var backend = RawBackend.start(RawBackend.answering("hi"));
                var edge =
                        RunningEdge.start(
                                folder, upstream(backend.port(), "idle-timeout: 200ms"))) {
            edge.get("/");

            await(() -> edge.upstream().endpoints().getFirst().connections() == 0);
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200");
            assertThat(backend.connections()).isEqualTo(2);
        }
    }

    @Test
    void noMoreThanTheWantedConnectionsIdle() throws Exception {
        try (var backend = RawBackend.start(RawBackend.answering("hi"));
                var edge =
                        RunningEdge.start(
                                folder, upstream(backend.port(), "idle-connections: 0"))) {
            edge.get("/");
            edge.get("/");

            assertThat(backend.connections()).isEqualTo(2);
            await(() -> edge.upstream().endpoints().getFirst().connections() == 0);
        }
    }

    /** Whoever closes first keeps the port for a minute: a busy edge would run out of ports. */
    @Test
    void connectionForOneRequestLeavesNoPortBehind() throws Exception {
        var end = new CompletableFuture<String>();
        RawBackend.Script once =
                connection -> {
                    connection.requireHead();
                    connection.send(
                            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi");
                    try {
                        end.complete("read " + connection.in().read());
                    } catch (SocketException e) {
                        end.complete(e.getMessage());
                    }
                };
        try (var backend = RawBackend.start(once);
                var edge = start(backend.port())) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("hi");

            assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("Connection reset");
            await(() -> edge.upstream().endpoints().getFirst().connections() == 0);
        }
    }

    @Test
    void idleConnectionsEndWithTheirUpstream() throws Exception {
        try (var backend = RawBackend.start(RawBackend.answering("hi"));
                var edge = start(backend.port())) {
            edge.get("/");
            Endpoint before = edge.upstream().endpoints().getFirst();
            assertThat(before.connections()).isEqualTo(1);

            edge.reload(upstream(backend.port(), "connect-timeout: 4s"));

            await(() -> before.connections() == 0);
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void nobodyListeningIsAnsweredAtOnceAndLeavesNoConnectionBehind() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        try (var edge = start(port)) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 503").contains("retry-after");

            await(() -> edge.upstream().endpoints().getFirst().connections() == 0);
            assertThat(edge.metrics("sallyport_upstream_connections{"))
                    .allSatisfy(line -> assertThat(line).endsWith(" 0.0"));
            assertThat(edge.metrics("sallyport_upstream_failures_total"))
                    .filteredOn(line -> line.contains("connect-refused"))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
        }
    }

    @Test
    void refusedRequestGoesToTheNextEndpoint() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        try (var backend = RawBackend.start(RawBackend.answering("hi"));
                var edge =
                        RunningEdge.start(
                                folder,
                                "{endpoints: [\"127.0.0.1:%d\", \"127.0.0.1:%d\"]}"
                                        .formatted(port, backend.port()))) {
            for (int i = 0; i < 12; i++) {
                assertThat(edge.get("/")).startsWith("HTTP/1.1 200");
            }

            assertThat(edge.metrics("sallyport_upstream_ejections_total{"))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
        }
    }

    @Test
    void connectingThatTakesTooLongIsAnsweredInTime() throws Exception {
        try (var full = new FullBacklog();
                var edge =
                        RunningEdge.start(
                                folder, upstream(full.port(), "connect-timeout: 300ms"))) {
            long begun = System.nanoTime();

            assertThat(edge.get("/")).startsWith("HTTP/1.1 504");

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
            await(() -> edge.upstream().endpoints().getFirst().connections() == 0);
        }
    }

    @Test
    void clientThatLeavesEndsTheConnectingThatFollowedAFullEndpoint() throws Exception {
        var release = new CountDownLatch(1);
        try (var full = new FullBacklog();
                var backend = RawBackend.start(connection -> hold(connection, release));
                var edge =
                        RunningEdge.start(
                                folder,
                                """
                                {endpoints: [{address: "127.0.0.1:%d", weight: 3}, "127.0.0.1:%d"],
                                 max-connections: 1, connect-timeout: 1m}\
                                """
                                        .formatted(backend.port(), full.port()));
                var first = edge.connect()) {
            first.getOutputStream().write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(US_ASCII));
            await(() -> backend.requests() == 1);
            Endpoint hanging = edge.upstream().endpoints().getLast();

            try (var second = edge.connect()) {
                second.getOutputStream()
                        .write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(US_ASCII));
                await(() -> hanging.connections() == 1);
            }

            await(() -> hanging.connections() == 0);
            release.countDown();
        }
    }

    private static void hold(RawBackend.Connection connection, CountDownLatch release)
            throws IOException {
        connection.head();
        try {
            release.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void staleConnectionIsReplacedUnderAGetAndNotUnderAPost() throws Exception {
        try (var backend =
                        RawBackend.start(connection -> {
                            connection.head();
                            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
                            connection.head(); // read, and never answered
                        });
                var edge = start(backend.port())) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200");
            assertThat(edge.get("/again")).startsWith("HTTP/1.1 200");
            assertThat(backend.requests()).isEqualTo(3);

            assertThat(edge.send(POST)).startsWith("HTTP/1.1 502");
            assertThat(backend.requests()).isEqualTo(4);
            assertThat(edge.metrics("sallyport_upstream_failures_total"))
                    .allSatisfy(line -> assertThat(line).endsWith(" 0.0"));
        }
    }

    @Test
    void wrongCertificateIsAnsweredAndNeverSentARequest() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        try (var backend =
                        RawBackend.start(
                                ca.issue(List.of("other.test")), RawBackend.answering("hi"));
                var edge = RunningEdge.start(folder, tls(backend.port(), "app.test"))) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 502");

            assertThat(backend.requests()).isZero();
            assertThat(edge.metrics("sallyport_upstream_failures_total"))
                    .filteredOn(line -> line.contains("tls"))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
            assertThat(edge.metrics("sallyport_upstream_connections{"))
                    .allSatisfy(line -> assertThat(line).endsWith(" 0.0"));
        }
    }

    @Test
    void plaintextServerOnATlsEndpointIsAnswered() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        try (var backend =
                        RawBackend.start(connection ->
                                connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
                var edge = RunningEdge.start(folder, tls(backend.port(), "app.test"))) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void bodyCutOffBeforeTheEndOfTlsIsSeenAsCutOff() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        try (var backend =
                        RawBackend.start(
                                ca.issue(List.of("app.test")),
                                connection -> {
                                    boolean isCut = connection.requireHead().contains("/cut");
                                    connection.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                                    if (isCut) {
                                        connection.raw().close();
                                    }
                                });
                var edge = RunningEdge.start(folder, tls(backend.port(), "app.test"))) {
            assertThat(edge.get("/whole")).contains("half").endsWith("0\r\n\r\n");

            // Without TLS's own goodbye anyone in between may have ended it (RFC 9112 9.8).
            assertThat(edge.get("/cut")).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void bytesThatAreNoTlsAreTheEndpointsFault() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        try (var backend =
                        RawBackend.start(
                                ca.issue(List.of("app.test")),
                                connection -> {
                                    connection.head();
                                    connection.raw().getOutputStream().write(new byte[100]);
                                    connection.in().read();
                                });
                var edge = RunningEdge.start(folder, tls(backend.port(), "app.test"))) {
            assertThat(edge.send(POST)).startsWith("HTTP/1.1 502");
        }
    }

    private RunningEdge start(int port) throws IOException {
        return RunningEdge.start(folder, upstream(port, "connect-timeout: 5s"));
    }

    private static String upstream(int port, String setting) {
        return "{endpoints: [\"127.0.0.1:%d\"], %s}".formatted(port, setting);
    }

    private static String tls(int port, String name) {
        return "{endpoints: [\"https://127.0.0.1:%d\"], tls: {server-name: %s, ca-file: ca.pem}}"
                .formatted(port, name);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
