package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.outside.H3Client.RawStream;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks the rules of HTTP/3: a defined answer or a clean end, and nothing goes upstream. */
@ExtendWith(CleanLogs.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http3RulesTest {
    private static final String SETTINGS = "0400";

    /** GET https://a.example/ with nothing else. */
    private static final String HEAD = "0000d1d7c15009" + hex("a.example");

    /** POST, the same. */
    private static final String POST = "0000d4d7c15009" + hex("a.example");

    private RawServer origin = RawServer.answering(request -> RawServer.ok("hello"));
    private Edge edge = Edge.start(Wire.EPOLL_TLS, origin.route());

    @BeforeAll
    void warm() {
        try (var client = H3Client.connect(edge.port("secure"))) {
            client.get("/");
        }
    }

    @AfterAll
    void close() {
        edge.close();
        origin.close();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String frame(int type, String payload) {
        return "%02x%s%s".formatted(type, varint(payload.length() / 2), payload);
    }

    private static String varint(int value) {
        return value < 64 ? "%02x".formatted(value) : "%08x".formatted(0x8000_0000 | value);
    }

    @ParameterizedTest
    @CsvSource({
        "data before the head, 000161, 105",
        "settings among requests, 0400, 105",
        "a goaway among requests, 070100, 105",
        "a push promise, 050100, 105",
        "a limit for pushes, 0d0100, 105",
        "a priority frame of HTTP/2, 0200, 105",
        "a ping of HTTP/2, 0600, 105",
        "a field section of nothing, 0100, 200",
        "a reference to a table that is not there, 01020100, 200",
        "an entry of the dynamic table, 0103000080, 200"
    })
    void breaksTheConnection(String what, String bytes, String code) {
        long before = origin.requestCount();
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("00" + SETTINGS), false);
            client.write(QuicStreamType.BIDIRECTIONAL, bytes(bytes), false);

            assertThat(client.awaitClose()).as(what).isEqualTo(Integer.parseInt(code, 16));
        }
        assertThat(origin.requestCount()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "no settings first, 00 0700 , 10a",
        "a frame of its own kind first, 00 2100, 10a",
        "settings twice, 00 0400 0400, 105",
        "a setting twice, 00 0404 0600 0600, 109",
        "a setting of HTTP/2, 00 0402 0300, 109",
        "half a setting, 00 0401 06, 106",
        "data among control frames, 00 0400 000161, 105",
        "headers among control frames, 00 0400 010161, 105",
        "a cancelled push, 00 0400 030100, 108",
        "fewer pushes than before, 00 0400 0d0105 0d0104, 108",
        "an id of no bytes, 00 0400 0700, 106",
        "an id and more, 00 0400 07020000, 106",
        "a push by the client, 01 00, 103",
        "an insertion without a table, 02 c0, 201",
        "an acknowledgement of nothing, 03 80, 202",
        "settings longer than all there are, 00 0480ffffff, 107"
    })
    void controlStreamBreaksTheConnection(String what, String bytes, String code) {
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes(bytes), false);

            assertThat(client.awaitClose()).as(what).isEqualTo(Integer.parseInt(code, 16));
        }
    }

    @Test
    void twoControlStreamsBreakTheConnection() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("00" + SETTINGS), false);
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("00" + SETTINGS), false);

            assertThat(client.awaitClose()).isEqualTo(0x103);
        }
    }

    @Test
    void closedControlStreamBreaksTheConnection() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("00" + SETTINGS), true);

            assertThat(client.awaitClose()).isEqualTo(0x104);
        }
    }

    @Test
    void unknownFramesAndStreamsAndSettingsAreIgnored() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(
                    QuicStreamType.UNIDIRECTIONAL,
                    bytes("00 0404 21060604 2101ff 800f0700 0400000000"),
                    false);
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("21 010203"), true);
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("03 41 7f01"), false);
            RawStream stream =
                    client.write(
                            QuicStreamType.BIDIRECTIONAL,
                            bytes("2103aabbcc" + frame(1, HEAD) + "2100"),
                            true);

            stream.awaitBytes(20);
            assertThat(client.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "an upper case name, 23582d59 0161",
        "a field of connections, 2703636f6e6e656374696f6e 0161",
        "an unknown pseudo-field, 22 3a78 0161",
        "a pseudo-field behind a field, 23782d79 0161 d1",
        "a line feed in a value, 23782d79 03 610a62",
        "a name of nothing, 20 0161"
    })
    void malformedMessageIsReset(String what, String lines) {
        long before = origin.requestCount();
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(QuicStreamType.UNIDIRECTIONAL, bytes("00" + SETTINGS), false);
            String section = HEAD + lines.replace(" ", "");
            RawStream stream =
                    client.write(QuicStreamType.BIDIRECTIONAL, bytes(frame(1, section)), true);

            assertThat(stream.awaitReset()).as(what).isEqualTo(0x10e);
            assertThat(client.isOpen()).isTrue();
        }
        assertThat(origin.requestCount()).isEqualTo(before);
    }

    @Test
    void bodyOfAnotherLengthIsReset() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            // content-length by name, 2
            String head = frame(1, POST + "5401" + hex("2"));
            RawStream more =
                    client.write(
                            QuicStreamType.BIDIRECTIONAL, bytes(head + frame(0, hex("abc"))), true);
            RawStream less =
                    client.write(
                            QuicStreamType.BIDIRECTIONAL, bytes(head + frame(0, hex("a"))), true);

            assertThat(more.awaitReset()).isEqualTo(0x10e);
            assertThat(less.awaitReset()).isEqualTo(0x10e);
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void requestThatEndsTooSoonIsReset() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            RawStream nothing = client.write(QuicStreamType.BIDIRECTIONAL, new byte[0], true);

            assertThat(nothing.awaitReset()).isEqualTo(0x10d);
        }
    }

    @Test
    void frameThatEndsTooSoonBreaksTheConnection() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(
                    QuicStreamType.BIDIRECTIONAL,
                    bytes(frame(1, POST) + "000a" + hex("abc")),
                    true);

            assertThat(client.awaitClose()).isEqualTo(0x106);
        }
    }

    @Test
    void framesBehindTrailersBreakTheConnection() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(
                    QuicStreamType.BIDIRECTIONAL,
                    bytes(frame(1, POST) + frame(1, "0000" + "23782d790161") + "000161"),
                    false);

            assertThat(client.awaitClose()).isEqualTo(0x105);
        }
    }

    @Test
    void longHeadIsAnswered431() {
        long before = origin.requestCount();
        try (var client = H3Client.connect(edge.port("secure"))) {
            var large = H3Client.request("GET", "/").add("x-large", "v".repeat(17_000));
            assertThat(client.ask(large).status()).isEqualTo(431);

            var many = H3Client.request("GET", "/");
            for (int i = 0; i < 101; i++) {
                many.add("x-" + i, "v");
            }
            assertThat(client.ask(many).status()).isEqualTo(431);
            assertThat(client.get("/").status()).isEqualTo(200);
        }
        assertThat(origin.requestCount()).isEqualTo(before + 1);
        assertThat(edge.metric("sallyport_malformed_total", "head-too-large")).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"GET, /../x, 400", "GET, /%2fetc, 400", "TRACE, /, 405", "CONNECT, /, 400"})
    void wrongTargetIsAnswered(String method, String path, int status) {
        try (var client = H3Client.connect(edge.port("secure"))) {
            assertThat(client.ask(H3Client.request(method, path)).status()).isEqualTo(status);
        } catch (H3Client.Reset reset) {
            assertThat(reset.code).isEqualTo(0x10e);
        }
    }

    @Test
    void floodOfResetsEndsTheConnection() {
        try (var client = H3Client.raw(edge.port("secure"))) {
            int sent = 0;
            while (sent < 1_000 && client.awaitStream()) {
                client.write(QuicStreamType.BIDIRECTIONAL, bytes(frame(1, POST)), false)
                        .stop(0x10c);
                sent++;
            }
            assertThat(client.awaitClose()).isEqualTo(0x107);
            assertThat(sent).isBetween(100, 500);
        }
        assertThat(edge.metric("sallyport_connection_ends_total", "\"resets\"")).isPositive();
    }

    @Test
    void floodOfControlFramesEndsTheConnection() {
        var frames = new ByteArrayOutputStream();
        frames.writeBytes(bytes("00" + SETTINGS));
        for (int i = 0; i < 300; i++) {
            frames.writeBytes(bytes("2100"));
        }
        try (var client = H3Client.raw(edge.port("secure"))) {
            client.write(QuicStreamType.UNIDIRECTIONAL, frames.toByteArray(), false);

            assertThat(client.awaitClose()).isEqualTo(0x107);
        }
    }
}
