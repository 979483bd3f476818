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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ResponseHeadTest {
    private final ResponseHead head = new ResponseHead();

    static List<Item> responses() {
        return MalformedCorpus.responses();
    }

    @ParameterizedTest
    @MethodSource("responses")
    void refusesMalformedResponse(Item item) {
        assertThat(head.feed(Unpooled.wrappedBuffer(item.bytes()), HeadLimits.DEFAULT, Method.GET))
                .as(MalformedCorpus.shown(item.bytes()))
                .isEqualTo(RequestHead.MALFORMED);
        assertThat(Objects.requireNonNull(head.malformed()).reason()).isEqualTo(item.reason());
        assertThat(item.status()).isEqualTo(Malformed.UPSTREAM_STATUS);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void refusesTheSameByteByByte(Item item) {
        int state = RequestHead.INCOMPLETE;
        for (int i = 0; i < item.bytes().length && state == RequestHead.INCOMPLETE; i++) {
            state =
                    head.feed(
                            Unpooled.wrappedBuffer(item.bytes(), i, 1),
                            HeadLimits.DEFAULT,
                            Method.GET);
        }
        assertThat(Objects.requireNonNull(head.malformed()).reason()).isEqualTo(item.reason());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # version status method fields,                         body chunked length close-delimited keep-alive
                    1.1, 200, GET,  'Content-Length: 5',                     true, false, 5, false, true
                    1.1, 200, GET,  'Content-Length: 0',                     false, false, 0, false, true
                    1.1, 200, GET,  'Transfer-Encoding: Chunked',            true, true, -1, false, true
                    1.1, 200, GET,  'X: y',                                  true, false, -1, true, false
                    1.0, 200, GET,  'Content-Length: 5',                     true, false, 5, false, false
                    1.0, 200, GET,  'Connection: keep-alive',                true, false, -1, true, false
                    1.1, 200, HEAD, 'Content-Length: 5',                     false, false, 5, false, true
                    1.1, 200, HEAD, 'X: y',                                  false, false, -1, false, true
                    1.1, 200, HEAD, 'Transfer-Encoding: chunked',            false, false, -1, false, true
                    1.1, 304, GET,  'Content-Length: 5',                     false, false, 5, false, true
                    1.1, 204, GET,  'X: y',                                  false, false, -1, false, true
                    1.1, 204, GET,  'Content-Length: 0',                     false, false, 0, false, true
                    1.1, 204, GET,  'Content-Length: 5',                     false, false, 5, false, false
                    1.1, 204, GET,  'Transfer-Encoding: chunked',            false, false, -1, false, false
                    1.1, 200, GET,  'Connection: close',                     true, false, -1, true, false
                    1.1, 100, GET,  'X: y',                                  false, false, -1, false, true
                    1.1, 101, GET,  'Connection: upgrade',                   false, false, -1, false, true
                    """)
    void decidesFraming(
            String version,
            int status,
            String method,
            String fields,
            boolean body,
            boolean chunked,
            long length,
            boolean closeDelimited,
            boolean keepAlive) {
        int answered = method.equals("HEAD") ? Method.HEAD : Method.GET;

        feed("HTTP/" + version + " " + status + " Phrase\r\n" + fields + "\r\n\r\n", answered);

        assertThat(head.status()).isEqualTo(status);
        assertThat(head.hasBody()).isEqualTo(body);
        assertThat(head.isChunked()).isEqualTo(chunked);
        assertThat(head.contentLength()).isEqualTo(length);
        assertThat(head.isCloseDelimited()).isEqualTo(closeDelimited);
        assertThat(head.isKeepAlive()).isEqualTo(keepAlive);
        assertThat(head.isInterim()).isEqualTo(status == 100);
        assertThat(head.isSwitchingProtocols()).isEqualTo(status == 101);
    }

    @Test
    void dropsLengthOfNoContent() {
        feed("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", Method.GET);

        assertThat(head.fields().find(Field.CONTENT_LENGTH)).isNegative();
    }

    @Test
    void acceptsAnyTokenAsNameAndMissingPhrase() {
        feed("HTTP/1.1 200\r\nX_Y.z!: a\r\n\r\n", Method.GET);

        assertThat(head.fields().name(0)).isEqualTo("X_Y.z!");
    }

    @Test
    void leavesBodyInBuffer() {
        ByteBuf in = feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", Method.GET);

        assertThat(in.toString(ISO_8859_1)).isEqualTo("body");
    }

    @Test
    void startsOwnAnswerWithoutFields() {
        feed("HTTP/1.1 200 OK\r\nX: y\r\n\r\n", Method.GET);

        head.start(503, 7);

        assertThat(head.status()).isEqualTo(503);
        assertThat(head.contentLength()).isEqualTo(7);
        assertThat(head.fields().count()).isZero();
    }

    private ByteBuf feed(String text, int method) {
        ByteBuf in = Unpooled.copiedBuffer(text, ISO_8859_1);
        assertThat(head.feed(in, HeadLimits.DEFAULT, method))
                .as("%s", head.malformed())
                .isEqualTo(RequestHead.COMPLETE);
        return in;
    }
}
