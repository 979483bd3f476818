package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class HeadWriterTest {
    private final HeadWriter writer = new HeadWriter();

    @Test
    void writesHead() {
        writer.start().statusLine(404).line(ascii("A"), ascii("b"));
        writer.raw(ascii("Content-Length: ")).decimal(120).end().end();

        assertThat(written())
                .isEqualTo("HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 120\r\n\r\n");
    }

    @Test
    void writesUnknownStatusWithoutPhrase() {
        assertThat(written(writer.start().statusLine(299))).isEqualTo("HTTP/1.1 299 \r\n");
        assertThatThrownBy(() -> writer.statusLine(600))
                .hasMessage("status: 600 (expected: 100..599)");
    }

    @Test
    void writesNumbers() {
        for (long number : new long[] {0, 9, 10, 15, 16, 255, 256, 65_536, Long.MAX_VALUE}) {
            assertThat(written(writer.start().decimal(number))).isEqualTo(Long.toString(number));
            assertThat(written(writer.start().hex(number))).isEqualTo(Long.toHexString(number));
        }
        assertThatThrownBy(() -> writer.decimal(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsOrderAroundRebuiltAndRemovedLines() {
        RequestHead head =
                RequestCorpusTest.parsed(
                        ascii(
                                String.join(
                                        "\r\n",
                                        "GET / HTTP/1.1",
                                        "Host: a",
                                        "B:c",
                                        "D: e",
                                        "F:  g",
                                        "H: i ",
                                        "J:",
                                        "K: ",
                                        "Content-Length: 007",
                                        "L: m",
                                        "",
                                        "")));
        head.fields().removeAll(ascii("d"));
        head.fields().add("N", "o");

        assertThat(written(writer.start().fields(head.fields())))
                .isEqualTo(
                        "Host: a\r\nB: c\r\nF: g\r\nH: i\r\nJ: \r\nK: \r\nContent-Length: 7\r\nL: m\r\nN: o\r\n");
    }

    @Test
    void letsNoControlIntoLine() {
        assertThatThrownBy(() -> writer.line(ascii("A"), ascii("b\r\nC: d")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.line(ascii("A\n"), ascii("b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void growsForLongLines() {
        assertThat(written(writer.start().line(ascii("A"), ascii("b".repeat(100_000)))))
                .hasSize(100_005);
        assertThat(written(writer.start().raw(ascii("x")))).isEqualTo("x");
    }

    private String written() {
        return written(writer);
    }

    private static String written(HeadWriter writer) {
        ByteBuf out = Unpooled.buffer();
        writer.writeTo(out);
        return out.toString(ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
