package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests over HTTP/3, on every transport. */
@ExtendWith(CleanLogs.class)
class Http3Test {
    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void carriesRequestAndResponse(Wire wire) {
        try (var origin = RawServer.answering(request -> RawServer.ok("hello"));
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            for (int i = 0; i < 3; i++) {
                var answer = client.get("/a?b=c");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("hello");
                assertThat(answer.field("content-length")).isEqualTo("5");
                assertThat(answer.field("via")).isEqualTo("1.1 sallyport");
            }

            assertThat(origin.lastRequest().line()).isEqualTo("GET /a?b=c HTTP/1.1");
            assertThat(origin.lastRequest().field("host")).isEqualTo("a.example");
            assertThat(origin.lastRequest().field("x-forwarded-proto")).isEqualTo("https");
            edge.awaitMetric(1, "sallyport_tls_handshakes_total", "result=\"ok\"");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING_TLS", "EPOLL_TLS", "NIO_TLS"})
    void carriesLargeBodiesBothWays(Wire wire) {
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ('a' + i % 26);
        }
        try (var origin =
                        RawServer.answering(request -> {
                            byte[] body = request.body();
                            return RawServer.ok(new String(body, ISO_8859_1));
                        });
                var edge = Edge.start(wire, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var answer =
                    client.ask(
                            H3Client.request("POST", "/echo"),
                            Arrays.copyOfRange(large, 0, 1_000_000),
                            Arrays.copyOfRange(large, 1_000_000, large.length));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(large);
        }
    }

    @Test
    void carriesManyRequestsAtOnce() {
        try (var origin = RawServer.answering(request -> RawServer.ok(request.path()));
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            for (int wave = 0; wave < 5; wave++) {
                List<CompletableFuture<H3Client.Answer>> answers = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    assertThat(client.awaitStream()).isTrue();
                    answers.add(client.send(H3Client.request("GET", "/" + wave + i)));
                }
                for (int i = 0; i < answers.size(); i++) {
                    assertThat(H3Client.await(answers.get(i)).text()).isEqualTo("/" + wave + i);
                }
            }
        }
    }

    @Test
    void recordsTheProtocol() {
        try (var origin = RawServer.answering(request -> RawServer.ok("x"));
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            client.get("/logged");

            var line = edge.records().await(record -> record.path().equals("/logged"));
            assertThat(line.protocol()).isEqualTo("HTTP/3.0");
            assertThat(line.host()).isEqualTo("a.example");
        }
    }

    @Test
    void answersHeadWithoutBody() {
        try (var origin =
                        RawServer.answering(
                                request -> "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var answer = client.ask(H3Client.request("HEAD", "/"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("content-length")).isEqualTo("7");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void passesInterimResponsesAndTrailers() {
        try (var origin =
                        RawServer.answering(request ->
                                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                                        + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n");
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var answer = client.ask(H3Client.request("GET", "/").add("te", "trailers"));

            assertThat(answer.interims()).containsExactly("103");
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.trailers()).containsExactly("x-sum: 9");
        }
    }

    @Test
    void tellsOtherProtocolsAndNotItself() {
        try (var origin =
                        RawServer.answering(request ->
                                "HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":1\"\r\nContent-Length: 0\r\n\r\n");
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            assertThat(client.get("/").field("alt-svc")).isNull();

            var other = edge.ask("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
            assertThat(other.field("alt-svc"))
                    .isEqualTo("h3=\":" + edge.port("secure") + "\"; ma=86400");
        }
    }

    @Test
    void answersContinueBeforeTheBody() {
        try (var origin = RawServer.answering(request -> RawServer.ok(request.text()));
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var collector = new H3Client.Collector();
            var stream = client.open(collector);
            var head = H3Client.request("POST", "/").add("expect", "100-continue");
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(head));
            Await.until("100", () -> collector.interimCount() == 1, collector::interimCount);
            stream.writeAndFlush(
                            new DefaultHttp3DataFrame(Unpooled.copiedBuffer("now", ISO_8859_1)))
                    .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);

            assertThat(H3Client.await(collector.answer).text()).isEqualTo("now");
            assertThat(origin.lastRequest().field("expect")).isNull();
        }
    }

    @Test
    void smallFramesDoNotBecomeSmallChunks() {
        byte[][] bytes = new byte[2_000][];
        Arrays.setAll(bytes, i -> new byte[] {(byte) ('a' + i % 26)});
        var chunks = new AtomicInteger();
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.readChunks(chunk -> chunks.incrementAndGet());
                            connection.send(RawServer.ok("done"));
                        });
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            assertThat(client.ask(H3Client.request("POST", "/"), bytes).text()).isEqualTo("done");

            assertThat(chunks.get()).isLessThan(bytes.length);
        }
    }

    @Test
    void truncatedResponseIsReset() {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
                        });
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            assertThatThrownBy(() -> client.get("/"))
                    .isInstanceOfSatisfying(
                            H3Client.Reset.class, reset -> assertThat(reset.code).isEqualTo(0x102));
        }
    }

    @Test
    void clientThatResetsCancelsTheUpstream() {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.awaitEnd();
                        });
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            var stream = client.open(new H3Client.Collector());
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(H3Client.request("POST", "/slow")));
            Await.equal(1, origin::openConnections);

            stream.shutdown(0x10c);

            Await.equal(0, origin::openConnections);
            assertThat(edge.records().await(line -> line.path().equals("/slow")).status())
                    .isEqualTo(499);
        }
    }

    @Test
    void listenerThatIsTakenAwayDrains() throws Exception {
        var release = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            release.await();
                            connection.send(RawServer.ok("late"));
                        });
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route());
                var client = H3Client.connect(edge.port("secure"))) {
            int port = edge.port("secure");
            var answer = client.send(H3Client.request("GET", "/late"));
            Await.equal(1, origin::openConnections);
            edge.apply("listeners:\n  web: {address: \"127.0.0.1:0\"}\n" + origin.route());
            release.countDown();

            assertThat(H3Client.await(answer).text()).isEqualTo("late");
            assertThat(client.awaitClose()).isEqualTo(0x100);
            // The socket goes with its last connection, and the port with it.
            Await.until("a free port", () -> isFree(port), () -> "taken");
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new DatagramSocket(null)) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void unknownHostIsMisdirected() {
        try (var edge =
                        Edge.start(
                                Wire.EPOLL_TLS,
                                "routes:\n  one: {host: b.example, respond: 200}\n");
                var client = H3Client.connect(edge.port("secure"))) {
            assertThat(client.get("/").status()).isEqualTo(421);
            assertThat(
                            client.ask(
                                            new DefaultHttp3Headers(false)
                                                    .method("GET")
                                                    .scheme("https")
                                                    .authority("b.example")
                                                    .path("/"))
                                    .status())
                    .isEqualTo(200);
        }
    }
}
