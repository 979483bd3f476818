package dev.sallyport.core.upstream;

import static dev.sallyport.core.upstream.FrameServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What endpoints answer on HTTP/2, frame by frame. */
class Http2ResponseIT {
    private static final int PROTOCOL_ERROR = 1;
    private static final int INTERNAL_ERROR = 2;
    private static final String POST =
            "POST /p HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\ncontent-length: 5\r\n\r\n";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x, y",
                ":status, 101",
                ":status, 20",
                ":status, 200, Upper, case",
                ":status, 200, connection, close",
                ":status, 200, transfer-encoding, chunked",
                ":status, 200, x, y, :status, 200",
                ":status, 200, content-length, -1",
                ":status, 200, content-length, 9",
                ":status, 200, content-length, 1",
                ":status, 200, :path, /",
                ":status, 204, x, y"
            })
    void malformedResponseResetsItsStreamOnly(String fields) throws Exception {
        var code = new AtomicReference<Integer>(0);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.headers(stream, false, fields.split(", "));
                            connection.data(stream, true, "body");
                            code.set(connection.next(FrameServer.RST_STREAM).code());
                            connection.answerAll("next");
                        });
                var edge = start(server)) {
            String answer = edge.get("/");

            if (fields.contains("content-length, ") && !fields.contains("-1")) {
                // The body tells, which is too late for another answer.
                assertThat(answer).doesNotEndWith("body").doesNotEndWith("0\r\n\r\n");
            } else {
                assertThat(answer)
                        .startsWith(fields.contains("204") ? "HTTP/1.1 204" : "HTTP/1.1 502");
            }
            await(() -> code.get() != 0);
            assertThat(code.get()).isEqualTo(PROTOCOL_ERROR);
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").endsWith("next");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void whatCameBeforeTheFaultIsSeenThoughBothCameAtOnce() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.gather(true);
                            connection.headers(stream, false, ":status", "204", "x", "y");
                            connection.data(stream, true, "body");
                            connection.gather(false);
                            connection.drain();
                        });
                var edge = start(server)) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 204").endsWith("\r\n\r\n");
        }
    }

    @Test
    void headThatIsTooLargeIsRefused() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            String[] fields = new String[2 + 2 * 1200];
                            fields[0] = ":status";
                            fields[1] = "200";
                            for (int i = 1; i <= 1200; i++) {
                                fields[2 * i] = "x";
                                fields[2 * i + 1] = "y";
                            }
                            connection.headers(stream, true, fields);
                            connection.answerAll("next");
                        });
                var edge = start(server)) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 502");
        }
    }

    @ParameterizedTest
    @CsvSource({"INTERNAL_ERROR, 2", "NO_ERROR, 0", "ENHANCE_YOUR_CALM, 11"})
    void resetInPlaceOfAnAnswerIsBadGateway(String name, int code) throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            while (true) {
                                connection.reset(connection.wholeRequest(), code);
                            }
                        });
                var edge = start(server)) {
            assertThat(edge.send(POST + "abcde")).as(name).startsWith("HTTP/1.1 502");
            assertThat(edge.metrics("sallyport_upstream_failures_total"))
                    .filteredOn(line -> line.contains("\"reset\""))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
        }
    }

    @Test
    void resetInTheMiddleOfABodyCutsTheResponse() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.headers(stream, false, ":status", "200");
                            connection.data(stream, false, "begun");
                            connection.reset(stream, INTERNAL_ERROR);
                            connection.drain();
                        });
                var edge = start(server)) {
            assertThat(edge.get("/")).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void interimResponsesAndBodilessOnesPass() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.headers(stream, false, ":status", "103", "link", "</a>");
                            connection.headers(
                                    stream, true, ":status", "200", "content-length", "7");
                            connection.headers(
                                    connection.wholeRequest(), true, ":status", "204", "x", "y");
                            connection.headers(
                                    connection.wholeRequest(), true, ":status", "304", "x", "y");
                            connection.drain();
                        });
                var edge = start(server)) {
            assertThat(edge.send("HEAD / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 103")
                    .contains("link: </a>", "HTTP/1.1 200", "content-length: 7");
            assertThat(edge.get("/")).startsWith("HTTP/1.1 204").contains("x: y");
            assertThat(edge.get("/")).startsWith("HTTP/1.1 304").contains("x: y");
        }
    }

    @Test
    void bodyWaitsForTheWindowOfItsStream() throws Exception {
        var sent = new StringBuilder();
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings(4, 2);
                            var frame = connection.next(FrameServer.DATA);
                            while (true) {
                                sent.append(new String(frame.payload(), StandardCharsets.US_ASCII));
                                if (frame.isEnd()) {
                                    connection.answer(frame.stream(), sent + "!");
                                    connection.drain();
                                }
                                connection.windowUpdate(frame.stream(), 1);
                                frame = connection.next(FrameServer.DATA);
                            }
                        });
                var edge = start(server)) {
            // The first exchange may go out before the settings have come.
            assertThat(edge.send(POST + "abcde")).startsWith("HTTP/1.1 200").endsWith("abcde!");
        }
    }

    @Test
    void slowClientIsWaitedForByTheEndpoint() throws Exception {
        var stuckAt = new AtomicReference<Integer>(0);
        int chunk = 16 * 1024;
        try (var server =
                        FrameServer.start(connection -> {
                            int window = initialWindow(connection);
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.headers(stream, false, ":status", "200");
                            int sent = 0;
                            while (sent < 64 << 20) {
                                while (window < chunk) {
                                    stuckAt.set(sent);
                                    var update = connection.next(FrameServer.WINDOW_UPDATE);
                                    window += update.stream() == stream ? update.code() : 0;
                                }
                                connection.send(FrameServer.DATA, 0, stream, new byte[chunk]);
                                sent += chunk;
                                window -= chunk;
                            }
                        });
                var edge = start(server);
                Socket client = edge.connect()) {
            client.setReceiveBufferSize(64 * 1024);
            write(client, "GET / HTTP/1.1\r\nhost: a.test\r\n\r\n");

            await(() -> stuckAt.get() > 0);
            int before = stuckAt.get();
            while (true) {
                int now = before;
                if (!awaitMore(() -> stuckAt.get() > now)) {
                    break;
                }
                before = stuckAt.get();
            }
            assertThat(before).isLessThan(16 << 20);
        }
    }

    private static int initialWindow(FrameServer.Connection connection) throws IOException {
        byte[] settings = connection.next(FrameServer.SETTINGS).payload();
        for (int i = 0; i < settings.length; i += 6) {
            if (settings[i + 1] == 4) {
                return new FrameServer.Frame(0, 0, 0, Arrays.copyOfRange(settings, i + 2, i + 6))
                        .code();
            }
        }
        throw new IOException("no initial window (expected: one of our own)");
    }

    @Test
    void eventsArriveOneByOne() throws Exception {
        var seen = new CountDownLatch(1);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.headers(
                                    stream,
                                    false,
                                    ":status",
                                    "200",
                                    "content-type",
                                    "text/event-stream");
                            connection.data(stream, false, "data: one\n\n");
                            if (seen.await(10, TimeUnit.SECONDS)) {
                                connection.data(stream, true, "data: two\n\n");
                            }
                            connection.drain();
                        });
                var edge = start(server);
                Socket client = edge.connect()) {
            write(client, "GET / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n");
            var text = new StringBuilder();
            while (text.indexOf("one\n\n") < 0) {
                text.append((char) client.getInputStream().read());
            }
            seen.countDown();

            String rest =
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(rest).contains("two").endsWith("0\r\n\r\n");
        }
    }

    @Test
    void responseIsSaidToHaveComeByHttp2() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.answerAll("hi");
                        });
                var edge = start(server)) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 200").contains("via: 2.0 sallyport\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void headOnAStreamOfTheEndpointsOwnEndsTheConnection(boolean isLast) throws Exception {
        var code = new AtomicReference<Byte>((byte) -1);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.wholeRequest();
                            connection.headers(2, isLast, ":status", "200");
                            byte[] goAway = connection.next(FrameServer.GO_AWAY).payload();
                            code.set(goAway[7]);
                            connection.drain();
                        });
                var edge = start(server)) {
            assertThat(edge.get("/")).startsWith("HTTP/1.1 502");
            await(() -> code.get() == PROTOCOL_ERROR);
            assertThat(edge.get("/")).startsWith("HTTP/1.1 502");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void trailersArriveWhereTheyAreWanted() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            int stream = connection.wholeRequest();
                            connection.headers(stream, false, ":status", "200");
                            connection.data(stream, false, "body");
                            connection.headers(stream, true, "x-sum", "42", "x_other.name", "1");
                            connection.drain();
                        });
                var edge = start(server)) {
            assertThat(
                            edge.send(
                                    "GET / HTTP/1.1\r\nhost: a.test\r\nte: trailers\r\n"
                                            + "connection: close, te\r\n\r\n"))
                    .endsWith("4\r\nbody\r\n0\r\nx-sum: 42\r\nx_other.name: 1\r\n\r\n");
        }
    }

    private RunningEdge start(FrameServer server) throws IOException {
        return RunningEdge.start(
                folder, "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}".formatted(server.port()));
    }

    private static void write(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether it becomes so within a moment. */
    private static boolean awaitMore(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMillis(500).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
