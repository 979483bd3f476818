package dev.sallyport.core.upstream;

import static dev.sallyport.core.upstream.FrameServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections of HTTP/2 to endpoints and what shares them, frame by frame. */
class Http2UpstreamIT {
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;

    @TempDir private Path folder;

    @Test
    void requestIsBuiltFieldByField() throws Exception {
        var seen = new AtomicReference<String>("");
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            var head = connection.next(FrameServer.HEADERS);
                            seen.set(connection.fields(head).toString());
                            connection.answer(head.stream(), "hi");
                            connection.drain();
                        });
                var edge = start(server)) {
            String answer =
                    edge.send(
                            "GET /a?b HTTP/1.1\r\nHost: A.test\r\nX-Mixed: Case\r\n"
                                    + "TE: trailers\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
                                    + "Keep-Alive: 5\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200").contains("hi");
            assertThat(seen.get())
                    .contains(":method: GET", ":scheme: http", ":authority: a.test", ":path: /a?b")
                    .contains("x-mixed: Case", "x-forwarded-for: 127.0.0.1")
                    .doesNotContain("connection", "keep-alive", "x-hop", " te:", " host:");
        }
    }

    @Test
    void requestsAtTheSameTimeShareAConnection() throws Exception {
        var all = new CountDownLatch(20);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            var streams = new ArrayList<Integer>();
                            while (streams.size() < 20) {
                                streams.add(connection.wholeRequest());
                                all.countDown();
                            }
                            for (int stream : streams.reversed()) {
                                connection.answer(stream, "n" + stream);
                            }
                            connection.drain();
                        });
                var edge = start(server);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = gets(clients, edge, 20);

            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            for (var answer : answers) {
                assertThat(answer.get()).startsWith("HTTP/1.1 200").contains("\r\nn");
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void anotherConnectionIsOpenedWhenOneIsFull() throws Exception {
        var both = new CountDownLatch(2);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(3, 1);
                            while (true) {
                                int stream = connection.wholeRequest();
                                if (both.getCount() > 0) {
                                    both.countDown();
                                    both.await();
                                }
                                connection.answer(stream, "hi");
                            }
                        });
                var edge = start(server);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = clients.submit(() -> edge.get("/"));
            await(() -> both.getCount() == 1);
            var second = clients.submit(() -> edge.get("/"));

            assertThat(first.get()).startsWith("HTTP/1.1 200");
            assertThat(second.get()).startsWith("HTTP/1.1 200");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void refusedStreamIsTriedAgain() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.reset(connection.request(), REFUSED_STREAM);
                            connection.answerAll("again");
                        });
                var edge = start(server)) {
            String answer =
                    edge.send(
                            "POST / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n"
                                    + "content-length: 0\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200").endsWith("again");
            assertThat(server.connections()).isEqualTo(1);
            assertThat(edge.metrics("sallyport_upstream_retries_total{"))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
        }
    }

    /**
     * One try is free, as the endpoint did not look; what refuses for ever is not asked for ever.
     */
    @ParameterizedTest
    @CsvSource({
        "7, 503", // REFUSED_STREAM
        "8, 502", // CANCEL
        "-1, 503" // GOAWAY without any stream
    })
    void endpointThatAlwaysRefusesIsNotAskedForEver(int code, int status) throws Exception {
        var asked = new AtomicInteger();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            for (int stream = connection.request(); ; ) {
                                asked.incrementAndGet();
                                if (code < 0) {
                                    connection.goAway(0, 0);
                                    connection.drain();
                                }
                                connection.reset(stream, code);
                                stream = connection.request();
                            }
                        });
                var edge = start(server)) {
            edge.get("/"); // so that there is a connection that was used

            int before = asked.get();
            assertThat(edge.get("/")).startsWith("HTTP/1.1 " + status);
            assertThat(asked.get() - before).isBetween(1, 3);
        }
    }

    @Test
    void streamsBeyondTheLastOneOfGoAwayGoToAnotherConnection() throws Exception {
        var both = new CountDownLatch(2);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            if (connection.number() > 1) {
                                connection.answerAll("new");
                            }
                            int first = connection.wholeRequest();
                            both.countDown();
                            connection.wholeRequest();
                            both.countDown();
                            connection.goAway(first, 0);
                            connection.answer(first, "old");
                            connection.drain();
                        });
                var edge = start(server);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = clients.submit(() -> edge.get("/"));
            await(() -> both.getCount() == 1);
            var second = clients.submit(() -> edge.get("/"));

            assertThat(first.get()).startsWith("HTTP/1.1 200").contains("old");
            assertThat(second.get()).startsWith("HTTP/1.1 200").endsWith("new");
            await(() -> edge.upstream().endpoints().getFirst().connections() == 1);
        }
    }

    @Test
    void clientThatLeavesResetsItsStreamOnly() throws Exception {
        var code = new AtomicReference<Integer>(0);
        var asked = new CountDownLatch(1);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.wholeRequest();
                            asked.countDown();
                            code.set(connection.next(FrameServer.RST_STREAM).code());
                            connection.answerAll("other");
                        });
                var edge = start(server)) {
            try (Socket client = edge.connect()) {
                client.setSoLinger(true, 0);
                write(client, "GET / HTTP/1.1\r\nhost: a.test\r\n\r\n");
                assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            }

            await(() -> code.get() == CANCEL);
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("other");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void clientsThatLeaveAgainAndAgainUseUpTheirConnection() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            if (connection.number() > 1) {
                                connection.answerAll("new");
                            }
                            connection.drain();
                        });
                var edge = start(server)) {
            for (int i = 0; i < 50; i++) {
                try (Socket client = edge.connect()) {
                    client.setSoLinger(true, 0);
                    write(client, "GET / HTTP/1.1\r\nhost: a.test\r\n\r\n");
                    await(() -> edge.upstream().endpoints().getFirst().active() == 1);
                }
                await(() -> edge.upstream().endpoints().getFirst().active() == 0);
            }

            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("new");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void serverOfAnotherProtocolIsTold() throws Exception {
        try (var backend =
                        RawBackend.start(connection -> {
                            connection.head();
                            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                        });
                var edge =
                        RunningEdge.start(
                                folder,
                                "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}"
                                        .formatted(backend.port()))) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 502");
            assertThat(edge.metrics("sallyport_edge_responses_total"))
                    .anySatisfy(line -> assertThat(line).contains("wrong-protocol"));
        }
    }

    @Test
    void answerThatNeverComesIsNotWaitedForAndTheConnectionGoesOn() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.wholeRequest();
                            connection.answerAll("next");
                        });
                var edge = start(server)) {
            edge.reload(settings(server.port(), ""), "timeouts: {response: 200ms}");

            assertThat(edge.get("/")).startsWith("HTTP/1.1 504");
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("next");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void connectionWithoutExchangesEndsInTime() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.answerAll("hi");
                        });
                var edge =
                        RunningEdge.start(
                                folder, settings(server.port(), ", idle-timeout: 200ms"))) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200");

            await(() -> edge.upstream().endpoints().getFirst().connections() == 0);
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    private RunningEdge start(FrameServer server) throws IOException {
        return RunningEdge.start(folder, settings(server.port(), ""));
    }

    private static String settings(int port, String more) {
        return "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c%s}".formatted(port, more);
    }

    private static List<Future<String>> gets(ExecutorService clients, RunningEdge edge, int count) {
        var answers = new ArrayList<Future<String>>();
        for (int i = 0; i < count; i++) {
            answers.add(clients.submit(() -> edge.get("/")));
        }
        return answers;
    }

    private static void write(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
