package dev.sallyport.core.wire.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.hpack.HpackDecoder.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HpackTest {
    private static final HeadLimits LIMITS = new HeadLimits(1 << 16, 1000, 1 << 16);

    /** The bytes 0 to 255, one after the other, in the code of RFC 7541 Appendix B. */
    private static final String EVERY_BYTE =
            """
            ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7f\
            ffffabffffffdfffffebfffffecfffffedfffffeefffffefffffff0ffffff1ffffff2fffffffbfff\
            ffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3f9ffaffcabf1febf\
            afefe7fdfd2cbb00089969b71d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66ddd\
            bf871e5f9cff7ff7fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7f\
            fbffdffffffcfffe6ffff4bfff9ffffa3fffd3ffff53fffd5ffffb3fffeb7fffdaffffb7ffff73ff\
            feeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffffeeffffc3ffff8bffff1ffffe4fffee7f\
            ffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd3fffdeffff\
            d5fffeeffffbdffffe1fffdfffff7fffff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77\
            fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1fffebfffe3ffff3fff\
            ff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8ffff\
            fe6fffffc1fffff87ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9\
            fffff97fffb3ffffcffffb7fffcdffff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4f\
            ffff5fffffabffffa7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fff\
            ffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf\
            """;

    private final HpackDecoder decoder = new HpackDecoder();
    private final HpackEncoder encoder = new HpackEncoder(new RecentValues());

    /** RFC 7541 C.3: requests without Huffman code, one after the other on one table. */
    @Test
    void decodesExamplesOfTheStandard() {
        assertThat(request("828684410f7777772e6578616d706c652e636f6d"))
                .containsExactly("GET", "www.example.com", "/", "host: www.example.com");
        assertThat(request("828684be58086e6f2d6361636865"))
                .containsExactly(
                        "GET",
                        "www.example.com",
                        "/",
                        "cache-control: no-cache",
                        "host: www.example.com");
        assertThat(request("828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"))
                .containsExactly(
                        "GET",
                        "www.example.com",
                        "/index.html",
                        "custom-key: custom-value",
                        "host: www.example.com");
    }

    /** RFC 7541 C.4: the same with Huffman code. */
    @Test
    void decodesHuffmanExamplesOfTheStandard() {
        assertThat(request("828684418cf1e3c2e5f23a6ba0ab90f4ff"))
                .containsExactly("GET", "www.example.com", "/", "host: www.example.com");
        assertThat(request("828684be5886a8eb10649cbf")).contains("cache-control: no-cache");
        assertThat(request("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"))
                .contains("custom-key: custom-value");
    }

    /** RFC 7541 C.6: responses on a table of 256 bytes, which has to let go. */
    @Test
    void decodesResponsesWithEviction() {
        assertThat(decode("3fe101")).isEqualTo(Outcome.OK);
        assertThat(
                        response(
                                "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863"
                                        + "c78f0b97c8e9ae82ae43d3"))
                .containsExactly(
                        "302",
                        "cache-control: private",
                        "date: Mon, 21 Oct 2013 20:13:21 GMT",
                        "location: https://www.example.com");
        assertThat(response("4883640effc1c0bf"))
                .containsExactly(
                        "307",
                        "cache-control: private",
                        "date: Mon, 21 Oct 2013 20:13:21 GMT",
                        "location: https://www.example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // index 0
                "be", // an entry that is not there
                "ff80808080807f", // an endless number
                "ffffffffff0f", // a large one
                "00", // cut off
                "0001", // cut off in the name
                "00016105", // cut off in the value
                "0081ff", // padding of eight bits and more is EOS
                "0085ffffffffff", // EOS itself
                "008118", // padding that is not ones
                "823fe101", // a change of size behind a field
                "3fe21f", // a size beyond what was allowed
            })
    void refusesWhatHasNoMeaning(String block) {
        assertThat(decode(block)).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void stopsReadingWhatGrowsTooLarge() {
        var small = new HeadLimits(1000, 1000, 1000);
        byte[] block = new byte[2000];
        Arrays.fill(block, (byte) 0x84);

        Outcome outcome =
                decoder.decode(
                        block, 0, block.length, new RequestHead().begin(RequestHead.HTTP_2), small);

        assertThat(outcome).isEqualTo(Outcome.TOO_LARGE);
    }

    @Test
    void keepsTableInStepForBlocksThatNobodyWants() {
        byte[] first = HexFormat.of().parseHex("400161" + "0162");

        assertThat(decoder.decode(first, 0, first.length, null, LIMITS)).isEqualTo(Outcome.OK);

        assertThat(response("88be")).containsExactly("200", "a: b");
    }

    @Test
    void decodesEveryByteInHuffmanCode() {
        byte[] encoded = HexFormat.of().parseHex(EVERY_BYTE);
        byte[] decoded = new byte[Huffman.longest(encoded.length)];

        int end = Huffman.decode(encoded, 0, encoded.length, decoded, 0);

        assertThat(end).isEqualTo(256);
        for (int i = 0; i < end; i++) {
            assertThat(decoded[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void decoderAgreesWithEncoder() {
        var random = new Random(7541);
        String[] names = {
            "Server", "Date", "Via", "Content-Type", "ETag", "X-One", "Set-Cookie", "Cache-Control"
        };
        for (int round = 0; round < 20_000; round++) {
            if (random.nextInt(500) == 0) {
                encoder.tableSize(random.nextInt(3) * 700L);
            }
            var table = new FieldTable();
            List<String> expected = new ArrayList<>(List.of("" + (200 + random.nextInt(300))));
            for (int n = random.nextInt(6); n > 0; n--) {
                String name = names[random.nextInt(names.length)];
                String value = "v".repeat(random.nextInt(90)) + random.nextInt(4);
                table.add(name, value);
                expected.add(name.toLowerCase(java.util.Locale.ROOT) + ": " + value);
            }
            encoder.start(new byte[16]).status(Integer.parseInt(expected.getFirst())).fields(table);

            byte[] block = Arrays.copyOf(encoder.bytes(), encoder.length());

            assertThat(response(HexFormat.of().formatHex(block))).isEqualTo(expected);
        }
    }

    @Test
    void repeatedFieldCostsOneByte() {
        var table = new FieldTable();
        table.add("server", "nginx");
        table.add("date", "Mon, 21 Oct 2013 20:13:21 GMT");
        encoder.start(new byte[64]).status(200).fields(table);

        encoder.start(new byte[64]).status(200).fields(table);

        assertThat(encoder.length()).isEqualTo(3);
    }

    @Test
    void writesLength() {
        encoder.start(new byte[1]).status(200).contentLength(Long.MAX_VALUE);

        var head = new ResponseHead();
        byte[] block = Arrays.copyOf(encoder.bytes(), encoder.length());
        assertThat(decoder.decode(block, 0, block.length, head.begin(), LIMITS))
                .isEqualTo(Outcome.OK);
        assertThat(head.fields().value(0)).isEqualTo("" + Long.MAX_VALUE);
    }

    private Outcome decode(String hex) {
        byte[] block = HexFormat.of().parseHex(hex);
        return decoder.decode(block, 0, block.length, null, LIMITS);
    }

    private List<String> request(String hex) {
        byte[] block = HexFormat.of().parseHex(hex);
        var head = new RequestHead();
        assertThat(decoder.decode(block, 0, block.length, head.begin(RequestHead.HTTP_2), LIMITS))
                .isEqualTo(Outcome.OK);
        assertThat(head.end(true)).isEqualTo(RequestHead.COMPLETE);
        List<String> found =
                new ArrayList<>(
                        List.of(
                                text(head, head.methodOffset(), head.methodLength()),
                                text(head, head.hostOffset(), head.hostLength()),
                                text(head, head.pathOffset(), head.pathLength())));
        add(found, head.fields());
        return found;
    }

    private List<String> response(String hex) {
        byte[] block = HexFormat.of().parseHex(hex);
        var head = new ResponseHead();
        assertThat(decoder.decode(block, 0, block.length, head.begin(), LIMITS))
                .isEqualTo(Outcome.OK);
        assertThat(head.end(Method.GET, false)).isEqualTo(RequestHead.COMPLETE);
        List<String> found = new ArrayList<>(List.of("" + head.status()));
        add(found, head.fields());
        return found;
    }

    private static void add(List<String> found, FieldTable fields) {
        for (int i = 0; i < fields.count(); i++) {
            found.add(fields.name(i) + ": " + fields.value(i));
        }
    }

    private static String text(RequestHead head, int offset, int length) {
        return new String(head.bytes(), offset, length, ISO_8859_1);
    }
}
