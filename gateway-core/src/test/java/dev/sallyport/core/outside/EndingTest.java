package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How connections end, from either side, at any moment. */
@ExtendWith(CleanLogs.class)
final class EndingTest {
    @TransportTest
    void answersClientThatShutItsSide(Wire wire) throws Exception {
        try (var origin = RawServer.answering(request -> ok("x".repeat(3_000_000)));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(get("/")).halfClose();

            assertThat(client.read().body()).hasSize(3_000_000);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @TransportTest
    void answersAllThatWasAskedBeforeTheClientShutItsSide(Wire wire) throws Exception {
        String config = "routes:\n  none: {host: none.example, respond: 404}\n";
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge = Edge.start(wire, origin.route().replace("routes:\n", config));
                var client = edge.connect()) {
            String local = "GET / HTTP/1.1\r\nHost: none.example\r\n\r\n";
            client.send(get("/1") + local + get("/2") + local + local + get("/3") + "GET /half")
                    .halfClose();

            assertThat(client.read().text()).isEqualTo("/1");
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.read().text()).isEqualTo("/2");
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.read().text()).isEqualTo("/3");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void deliversWholeLastResponseToSlowClients() throws Exception {
        // Of so many sizes, some end while the socket is full and the edge still holds the rest.
        int step = 65_536;
        int most = 72;
        List<RawClient> clients = new ArrayList<>();
        try (var origin =
                        RawServer.answering(request ->
                                ok(
                                        "x"
                                                .repeat(
                                                        1_000_000
                                                                + Integer.parseInt(
                                                                        request.path()
                                                                                .substring(1)))));
                var edge = Edge.start(Wire.EPOLL, origin.route())) {
            for (int i = 1; i <= most; i++) {
                var client = RawClient.plain(edge.port("web"), 4_096);
                clients.add(client);
                String close = i % 2 == 0 ? "Connection: close\r\n" : "";
                client.send(
                        "GET /" + i * step + " HTTP/1.1\r\nHost: a.example\r\n" + close + "\r\n");
                if (close.isEmpty()) {
                    client.halfClose();
                }
            }
            Await.reached(Duration.ofMillis(2_500), () -> false);

            for (int i = 1; i <= most; i++) {
                Response response = clients.get(i - 1).read();
                assertThat(response.isComplete()).as("of " + i * step).isTrue();
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @WireTest
    void abortsUpstreamWhenClientLeaves(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, origin.route())) {
            try (var client = edge.connect()) {
                client.send(get("/"));
                Await.equal(1L, origin::requestCount);
                client.reset();
            }

            Await.equal(0, origin::openConnections);
            assertThat(edge.records().await(line -> true).status()).isEqualTo(499);
            edge.awaitMetric(0, "sallyport_requests_in_flight");
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @TransportTest
    @Timeout(60)
    void freesEverySlotAfterThousandAborts(Wire wire) throws Exception {
        try (var origin =
                        RawServer.scripted(connection -> {
                            for (var at = connection.read(); at != null; at = connection.read()) {
                                if (at.path().equals("/ok")) {
                                    connection.send(ok("fine"));
                                } else {
                                    connection.send(
                                            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
                                }
                            }
                        });
                var edge =
                        Edge.start(
                                wire,
                                "routes:\n  all: {forward: app}\n"
                                        + origin.upstream(", max-connections: 60"))) {
            for (int i = 0; i < 1_000; i++) {
                try (var client = edge.connect()) {
                    client.send(get("/" + i));
                    if (i % 3 == 0) {
                        client.readHead();
                    }
                    // A FIN alone may be a client that still reads: it gets a second.
                    if (i % 50 != 0) {
                        client.reset();
                    }
                }
                if (i % 20 == 19) {
                    Await.until(
                            "few in flight",
                            () -> edge.metric("sallyport_requests_in_flight") <= 20,
                            edge::metrics);
                }
            }

            Await.equal(0, origin::openConnections);
            edge.awaitMetric(0, "sallyport_upstream_connections");
            edge.awaitMetric(0, "sallyport_requests_in_flight");
            // Both at the same time: the last of them may be counted only now.
            Await.until(
                    "a record of each request",
                    () -> edge.records().count() == edge.metric("sallyport_requests_total"),
                    edge::metrics);
            for (int i = 0; i < 60; i++) {
                assertThat(edge.ask(get("/ok")).text()).isEqualTo("fine");
            }
        }
    }

    @WireTest
    void showsTruncationOfEveryFraming(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            var request = connection.read();
                            boolean isChunked = request.path().equals("/chunked");
                            connection.send(
                                    isChunked
                                            ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                                            : "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                        });
                var edge = Edge.start(wire, origin.route())) {
            Response chunked = edge.ask(get("/chunked"));
            Response sized = edge.ask(get("/sized"));
            Response old = edge.ask("GET /chunked HTTP/1.0\r\n\r\n");

            assertThat(chunked.isComplete()).isFalse();
            assertThat(sized.isComplete()).isFalse();
            assertThat(old.isComplete()).as("an HTTP/1.0 client sees the cut").isFalse();
            assertThat(edge.records().await(line -> line.path().equals("/sized")).reason())
                    .isEqualTo("response-truncated");
        }
    }

    @WireTest
    void showsTruncationWhenOriginResets(Wire wire) throws Exception {
        var isRead = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send("HTTP/1.1 200 OK\r\n\r\nhello");
                            isRead.await();
                            connection.reset();
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(get("/")).readHead();
            client.readBytes("5\r\nhello".length());
            isRead.countDown();

            assertThat(client.drain()).isEqualTo("\r\n");
        }
    }

    @TransportTest
    void answersBadGatewayWhenOriginLeavesWithoutWord(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.reset();
                        });
                var edge = Edge.start(wire, origin.route())) {
            assertThat(edge.ask(get("/")).status()).isEqualTo(502);
            assertThat(edge.ask(RawClient.post("/", "x")).status()).isEqualTo(502);
            assertThat(edge.records().await(line -> line.method().equals("POST")).reason())
                    .isEqualTo("upstream-closed");
        }
    }
}
