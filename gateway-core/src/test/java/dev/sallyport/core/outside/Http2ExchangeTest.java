package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.outside.Http2Client.Answer;
import dev.sallyport.core.outside.Http2Client.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests and responses over HTTP/2, of all kinds. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class Http2ExchangeTest {
    private static final long SIZE = 60_000_000;
    private static final long MOST_IN_FLIGHT = 24_000_000;
    private static final byte[] PIECE = new byte[100_000];

    @Http2Test
    void carriesRequestAndResponse(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text() + "!"));
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            Answer answer =
                    client.post(1, "/a?b", "content-length=5").data(1, "hello", true).answer(1);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello!");
            assertThat(answer.field("content-length")).isEqualTo("6");
            assertThat(answer.field("via")).isEqualTo("1.1 sallyport");
            assertThat(answer.field("connection")).isNull();
            assertThat(origin.lastRequest().line()).isEqualTo("POST /a?b HTTP/1.1");
            assertThat(origin.lastRequest().field("host")).isEqualTo("a.example");
            assertThat(origin.lastRequest().field("content-length")).isEqualTo("5");
            assertThat(origin.lastRequest().field("via")).isEqualTo("2.0 sallyport");
            assertThat(edge.records().await(line -> true).path()).isEqualTo("/a");
        }
    }

    @Http2Test
    void sendsBodyWithoutLengthInChunks(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.post(1, "/").data(1, "one", false).data(1, "two", false).data(1, "", true);

            assertThat(client.answer(1).text()).isEqualTo("onetwo");
            assertThat(origin.lastRequest().field("transfer-encoding")).isEqualTo("chunked");
        }
    }

    @Http2Test
    void gathersFramesOfOneByte(Wire wire) {
        var pieces = new AtomicInteger();
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            var body = new ByteArrayOutputStream();
                            connection.readChunks(piece -> {
                                pieces.incrementAndGet();
                                body.writeBytes(piece);
                            });
                            connection.send(ok("" + body.size()));
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            var frames = new ByteArrayOutputStream();
            for (int i = 0; i < 10_000; i++) {
                frames.writeBytes(Http2Client.frame(Http2Client.DATA, 0, 1, new byte[1]));
            }
            client.post(1, "/").raw(frames.toByteArray()).data(1, "", true);

            assertThat(client.answer(1).text()).isEqualTo("10000");
            assertThat(pieces.get()).isLessThan(200);
        }
    }

    @Http2Test
    void answersManyStreamsInAnyOrder(Wire wire) {
        var release = new CountDownLatch(1);
        try (var origin =
                        RawServer.answering(request -> {
                            if (request.path().equals("/slow")) {
                                awaitQuietly(release);
                            }
                            return ok(request.path());
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.get(1, "/slow");
            for (int stream = 3; stream < 199; stream += 2) {
                client.get(stream, "/" + stream);
            }

            assertThat(client.answer(197).status()).isEqualTo(200);
            release.countDown();
            assertThat(client.answer(1).text()).isEqualTo("/slow");
        }
    }

    @Http2Test
    void answersWithoutBody(Wire wire) {
        try (var origin =
                        RawServer.answering(request ->
                                switch (request.path()) {
                                    case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                                    case "/304" ->
                                            "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n";
                                    default -> "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
                                });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            assertThat(client.get(1, "/204").answer(1).heads).hasSize(1);
            assertThat(client.get(3, "/304").answer(3).field("content-length")).isEqualTo("9");
            client.headers(5, true, Http2Client.request("HEAD", "/"));
            Answer head = client.answer(5);
            assertThat(head.field("content-length")).isEqualTo("9");
            assertThat(head.isComplete).isTrue();
            assertThat(head.body.size()).isZero();
        }
    }

    @Http2Test
    void passesInterimHeadsAndTrailers(Wire wire) {
        try (var origin =
                        RawServer.answering(request ->
                                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                        + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\nabc\r\n0\r\nGrpc-Status: 0\r\n\r\n");
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            Answer answer = client.get(1, "/").answer(1);

            assertThat(answer.heads).hasSize(3);
            assertThat(answer.heads.getFirst()).contains(":status=103", "link=</a>");
            assertThat(answer.heads.getLast()).containsExactly("grpc-status=0");
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.isComplete).isTrue();
        }
    }

    @Http2Test
    void asksForBodyThatWaitsToBeAskedFor(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.post(1, "/", "content-length=2", "expect=100-continue");
            Answer first = client.answer(1, answer -> answer.status() == 100);
            assertThat(first.status()).isEqualTo(100);

            assertThat(client.data(1, "ok", true).answer(1).text()).isEqualTo("ok");
            assertThat(origin.lastRequest().field("expect")).isNull();
        }
    }

    @Http2Test
    void takesTrailersOfRequest(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.post(1, "/").data(1, "x", false).headers(1, true, "checksum=1");

            assertThat(client.answer(1).text()).isEqualTo("x");
        }
    }

    @Http2Test
    void stopsBodyThatNobodyWantsAnyMore(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("never"));
                var edge =
                        Edge.start(
                                wire,
                                "routes:\n  all: {forward: app, filters: [body-size: 10B]}\n"
                                        + origin.upstream(""));
                var client = Http2Client.connect(edge)) {
            client.post(1, "/").data(1, "more than ten bytes", false);
            Answer answer = client.answer(1);
            assertThat(answer.status()).isEqualTo(413);
            Frame reset =
                    Objects.requireNonNull(
                            client.await(frame -> frame.type() == Http2Client.RST_STREAM));
            assertThat(reset.code()).isZero();

            // What was on its way is no fault, and the connection goes on.
            client.data(1, "late", true);
            client.headers(3, true, Http2Client.request("GET", "/"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Http2Test
    void showsTruncation(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            Answer answer = client.get(1, "/").answer(1);

            assertThat(answer.isComplete).isFalse();
            assertThat(answer.reset).isEqualTo(2);
        }
    }

    @Http2Test
    void endsWorkOfStreamThatClientReset(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.get(1, "/");
            Await.equal(1, origin::openConnections);

            client.reset(1, Http2Client.CANCEL);

            Await.equal(0, origin::openConnections);
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("client-closed");
        }
    }

    @Http2Test
    void readsNoMoreFromTheOriginThanTheWindowsAllow(Wire wire) throws Exception {
        var sent = new AtomicLong();
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                            while (sent.get() < SIZE) {
                                connection.send(PIECE);
                                sent.addAndGet(PIECE.length);
                            }
                        });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.stingy(edge)) {
            client.get(1, "/");
            Answer first = client.answer(1, answer -> answer.body.size() >= 65_535);
            assertThat(first.body.size()).isEqualTo(65_535);
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(MOST_IN_FLIGHT);

            client.windowUpdate(0, Integer.MAX_VALUE / 2).windowUpdate(1, Integer.MAX_VALUE / 2);

            Answer rest = client.answer(1);
            assertThat(rest.isComplete).isTrue();
            assertThat(first.body.size() + rest.body.size()).isEqualTo(SIZE);
        }
    }

    @Http2Test
    void takesNoMoreFromTheClientThanTheOriginDoes(Wire wire) {
        var release = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(
                                0,
                                4096,
                                connection -> {
                                    connection.readHead();
                                    release.await();
                                    var total = new AtomicLong();
                                    connection.readChunks(piece -> total.addAndGet(piece.length));
                                    connection.send(ok("" + total.get()));
                                });
                var edge = Edge.start(wire, origin.route());
                var client = Http2Client.connect(edge)) {
            client.post(1, "/");
            long window = 256 * 1024;
            byte[] piece = new byte[16_384];
            for (long left = window; left > 0; left -= piece.length) {
                client.send(Http2Client.DATA, 0, 1, piece);
            }
            Frame more =
                    Objects.requireNonNull(
                            client.await(frame ->
                                    frame.type() == Http2Client.WINDOW_UPDATE
                                            && frame.stream() == 1));
            assertThat(more.payload()).hasSize(4);
            release.countDown();

            assertThat(client.data(1, "", true).answer(1).text()).isEqualTo("" + window);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitStandstill(AtomicLong sent) {
        var before = new AtomicLong(-1);
        var since = new AtomicLong(System.nanoTime());
        Await.until(
                "a standstill",
                () -> {
                    if (before.getAndSet(sent.get()) != sent.get()) {
                        since.set(System.nanoTime());
                    }
                    return sent.get() > 0 && System.nanoTime() - since.get() > 300_000_000;
                },
                sent::get);
    }
}
