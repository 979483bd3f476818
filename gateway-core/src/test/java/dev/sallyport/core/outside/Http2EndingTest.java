package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.outside.Http2Client.Answer;
import dev.sallyport.core.outside.Http2Client.Frame;
import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Fields;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long a client of HTTP/2 may take, what is refused, and how connections end. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class Http2EndingTest {
    // Time.

    @Http2Test
    void endsConnectionThatSaysNothing(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 300ms");
                var client = edge.connectForHttp2()) {
            client.drain();

            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    @Http2Test
    void endsConnectionThatIdlesBetweenRequests(Wire wire) {
        try (var edge = edge(wire, "keep-alive-timeout: 300ms");
                var client = Http2Client.connect(edge)) {
            assertThat(client.get(1, "/").answer(1).status()).isEqualTo(204);

            Frame end = Objects.requireNonNull(client.awaitGoAway());
            assertThat(end.code()).isZero();
            assertThat(end.words()).isEqualTo("idle");
        }
    }

    @Http2Test
    void endsConnectionWithPartOfFrame(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 300ms");
                var client = Http2Client.connect(edge)) {
            client.raw(new byte[] {0, 0, 8, 6});

            assertThat(Objects.requireNonNull(client.awaitGoAway()).words())
                    .isEqualTo("head-timeout");
        }
    }

    @Http2Test
    void endsConnectionWithFrameThatDrips(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 500ms");
                var client = Http2Client.connect(edge)) {
            long start = System.nanoTime();
            client.raw(new byte[] {0, 40, 0, 1, 5, 0, 0, 0, 1});
            while (client.trySend(new byte[1])
                    && edge.metric("sallyport_connection_ends_total") == 0
                    && System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
                Await.reached(Duration.ofMillis(20), () -> false);
            }

            edge.awaitMetric(1, "sallyport_connection_ends_total", "reason=\"head-timeout\"");
        }
    }

    @Http2Test
    void endsConnectionWithHeadThatIsNeverComplete(Wire wire) {
        try (var edge = edge(wire, "head-timeout: 300ms");
                var client = Http2Client.connect(edge)) {
            client.send(
                    Http2Client.HEADERS, 0, 1, Http2Client.block(Http2Client.request("GET", "/")));

            assertThat(Objects.requireNonNull(client.awaitGoAway()).words())
                    .isEqualTo("head-timeout");
        }
    }

    @Http2Test
    void answersTimeoutToBodyThatStands(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("complete"));
                var edge =
                        Edge.start(wire, origin.route() + "limits: {progress-timeout: 400ms}\n");
                var client = Http2Client.connect(edge)) {
            client.post(1, "/").data(1, "x", false);

            Answer answer = client.answer(1);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("request-timeout");
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @Http2Test
    void letsSlowBodyGoOnThatMoves(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(wire, origin.route() + "limits: {progress-timeout: 1s}\n");
                var client = Http2Client.connect(edge)) {
            client.post(1, "/");
            for (int i = 0; i < 10; i++) {
                Await.reached(Duration.ofMillis(200), () -> false);
                client.data(1, "x", false);
            }

            assertThat(client.data(1, "", true).answer(1).text()).isEqualTo("x".repeat(10));
        }
    }

    // Refusals.

    @Test
    void refusesWhatIsMalformed() {
        try (var origin = RawServer.answering(request -> ok("reached"));
                var edge = Edge.start(Wire.EPOLL, origin.route())) {
            int count = 0;
            for (Fields item : MalformedCorpus.fields()) {
                try (var client = Http2Client.connect(edge)) {
                    var block = new ByteArrayOutputStream();
                    for (byte[][] field : item.fields()) {
                        Http2Client.literal(block, field[0], field[1]);
                    }
                    sendInPieces(client, block.toByteArray(), item.isLast());
                    expectRefusal(client, item);
                }
                count++;
            }
            edge.awaitMetric(count - tooLargeToRead(), "sallyport_malformed_total");
            assertThat(origin.connections()).isZero();
        }
    }

    /** Those whose block alone is larger than any head may be end the connection. */
    private static long tooLargeToRead() {
        return MalformedCorpus.fields().stream().filter(Http2EndingTest::isTooLargeToRead).count();
    }

    private static boolean isTooLargeToRead(Fields item) {
        return item.name().equals("head-too-large");
    }

    private static void sendInPieces(Http2Client client, byte[] block, boolean isLast) {
        int first = Math.min(block.length, 16_000);
        boolean isWhole = first == block.length;
        client.send(
                Http2Client.HEADERS,
                (isLast ? Http2Client.END_STREAM : 0) | (isWhole ? Http2Client.END_HEADERS : 0),
                1,
                java.util.Arrays.copyOf(block, first));
        if (!isWhole) {
            client.send(
                    Http2Client.CONTINUATION,
                    Http2Client.END_HEADERS,
                    1,
                    java.util.Arrays.copyOfRange(block, first, block.length));
        }
    }

    private static void expectRefusal(Http2Client client, Fields item) {
        if (isTooLargeToRead(item)) {
            assertThat(Objects.requireNonNull(client.awaitGoAway()).words())
                    .isEqualTo("header-block");
            return;
        }
        Answer answer = client.answer(1);
        if (answer.reset == Http2Client.PROTOCOL_ERROR) {
            assertThat(answer.heads).as(item.name()).isEmpty();
        } else {
            assertThat(answer.status()).as(item.name()).isEqualTo(item.status());
        }
    }

    @Http2Test
    void resetsBodyThatIsNotAsLongAsItSaid(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("reached"));
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.post(1, "/", "content-length=3").data(1, "four", true);

            assertThat(client.answer(1).reset).isEqualTo(Http2Client.PROTOCOL_ERROR);
            client.post(3, "/", "content-length=3").data(3, "tw", true);
            assertThat(client.answer(3).reset).isEqualTo(Http2Client.PROTOCOL_ERROR);
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Http2Test
    void speaksHttp1OnTheSameListener(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge = Edge.start(wire, origin.route());
                var client = wire.isTls() ? edge.connect() : RawClient.plain(edge.port("h2c"))) {
            client.send("P");
            client.send("OST /one HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");

            assertThat(client.read().text()).isEqualTo("/one");
        }
    }

    // Ends in good order.

    @Http2Test
    void drainsWithoutLosingRequests(Wire wire) {
        var release = new CountDownLatch(1);
        try (var origin =
                        RawServer.answering(request -> {
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return ok(request.path());
                        });
                var edge = new Ended(Edge.start(wire, origin.route()));
                var client = Http2Client.connect(edge.edge())) {
            client.get(1, "/one");
            Await.equal(1, origin::connections);
            Thread closing =
                    Thread.ofVirtual()
                            .start(() -> edge.edge().gateway().close(Duration.ofSeconds(20)));
            Frame first =
                    Objects.requireNonNull(
                            client.await(frame -> frame.type() == Http2Client.GOAWAY));
            assertThat(first.code()).isZero();
            // The client has not heard of it yet.
            client.get(3, "/two");
            Frame ping =
                    Objects.requireNonNull(client.await(frame -> frame.type() == Http2Client.PING));
            client.send(Http2Client.PING, 1, 0, ping.payload());
            Frame second =
                    Objects.requireNonNull(
                            client.await(frame -> frame.type() == Http2Client.GOAWAY));
            assertThat(second.payload()).startsWith(0, 0, 0, 3);
            client.get(5, "/three");
            assertThat(client.answer(5).reset).isEqualTo(Http2Client.REFUSED_STREAM);
            release.countDown();

            Answer one = client.answer(1);
            assertThat(one.isComplete).isTrue();
            client.await(_ -> false);
            Await.until("the end", () -> !closing.isAlive(), closing::getState);
            edge.edge().records().awaitCount(2);
            assertThat(edge.edge().records().lines()).allMatch(line -> line.status() == 200);
        }
    }

    @Http2Test
    void endsAfterEnoughRequests(Wire wire) {
        try (var edge = edge(wire, "requests-per-connection: 2");
                var client = Http2Client.connect(edge)) {
            assertThat(client.get(1, "/").answer(1).status()).isEqualTo(204);
            client.get(3, "/");
            Frame end =
                    Objects.requireNonNull(
                            client.await(frame -> frame.type() == Http2Client.GOAWAY));
            assertThat(end.words()).isEqualTo("enough-requests");

            client.await(_ -> false);
            edge.records().awaitCount(2);
            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    @Http2Test
    void endsWorkWhenClientIsGone(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            for (int stream = 1; stream < 20; stream += 2) {
                client.get(stream, "/");
            }
            Await.equal(10, origin::openConnections);

            client.reset();

            Await.equal(0, origin::openConnections);
            edge.awaitMetric(0, "sallyport_requests_in_flight");
        }
    }

    /** An edge that the test itself ends. */
    private record Ended(Edge edge) implements AutoCloseable {
        @Override
        public void close() {
            // ended by the test
        }
    }

    private static Edge edge(Wire wire, String limits) {
        return Edge.start(wire, "routes:\n  all: {respond: 204}\nlimits: {" + limits + "}\n");
    }
}
