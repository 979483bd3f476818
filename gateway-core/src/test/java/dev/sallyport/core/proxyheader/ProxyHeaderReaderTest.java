package dev.sallyport.core.proxyheader;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.proxyheader.ProxyHeaderReader.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers as the specification (haproxy.org, proxy-protocol.txt) has them, and as it has not. */
final class ProxyHeaderReaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "c0000201" + "c6336402" + "1234" + "01bb";

    private static Outcome read(byte[] bytes) {
        return ProxyHeaderReader.read(Unpooled.wrappedBuffer(bytes));
    }

    private static Outcome line(String text) {
        return read(text.getBytes(ISO_8859_1));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    /** A version 2 header of these parts, its length right. */
    private static byte[] binary(String command, String family, String block) {
        int length = block.replace(" ", "").length() / 2;
        return hex(SIGNATURE + command + family + "%04x".formatted(length) + block);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static void isHeader(Outcome outcome, String source, int port, String to, int toPort) {
        assertThat(outcome)
                .isEqualTo(new Outcome.Complete(new ProxyHeader(at(source, port), at(to, toPort))));
    }

    private static void isNobody(Outcome outcome) {
        assertThat(outcome).isEqualTo(new Outcome.Complete(ProxyHeader.NOBODY));
    }

    @Test
    void readsLines() {
        isHeader(
                line("PROXY TCP4 192.0.2.1 198.51.100.2 4660 443\r\n"),
                "192.0.2.1",
                4660,
                "198.51.100.2",
                443);
        isHeader(
                line("PROXY TCP6 2001:DB8::1 ::ffff:0:1 0 65535\r\n"),
                "2001:db8::1",
                0,
                "::ffff:0:1",
                65_535);
        isHeader(
                line("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n"),
                "192.0.2.1",
                1,
                "2001:db8::2",
                2);
        isNobody(line("PROXY UNKNOWN\r\n"));
        isNobody(line("PROXY UNKNOWN ffff:f...f:ffff whatever 65535\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.2 4660\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 4660 443 \r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 4660 443 1\r\n",
                "PROXY TCP4  192.0.2.1 198.51.100.2 4660 443\r\n",
                "PROXY TCP4\t192.0.2.1 198.51.100.2 4660 443\r\n",
                "PROXY TCP4 192.0.2.01 198.51.100.2 4660 443\r\n",
                "PROXY TCP4 192.0.2.256 198.51.100.2 4660 443\r\n",
                "PROXY TCP4 192.0.2 198.51.100.2 4660 443\r\n",
                "PROXY TCP4 192.0.2.1.5 198.51.100.2 4660 443\r\n",
                "PROXY TCP4 0x7f000001 198.51.100.2 4660 443\r\n",
                "PROXY TCP4 ::1 ::2 4660 443\r\n",
                "PROXY TCP4 localhost 198.51.100.2 4660 443\r\n",
                "PROXY TCP6 192.0.2.1 198.51.100.2 4660 443\r\n",
                "PROXY TCP6 [::1] ::2 4660 443\r\n",
                "PROXY TCP6 fe80::1%lo ::2 4660 443\r\n",
                "PROXY TCP6 :::1 ::2 4660 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 04660 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 -1 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 +1 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2  443\r\n",
                "PROXY tcp4 192.0.2.1 198.51.100.2 4660 443\r\n",
                "PROXY UDP4 192.0.2.1 198.51.100.2 4660 443\r\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY \r\n",
                "PROXY  UNKNOWN\r\n"
            })
    void refusesLines(String text) {
        assertThat(line(text)).isEqualTo(new Outcome.Malformed("line"));
    }

    @Test
    void refusesWhatIsNoHeader() {
        assertThat(line("GET / HTTP/1.1\r\n")).isEqualTo(new Outcome.Malformed("no-header"));
        assertThat(line("PROPFIND /")).isEqualTo(new Outcome.Malformed("no-header"));
        assertThat(line("proxy TCP4")).isEqualTo(new Outcome.Malformed("no-header"));
        assertThat(line("\r\n\r\n\0\r\nQUIX")).isEqualTo(new Outcome.Malformed("no-header"));
        assertThat(line("\n")).isEqualTo(new Outcome.Malformed("no-header"));
        assertThat(read(hex("160301"))).isEqualTo(new Outcome.Malformed("no-header"));
        assertThat(line("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n"))
                .isEqualTo(new Outcome.Malformed("line-end"));
        assertThat(line("PROXY UNKNOWN " + "x".repeat(200)))
                .isEqualTo(new Outcome.Malformed("line-too-long"));
    }

    @Test
    void readsBinaryHeaders() {
        isHeader(read(binary("21", "11", V4)), "192.0.2.1", 4660, "198.51.100.2", 443);
        isHeader(
                read(
                        binary(
                                "21",
                                "21",
                                "20010db8000000000000000000000001"
                                        + "20010db8000000000000000000000002"
                                        + "0001"
                                        + "0002")),
                "2001:db8::1",
                1,
                "2001:db8::2",
                2);
        isNobody(read(binary("20", "00", "")));
        isNobody(read(binary("20", "11", V4)));
        isNobody(read(binary("20", "00", "ff".repeat(50))));
        isNobody(read(binary("21", "00", "")));
        isNobody(read(binary("21", "31", "00".repeat(216))));
    }

    @ParameterizedTest
    @CsvSource({
        "11, 11, version",
        "31, 11, version",
        "22, 11, version",
        "2f, 11, version",
        "21, 12, family",
        "21, 22, family",
        "21, 13, family",
        "21, 01, family",
        "21, 41, family",
        "21, f1, family",
        "21, 21, addresses",
        "21, 31, addresses"
    })
    void refusesBinaryHeads(String command, String family, String reason) {
        assertThat(read(binary(command, family, V4))).isEqualTo(new Outcome.Malformed(reason));
    }

    @ParameterizedTest
    @CsvSource({
        "04, field",
        "0400, field",
        "040001, field",
        "04000200, field",
        "0400010004, field",
        "03000400000000, checksum",
        "030003000000, checksum"
    })
    void refusesBrokenFields(String fields, String reason) {
        assertThat(read(binary("21", "11", V4 + fields))).isEqualTo(new Outcome.Malformed(reason));
    }

    @Test
    void skipsFieldsItDoesNotKnow() {
        isHeader(
                read(binary("21", "11", V4 + "040000" + "ee0003010203" + "010002" + "6832")),
                "192.0.2.1",
                4660,
                "198.51.100.2",
                443);
    }

    @Test
    void checksTheChecksum() {
        byte[] bytes = binary("21", "11", V4 + "040001ff" + "03000400000000");
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        for (int i = 0; i < 4; i++) {
            bytes[bytes.length - 4 + i] = (byte) (crc.getValue() >>> (24 - 8 * i));
        }

        isHeader(read(bytes), "192.0.2.1", 4660, "198.51.100.2", 443);
        bytes[20] ^= 1;
        assertThat(read(bytes)).isEqualTo(new Outcome.Malformed("checksum"));
    }

    @Test
    void refusesHeadersLongerThanItHolds() {
        assertThat(read(hex(SIGNATURE + "2111" + "1001")))
                .isEqualTo(new Outcome.Malformed("too-long"));
        assertThat(read(hex(SIGNATURE + "2111" + "1000"))).isEqualTo(new Outcome.Incomplete());
    }

    @Test
    void waitsForTheRestAndTouchesNothingBehindIt() {
        for (byte[] whole :
                new byte[][] {
                    "PROXY TCP4 192.0.2.1 198.51.100.2 4660 443\r\n".getBytes(ISO_8859_1),
                    binary("21", "11", V4 + "040001ff")
                }) {
            for (int count = 0; count < whole.length; count++) {
                ByteBuf part = Unpooled.wrappedBuffer(whole, 0, count);
                assertThat(ProxyHeaderReader.read(part)).isEqualTo(new Outcome.Incomplete());
                assertThat(part.readableBytes()).isEqualTo(count);
            }
            var more = new ByteArrayOutputStream();
            more.writeBytes(whole);
            more.writeBytes("GET /".getBytes(ISO_8859_1));
            ByteBuf all = Unpooled.wrappedBuffer(more.toByteArray());

            assertThat(ProxyHeaderReader.read(all)).isInstanceOf(Outcome.Complete.class);
            assertThat(all.toString(ISO_8859_1)).isEqualTo("GET /");
        }
    }

    @Test
    void neverThrowsWhateverComes() {
        Random random = new Random(42);
        byte[] good = binary("21", "11", V4 + "040001ff");
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(read(bytes)).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(ProxyHeaderWriter.class)
    void readsWhatTheEdgeItselfWrites(ProxyHeaderWriter writer) {
        written(writer, at("192.0.2.1", 4660), at("198.51.100.2", 443));
        written(writer, at("2001:db8::1", 1), at("2001:db8::2", 2));
        written(writer, at("192.0.2.1", 1), at("2001:db8::2", 2));
        written(writer, null, null);
    }

    private static void written(
            ProxyHeaderWriter writer,
            @Nullable InetSocketAddress source,
            @Nullable InetSocketAddress destination) {
        ByteBuf bytes =
                writer.write(
                        new Proxied(
                                source, destination, new Proxied.Tls("a.example", "h2", "TLSv1.3")),
                        UnpooledByteBufAllocator.DEFAULT);
        try {
            assertThat(ProxyHeaderReader.read(bytes))
                    .isEqualTo(new Outcome.Complete(new ProxyHeader(source, destination)));
            assertThat(bytes.isReadable()).isFalse();
        } finally {
            bytes.release();
        }
    }
}
