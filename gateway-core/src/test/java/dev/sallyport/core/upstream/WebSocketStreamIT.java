package dev.sallyport.core.upstream;

import static dev.sallyport.core.upstream.FrameServer.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets on streams of HTTP/2 towards endpoints (RFC 8441), frame by frame. */
@Timeout(60)
class WebSocketStreamIT {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int CONNECT_PROTOCOL = 8;
    private static final int NO_ERROR = 0;
    private static final int PROTOCOL_ERROR = 1;
    private static final int CANCEL = 8;

    private static final String HANDSHAKE =
            "GET /chat?x=1 HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @TempDir private Path folder;

    @Test
    void handshakeBecomesExtendedConnect() throws Exception {
        var seen = new CompletableFuture<String>();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            var head = connection.next(FrameServer.HEADERS);
                            seen.complete(head.isEnd() + " " + connection.fields(head));
                            // Fields of the other wire that mean nothing here.
                            connection.headers(
                                    head.stream(),
                                    false,
                                    ":status",
                                    "200",
                                    "sec-websocket-accept",
                                    "wrong",
                                    "content-length",
                                    "5",
                                    "sec-websocket-extensions",
                                    "permessage-deflate");
                            connection.drain();
                        });
                var edge = start(server);
                var client = edge.connect()) {
            String answer = handshake(client);

            assertThat(answer)
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("upgrade: websocket\r\n", "connection: upgrade\r\n")
                    .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .contains("sec-websocket-extensions: permessage-deflate\r\n")
                    .doesNotContain("wrong", "content-length");
            assertThat(seen.get(30, TimeUnit.SECONDS))
                    .startsWith("false")
                    .contains(":method: CONNECT", ":protocol: websocket", ":scheme: http")
                    .contains(":authority: a.test", ":path: /chat?x=1")
                    .contains("sec-websocket-version: 13", "permessage-deflate")
                    .contains("x-forwarded-for: 127.0.0.1")
                    .doesNotContain("sec-websocket-key", " connection:", " upgrade:");
        }
    }

    @Test
    void endpointThatDoesNotOfferItIsNotAsked() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.answerAll("hi");
                        });
                var edge = start(server)) {
            for (int i = 0; i < 2; i++) {
                try (var client = edge.connect()) {
                    assertThat(handshake(client)).startsWith("HTTP/1.1 501 ");
                }
                assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("hi");
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(edge.metrics("sallyport_edge_responses_total"))
                    .anySatisfy(line ->
                            assertThat(line).contains("websocket-not-offered").endsWith(" 2.0"));
        }
    }

    @Test
    void anotherEndpointThatOffersItIsAsked() throws Exception {
        try (var refusing =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.answerAll("hi");
                        });
                var offering =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            while (true) {
                                agree(connection);
                            }
                        });
                var edge =
                        RunningEdge.start(
                                folder,
                                "{endpoints: [\"127.0.0.1:%d\", \"127.0.0.1:%d\"], protocol: h2c}"
                                        .formatted(refusing.port(), offering.port()))) {
            for (int i = 0; i < 2; i++) {
                try (var client = edge.connect()) {
                    assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");
                }
            }
        }
    }

    @Test
    void endpointThatNeverSpeaksIsNotWaitedForForever() throws Exception {
        var over = new CountDownLatch(1);
        try (var server = FrameServer.start(connection -> over.await());
                var edge = start(server, ", connect-timeout: 200ms");
                var client = edge.connect()) {
            assertThat(handshake(client)).startsWith("HTTP/1.1 504 ");
        } finally {
            over.countDown();
        }
    }

    @Test
    void endpointThatLeavesBeforeItSpeaksIsNoAnswer() throws Exception {
        try (var server = FrameServer.start(connection -> {});
                var edge = start(server);
                var client = edge.connect()) {
            assertThat(handshake(client)).startsWith("HTTP/1.1 502 ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lastWordsBeforeAResetAreDelivered(boolean isEnded) throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            int stream = agree(connection);
                            connection.next(FrameServer.DATA);
                            connection.gather(true);
                            connection.data(stream, false, "last ");
                            connection.data(stream, isEnded, "words");
                            connection.reset(stream, NO_ERROR);
                            connection.gather(false);
                            connection.drain();
                        });
                var edge = start(server);
                var client = edge.connect()) {
            assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");
            say(client, "x");

            assertThat(text(client.getInputStream().readAllBytes())).isEqualTo("last words");
            await(() -> edge.upstream().endpoints().getFirst().active() == 0);
        }
    }

    @Test
    void whatTheWindowDoesNotAllowWaits() throws Exception {
        var got = new CompletableFuture<String>();
        var longest = new AtomicInteger();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1, INITIAL_WINDOW_SIZE, 10);
                            int stream = agree(connection);
                            var all = new StringBuilder();
                            boolean isEnd = false;
                            while (!isEnd) {
                                var frame = connection.next(FrameServer.DATA);
                                isEnd = frame.isEnd();
                                all.append(text(frame.payload()));
                                if (frame.payload().length > 0) {
                                    longest.accumulateAndGet(frame.payload().length, Math::max);
                                    connection.windowUpdate(stream, frame.payload().length);
                                }
                            }
                            got.complete(all.toString());
                            connection.data(stream, true, "done");
                            connection.drain();
                        });
                var edge = start(server);
                var client = edge.connect()) {
            assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");
            String text = "0123456789".repeat(100);

            say(client, text);
            client.shutdownOutput();

            assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(text);
            assertThat(longest.get()).isEqualTo(10);
            assertThat(text(client.getInputStream().readAllBytes())).isEqualTo("done");
        }
    }

    @Test
    void fieldsWhereBytesBelongEndTheTunnel() throws Exception {
        var reset = new CompletableFuture<Integer>();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            int stream = agree(connection);
                            connection.headers(stream, true, "x-trailer", "1");
                            reset.complete(connection.next(FrameServer.RST_STREAM).code());
                            connection.drain();
                        });
                var edge = start(server);
                var client = edge.connect()) {
            assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");

            assertThat(client.getInputStream().read()).isNegative();
            assertThat(reset.get(30, TimeUnit.SECONDS)).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void clientThatIsGoneIsAResetAndTheConnectionGoesOn() throws Exception {
        var reset = new CompletableFuture<Integer>();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            agree(connection);
                            reset.complete(connection.next(FrameServer.RST_STREAM).code());
                            connection.answerAll("next");
                        });
                var edge = start(server)) {
            try (var client = edge.connect()) {
                assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");
                client.setSoLinger(true, 0);
            }
            assertThat(reset.get(30, TimeUnit.SECONDS)).isEqualTo(CANCEL);

            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("next");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void tunnelOutlivesItsUpstreamAndGoAway() throws Exception {
        var retired = new CountDownLatch(1);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            int stream = agree(connection);
                            retired.await();
                            connection.goAway(stream, NO_ERROR);
                            connection.data(stream, false, "still");
                            connection.next(FrameServer.DATA);
                            connection.data(stream, true, "here");
                            connection.drain();
                        });
                var next = FrameServer.start(connection -> connection.answerAll("next"));
                var edge = start(server);
                var client = edge.connect()) {
            assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");
            edge.reload(settings(next, ""));
            retired.countDown();

            assertThat(text(client.getInputStream().readNBytes(5))).isEqualTo("still");
            say(client, "x");
            assertThat(text(client.getInputStream().readNBytes(4))).isEqualTo("here");
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isNegative();
        }
    }

    @Test
    void silentTunnelEndsInTime() throws Exception {
        var reset = new CompletableFuture<Integer>();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            agree(connection);
                            reset.complete(connection.next(FrameServer.RST_STREAM).code());
                            connection.drain();
                        });
                var edge = start(server)) {
            edge.reload(settings(server, ""), "timeouts: {tunnel-idle: 200ms}");
            try (var client = edge.connect()) {
                assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");

                assertThat(client.getInputStream().read()).isNegative();
                assertThat(reset.get(30, TimeUnit.SECONDS)).isEqualTo(CANCEL);
            }
        }
    }

    @Test
    void endOfADrainEndsTheTunnel() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(CONNECT_PROTOCOL, 1);
                            agree(connection);
                            try {
                                connection.drain();
                            } finally {
                                gone.countDown();
                            }
                        });
                var client = new Socket()) {
            try (var edge = start(server)) {
                client.setSoTimeout(30_000);
                client.connect(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), edge.port()));
                assertThat(handshake(client)).startsWith("HTTP/1.1 101 ");
            }

            assertThat(client.getInputStream().read()).isNegative();
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Takes the next handshake; its stream. */
    private static int agree(FrameServer.Connection connection) throws IOException {
        int stream = connection.request();
        connection.headers(stream, false, ":status", "200");
        return stream;
    }

    private RunningEdge start(FrameServer server) throws IOException {
        return start(server, "");
    }

    private RunningEdge start(FrameServer server, String more) throws IOException {
        return RunningEdge.start(folder, settings(server, more));
    }

    private static String settings(FrameServer server, String more) {
        return "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c%s}".formatted(server.port(), more);
    }

    /** Asks, and reads the head of the answer. */
    private static String handshake(Socket client) throws IOException {
        say(client, HANDSHAKE);
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            if (next < 0) {
                throw new IOException(head + " (expected: a whole head)");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, US_ASCII);
    }
}
