package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.outside.Http2Client.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that make work and move nothing: each is told to calm down within 200 events, at most 100
 * of its requests reach the origin, and others are served meanwhile.
 */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class Http2FloodTest {
    private static final int EVENTS = 200;
    private static final byte[] NOTHING = new byte[0];

    /** The n-th event of a flood, as frames. */
    enum Flood {
        RAPID_RESET("resets", n -> join(get(stream(n)), frame(3, 0, stream(n), number(8)))),
        RESET_BY_EMPTY_WINDOW_UPDATE(
                "resets", n -> join(get(stream(n)), frame(8, 0, stream(n), number(0)))),
        RESET_BY_WINDOW_OVERFLOW(
                "resets",
                n -> join(get(stream(n)), frame(8, 0, stream(n), number(Integer.MAX_VALUE)))),
        RESET_BY_DATA_BEHIND_END(
                "resets", n -> join(get(stream(n)), frame(0, 0, stream(n), new byte[1]))),
        RESET_BY_PRIORITY_OF_ITSELF(
                "resets", n -> join(get(stream(n)), frame(2, 0, stream(n), dependOn(stream(n))))),
        RESET_BY_SHORT_PRIORITY(
                "resets", n -> join(get(stream(n)), frame(2, 0, stream(n), new byte[4]))),
        RESET_BY_HEAD_BEHIND_HEAD(
                "resets", n -> join(post(stream(n)), frame(1, 4, stream(n), NOTHING))),
        RESET_BY_WRONG_LENGTH(
                "resets",
                n ->
                        join(
                                head(
                                        stream(n),
                                        4,
                                        Http2Client.request("POST", "/", "content-length=1")),
                                frame(0, 1, stream(n), new byte[2]))),
        MALFORMED_HEADS("resets", n -> head(stream(n), 5, Http2Client.request("GET", "/", "X=y"))),
        REFUSED_STREAMS("resets", n -> post(stream(n))),
        PING("control-frames", n -> frame(6, 0, 0, new byte[8])),
        SETTINGS("control-frames", n -> frame(4, 0, 0, NOTHING)),
        SETTINGS_OF_TABLE_SIZE(
                "control-frames", n -> frame(4, 0, 0, setting(1, n % 2 == 0 ? 0 : 4096))),
        SETTINGS_OF_WINDOW("control-frames", n -> frame(4, 0, 0, setting(4, n))),
        PRIORITY("control-frames", n -> frame(2, 0, stream(n), dependOn(0))),
        WINDOW_UPDATE("control-frames", n -> frame(8, 0, 0, number(1))),
        UNKNOWN("control-frames", n -> frame(0x42, 0, 0, new byte[8])),
        RESETS_OF_ENDED_STREAM(
                "control-frames",
                n -> n == 0 ? join(get(1), frame(3, 0, 1, number(8))) : frame(3, 0, 1, number(8))),
        EMPTY_DATA("control-frames", n -> n == 0 ? post(1) : frame(0, 0, 1, NOTHING)),
        PADDED_NOTHING("control-frames", n -> n == 0 ? post(1) : frame(0, 8, 1, new byte[1])),
        CONTINUATION("header-block", n -> n == 0 ? openHead() : frame(9, 0, 1, new byte[] {0x40})),
        EMPTY_CONTINUATION("header-block", n -> n == 0 ? openHead() : frame(9, 0, 1, NOTHING)),
        LARGE_CONTINUATION("header-block", n -> n == 0 ? openHead() : frame(9, 0, 1, filler())),
        HPACK_BOMB("header-block", n -> n == 0 ? bombFuse() : bomb(stream(n)));

        private final String reason;
        private final IntFunction<byte[]> event;

        Flood(String reason, IntFunction<byte[]> event) {
            this.reason = reason;
            this.event = event;
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsFloodEarly(Flood flood) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            for (var request = connection.readHead();
                                    request != null;
                                    request = connection.readHead()) {
                                if (request.startsWith("GET /probe ")) {
                                    connection.send(ok("probe"));
                                }
                            }
                        });
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = Http2Client.connect(edge)) {
            for (int n = 0; n < EVENTS && client.trySend(flood.event.apply(n)); n++) {
                if (n == EVENTS / 2) {
                    assertThat(edge.ask(RawClient.get("/probe")).text()).isEqualTo("probe");
                }
            }

            Frame end = Objects.requireNonNull(client.awaitGoAway());
            assertThat(end.code()).isEqualTo(Http2Client.ENHANCE_YOUR_CALM);
            assertThat(end.words()).isEqualTo(flood.reason);
            edge.awaitMetric(
                    1, "sallyport_connection_ends_total", "reason=\"" + flood.reason + "\"");
            assertThat(origin.connections()).isLessThanOrEqualTo(101);
            edge.awaitMetric(0, "sallyport_requests_in_flight");
            Await.until(
                    "the origin's work ended",
                    () -> origin.openConnections() <= 1,
                    origin::openConnections);
        }
    }

    /** CVE-2019-9511: the window is opened byte by byte. */
    @Test
    void endsTinyWindows() {
        try (var origin = RawServer.answering(request -> ok("y".repeat(100_000)));
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = Http2Client.stingy(edge, 4, 0)) {
            client.get(1, "/");
            for (int n = 0; n < EVENTS && client.trySend(frame(8, 0, 1, number(1))); n++) {
                // the answer to each is a frame of one byte
                if (n % 10 == 9) {
                    client.await(frame -> frame.type() == Http2Client.DATA);
                }
            }

            Frame end = Objects.requireNonNull(client.awaitGoAway());
            assertThat(end.words()).isEqualTo("control-frames");
        }
    }

    /** What ordinary clients do is no flood. */
    @Test
    void letsBusyClientGoOn() {
        try (var origin = RawServer.answering(request -> ok("z".repeat(5_000)));
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = Http2Client.connect(edge)) {
            for (int n = 0; n < 2_000; n++) {
                int stream = stream(n);
                client.raw(join(get(stream), frame(2, 0, stream, dependOn(0))));
                assertThat(client.answer(stream).status()).isEqualTo(200);
            }
        }
    }

    /** A slot is free again only when the origin's work has ended. */
    @Test
    void refusesStreamsBeyondTheLimit() {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.awaitEnd();
                        });
                var edge =
                        Edge.start(Wire.EPOLL, origin.route() + "limits: {http2: {streams: 3}}\n");
                var client = Http2Client.connect(edge)) {
            client.get(1, "/").get(3, "/").get(5, "/").get(7, "/");

            assertThat(client.answer(7).reset).isEqualTo(Http2Client.REFUSED_STREAM);
            Await.equal(3, origin::openConnections);
            client.reset(1, Http2Client.CANCEL).get(9, "/");
            Await.equal(4, origin::connections);
            Await.equal(3, origin::openConnections);
        }
    }

    /** Heads that a table grew hold no memory of the edge while their answers cannot go out. */
    @Test
    void endsStreamsWhoseWindowStaysShut() {
        try (var origin = RawServer.answering(request -> ok("y".repeat(100_000)));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                origin.route() + "limits: {progress-timeout: 400ms}\n");
                var client = Http2Client.stingy(edge, 4, 0)) {
            for (int n = 0; n < 50; n++) {
                client.get(stream(n), "/");
            }

            Frame reset =
                    Objects.requireNonNull(
                            client.await(frame -> frame.type() == Http2Client.RST_STREAM));
            assertThat(reset.code()).isEqualTo(Http2Client.CANCEL);
            edge.awaitMetric(0, "sallyport_requests_in_flight");
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("client-stalled");
        }
    }

    private static int stream(int n) {
        return 2 * n + 1;
    }

    private static byte[] get(int stream) {
        return head(stream, 5, Http2Client.request("GET", "/flood"));
    }

    private static byte[] post(int stream) {
        return head(stream, 4, Http2Client.request("POST", "/flood"));
    }

    private static byte[] head(int stream, int flags, String... fields) {
        return frame(1, flags, stream, Http2Client.block(fields));
    }

    private static byte[] openHead() {
        return head(1, 1, Http2Client.request("GET", "/flood"));
    }

    private static byte[] filler() {
        byte[] filler = new byte[16_000];
        java.util.Arrays.fill(filler, (byte) 0x82);
        return filler;
    }

    /** Puts a long field into the table. */
    private static byte[] bombFuse() {
        var block = new ByteArrayOutputStream();
        block.writeBytes(Http2Client.block(Http2Client.request("GET", "/flood")));
        block.write(0x40);
        block.writeBytes(new byte[] {1, 'x', 127, (byte) (0x80 | (3000 - 127) % 128), 22});
        block.writeBytes("y".repeat(3000).getBytes(StandardCharsets.ISO_8859_1));
        return frame(1, 5, 1, block.toByteArray());
    }

    /** Names it again and again. */
    private static byte[] bomb(int stream) {
        byte[] block = new byte[10_000];
        java.util.Arrays.fill(block, (byte) (0x80 | 62));
        return frame(1, 5, stream, block);
    }

    private static byte[] setting(int name, int value) {
        return java.nio.ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
    }

    private static byte[] dependOn(int stream) {
        return java.nio.ByteBuffer.allocate(5).putInt(stream).put((byte) 1).array();
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return Http2Client.frame(type, flags, stream, payload);
    }

    private static byte[] number(int value) {
        return Http2Client.number(value);
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
