package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Item;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkedDecoderTest {
    private final ChunkedDecoder decoder = new ChunkedDecoder(HeadLimits.DEFAULT);

    static List<Item> bodies() {
        return MalformedCorpus.bodies();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void refusesMalformedBody(Item item) {
        ByteBuf in = Unpooled.wrappedBuffer(item.bytes());
        assertThat(new RequestHead().feed(in, HeadLimits.DEFAULT)).isEqualTo(RequestHead.COMPLETE);

        decoded(in);

        assertThat(decoder.isEnd()).isFalse();
        Malformed malformed = Objects.requireNonNull(decoder.malformed());
        assertThat(malformed.reason()).isEqualTo(item.reason());
        assertThat(malformed.status()).isEqualTo(item.status());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void refusesTheSameByteByByte(Item item) {
        ByteBuf in = Unpooled.wrappedBuffer(item.bytes());
        new RequestHead().feed(in, HeadLimits.DEFAULT);

        while (in.isReadable() && decoder.malformed() == null) {
            decoded(in.readSlice(1));
        }

        assertThat(Objects.requireNonNull(decoder.malformed()).reason()).isEqualTo(item.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhello\r\n0\r\n\r\n",
                "2\r\nhe\r\n3\r\nllo\r\n000\r\n\r\n",
                "0005\r\nhello\r\n0\r\n\r\n",
                "5;a\r\nhello\r\n0;b=c\r\n\r\n",
                "5;a=\"x;\\\" y\t\";b\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\nX: y\r\n\r\n",
            })
    void givesDataOfGoodBodyInEverySplit(String body) {
        for (int split = 0; split < body.length(); split++) {
            decoder.reset();
            String data = decoded(buffer(body.substring(0, split)));
            ByteBuf rest = buffer(body.substring(split) + "next");
            data += decoded(rest);

            assertThat(data).isEqualTo("hello");
            assertThat(decoder.isEnd()).isTrue();
            assertThat(rest.toString(ISO_8859_1)).isEqualTo("next");
        }
    }

    @Test
    void acceptsUpperAndLowerCaseSizes() {
        String body = "aB\r\n" + "x".repeat(0xab) + "\r\n0\r\n\r\n";

        assertThat(decoded(buffer(body))).hasSize(0xab);
        assertThat(decoder.isEnd()).isTrue();
    }

    @Test
    void keepsTrailersAndDropsForbiddenOnes() {
        String body =
                """
                0
                X-Checksum: 5
                Content-Length: 7
                Transfer-Encoding: chunked
                Host: evil
                Authorization: x
                X-Forwarded-For: 1.2.3.4
                If-Match: y
                Set-Cookie: a=b
                Grpc-Status: 0

                """;

        decoded(buffer(body.replace("\n", "\r\n")));

        FieldTable trailers = decoder.trailers();
        ByteBuf out = Unpooled.buffer();
        new HeadWriter().start().fields(trailers).writeTo(out);
        assertThat(out.toString(ISO_8859_1)).isEqualTo("X-Checksum: 5\r\nGrpc-Status: 0\r\n");
        assertThat(decoder.isEnd()).isTrue();
    }

    @Test
    void asksForLargestSizeWithoutEnding() {
        decoded(buffer("7fffffffffffffff\r\nabc"));

        assertThat(decoder.malformed()).isNull();
        assertThat(decoder.isEnd()).isFalse();
    }

    @Test
    void isReadyForNextBodyAfterReset() {
        decoded(buffer("zz"));
        assertThat(decoder.malformed()).isEqualTo(Malformed.BAD_CHUNK_SIZE);

        decoder.reset();

        assertThat(decoded(buffer("1\r\na\r\n0\r\n\r\n"))).isEqualTo("a");
        assertThat(decoder.isEnd()).isTrue();
    }

    private String decoded(ByteBuf in) {
        var data = new StringBuilder();
        for (ByteBuf piece = decoder.next(in); piece != null; piece = decoder.next(in)) {
            data.append(piece.toString(ISO_8859_1));
            piece.release();
        }
        return data.toString();
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }
}
