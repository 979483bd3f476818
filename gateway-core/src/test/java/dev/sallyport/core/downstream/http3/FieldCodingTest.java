package dev.sallyport.core.downstream.http3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.hpack.Huffman;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Field sections of QPACK; Netty's tables are the second opinion. */
class FieldCodingTest {
    private static final String NETTY = "io.netty.handler.codec.http3.";

    @Test
    void everySymbolHasTheCodeOfTheStandard() throws Exception {
        int[] codes = (int[]) secret(NETTY + "QpackUtil", "HUFFMAN_CODES");
        byte[] lengths = (byte[]) secret(NETTY + "QpackUtil", "HUFFMAN_CODE_LENGTHS");
        for (int symbol = 0; symbol < 256; symbol++) {
            byte[] coded = coded(codes[symbol], lengths[symbol]);
            byte[] out = new byte[Huffman.longest(coded.length)];

            assertThat(Huffman.decode(coded, 0, coded.length, out, 0)).isEqualTo(1);
            assertThat(out[0]).isEqualTo((byte) symbol);
        }
        byte[] end = coded(codes[256], lengths[256]);
        assertThat(Huffman.decode(end, 0, end.length, new byte[16], 0)).isEqualTo(-1);
    }

    private static byte[] coded(int code, int length) {
        int bytes = (length + 7) / 8;
        int padding = bytes * 8 - length;
        long bits = ((long) code << padding) | ((1L << padding) - 1);
        byte[] out = new byte[bytes];
        for (int i = bytes - 1; i >= 0; i--) {
            out[i] = (byte) bits;
            bits >>>= 8;
        }
        return out;
    }

    @Test
    void tableIsThatOfTheStandard() throws Exception {
        Object table = secret(NETTY + "QpackStaticTable", "STATIC_TABLE");
        var fields = (java.util.List<?>) table;
        assertThat(fields).hasSize(StaticTable.size());
        for (int i = 0; i < StaticTable.size(); i++) {
            var name = fields.get(i).getClass().getDeclaredField("name");
            var value = fields.get(i).getClass().getDeclaredField("value");
            name.setAccessible(true);
            value.setAccessible(true);
            assertThat(new String(StaticTable.name(i), ISO_8859_1))
                    .isEqualTo(name.get(fields.get(i)).toString());
            // Netty 4.2.18 leaves out the blanks that RFC 9204 has behind semicolons.
            assertThat(new String(StaticTable.value(i), ISO_8859_1).replace("; ", ";"))
                    .isEqualTo(value.get(fields.get(i)).toString().replace("; ", ";"));
        }
    }

    @Test
    void everyNameOfTheTableIsFound() {
        for (int i = 1; i < StaticTable.size(); i++) {
            byte[] name = StaticTable.name(i);
            int found = StaticTable.find(name, 0, name.length);
            assertThat(StaticTable.name(found)).isEqualTo(name);
        }
        assertThat(StaticTable.find("x-nothing".getBytes(ISO_8859_1), 0, 9)).isEqualTo(-1);
    }

    private static Object secret(String type, String field) throws Exception {
        var found = Class.forName(type).getDeclaredField(field);
        found.setAccessible(true);
        return found.get(null);
    }

    @Test
    void decodesTheExampleOfTheStandard() {
        // RFC 7541 C.4.1
        byte[] coded = HexFormat.of().parseHex("f1e3c2e5f23a6ba0ab90f4ff");
        byte[] out = new byte[Huffman.longest(coded.length)];

        int end = Huffman.decode(coded, 0, coded.length, out, 0);

        assertThat(new String(out, 0, end, ISO_8859_1)).isEqualTo("www.example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "f1e3c2e5f23a6ba0ab90f400, padding of zeros",
        "f1e3c2e5f23a6ba0ab90f4ffff, a whole byte of padding",
        "ffffffff, the end within",
        "fe, a code that begins and does not end"
    })
    void refusesWrongCode(String hex, String why) {
        byte[] coded = HexFormat.of().parseHex(hex);

        assertThat(Huffman.decode(coded, 0, coded.length, new byte[64], 0)).as(why).isEqualTo(-1);
    }

    @Test
    void readsAllKindsOfLines() {
        var head = new RequestHead();
        var fields = head.begin(RequestHead.HTTP_3);
        // :method GET, :scheme https, :path /, :authority by name, user-agent by name with a code,
        // a literal name and value.
        byte[] section =
                HexFormat.of()
                        .parseHex(
                                "0000"
                                        + "d1"
                                        + "d7"
                                        + "c1"
                                        + "50"
                                        + "09"
                                        + hex("a.example")
                                        + "5f50"
                                        + "8c"
                                        + "f1e3c2e5f23a6ba0ab90f4ff"
                                        + "23"
                                        + hex("x-y")
                                        + "01"
                                        + hex("z"));

        assertThat(new FieldReader().read(section, section.length, fields, HeadLimits.DEFAULT))
                .isTrue();
        assertThat(head.end(true)).isEqualTo(RequestHead.COMPLETE);
        assertThat(head.fields().value(head.fields().find("x-y".getBytes(ISO_8859_1))))
                .isEqualTo("z");
        assertThat(head.fields().value(head.fields().find("user-agent".getBytes(ISO_8859_1))))
                .isEqualTo("www.example.com");
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "00", // half a prefix
                "0100", // an entry required
                "0080", // a base below nothing
                "000080", // an entry of the dynamic table
                "000010", // behind the base
                "00004001", // a name of the dynamic table
                "00000000", // a name behind the base
                "0000ff24", // an index of 99
                "0000ffffffffffffffff7f", // an index without an end
                "00005f", // a name without its index
                "000051", // a name without a value
                "00005105ab", // a value shorter than said
                "000027ffffffff07", // a name longer than all
                "00002278", // a name shorter than said
                "0000518100" // a value whose code is wrong
            })
    void refusesWrongEncoding(String hex) {
        byte[] section = HexFormat.of().parseHex(hex);
        var fields = new RequestHead().begin(RequestHead.HTTP_3);

        assertThat(new FieldReader().read(section, section.length, fields, HeadLimits.DEFAULT))
                .isFalse();
    }

    @Test
    void noBytesMakeItThrow() {
        var random = new SplittableRandom(42);
        var reader = new FieldReader();
        for (int round = 0; round < 20_000; round++) {
            byte[] section = new byte[random.nextInt(40)];
            random.nextBytes(section);
            if (section.length > 2) {
                section[0] = 0;
                section[1] = 0;
            }
            reader.read(
                    section,
                    section.length,
                    new RequestHead().begin(RequestHead.HTTP_3),
                    HeadLimits.DEFAULT);
        }
    }

    @Test
    void stopsAtTheFirstFieldTooMany() {
        var head = new RequestHead();
        var fields = head.begin(RequestHead.HTTP_3);
        byte[] section = new byte[2 + 16_000];
        for (int i = 2; i < section.length; i++) {
            section[i] = (byte) 0xc5; // cookie
        }

        new FieldReader().read(section, section.length, fields, HeadLimits.DEFAULT);

        assertThat(fields.malformed()).isEqualTo(Malformed.TOO_MANY_FIELDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 206, 304, 404, 418, 425, 500, 503, 599})
    void whatIsWrittenIsRead(int status) {
        var table = new FieldTable();
        table.add("Content-Type", "text/x");
        table.add("X-Long", "v".repeat(3_000));
        table.add("Gone", "1");
        table.remove(2);
        var out = Unpooled.buffer();
        var writer = new FieldWriter();
        writer.start(out);
        writer.status(out, status);
        writer.contentLength(out, 1_234_567_890_123L);
        writer.fields(out, table);
        byte[] section = ByteBufUtil.getBytes(out);
        var read = new ResponseHead();
        var fields = read.begin();

        assertThat(new FieldReader().read(section, section.length, fields, HeadLimits.DEFAULT))
                .isTrue();
        assertThat(fields.malformed()).isNull();
        assertThat(read.fields().name(0)).isEqualTo("content-length");
        assertThat(read.fields().value(0)).isEqualTo("1234567890123");
        assertThat(read.fields().name(1)).isEqualTo("content-type");
        assertThat(read.fields().value(2)).hasSize(3_000);
        assertThat(read.fields().count()).isEqualTo(3);
        assertThat(read.end(1, false)).isEqualTo(RequestHead.COMPLETE);
        assertThat(read.status()).isEqualTo(status);
    }
}
