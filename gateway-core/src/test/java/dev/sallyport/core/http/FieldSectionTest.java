package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Fields;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FieldSectionTest {
    private static final HeadLimits LIMITS = HeadLimits.DEFAULT;

    private final RequestHead head = new RequestHead();
    private final ResponseHead response = new ResponseHead();

    static List<Fields> fields() {
        return MalformedCorpus.fields();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void refusesWithDocumentedReason(Fields item) {
        for (byte[][] field : item.fields()) {
            take(head.begin(RequestHead.HTTP_2), field[0], field[1]);
        }

        assertThat(head.end(item.isLast())).isEqualTo(RequestHead.MALFORMED);
        Malformed malformed = Objects.requireNonNull(head.malformed());
        assertThat(malformed.reason()).isEqualTo(item.reason());
        assertThat(malformed.status()).isEqualTo(item.status());
    }

    @Test
    void corpusIsLarge() {
        assertThat(fields()).hasSizeGreaterThan(90);
    }

    @Test
    void readsRequestAsOtherWiresDo() {
        request(
                true,
                ":method=GET",
                ":scheme=https",
                ":authority=A.example:8443",
                ":path=//a/%7eb?q=1");

        assertThat(text(head.methodOffset(), head.methodLength())).isEqualTo("GET");
        assertThat(head.method()).isEqualTo(Method.GET);
        assertThat(text(head.hostOffset(), head.hostLength())).isEqualTo("a.example");
        assertThat(head.port()).isEqualTo(8443);
        assertThat(text(head.pathOffset(), head.pathLength())).isEqualTo("/a/~b");
        assertThat(text(head.queryOffset(), head.queryLength())).isEqualTo("?q=1");
        assertThat(head.hasBody()).isFalse();
        assertThat(head.isKeepAlive()).isTrue();
        assertThat(head.protocol()).isEqualTo("HTTP/2.0");
        assertThat(lines()).containsExactly("host: a.example:8443");
    }

    @Test
    void takesHostInPlaceOfAuthority() {
        request(true, ":method=GET", ":scheme=https", ":path=/", "host=a.example");

        assertThat(text(head.hostOffset(), head.hostLength())).isEqualTo("a.example");
        assertThat(lines()).containsExactly("host: a.example");
    }

    @Test
    void takesHostEqualToAuthority() {
        request(
                true,
                ":method=GET",
                ":scheme=https",
                ":authority=a.example",
                ":path=/",
                "host=A.Example.");

        assertThat(head.malformed()).isNull();
    }

    @Test
    void framesBodyOfUnknownLengthInChunks() {
        request(false, ":method=POST", ":scheme=https", ":authority=a", ":path=/");

        assertThat(head.isChunked()).isTrue();
        assertThat(head.hasBody()).isTrue();
        assertThat(head.contentLength()).isEqualTo(-1);
    }

    @Test
    void framesBodyOfKnownLengthByIt() {
        request(
                false,
                ":method=POST",
                ":scheme=https",
                ":authority=a",
                ":path=/",
                "content-length=007");

        assertThat(head.isChunked()).isFalse();
        assertThat(head.contentLength()).isEqualTo(7);
    }

    @Test
    void joinsCrumbsOfCookie() {
        request(
                true,
                ":method=GET",
                ":scheme=https",
                ":authority=a",
                ":path=/",
                "cookie=a=1",
                "x=y",
                "cookie=b=2",
                "cookie=c=3");

        assertThat(lines()).containsExactly("x: y", "host: a", "cookie: a=1; b=2; c=3");
    }

    @Test
    void turnsExtendedConnectIntoUpgrade() {
        request(
                false,
                ":method=CONNECT",
                ":protocol=websocket",
                ":scheme=https",
                ":authority=a",
                ":path=/chat",
                "sec-websocket-version=13");

        assertThat(head.malformed()).isNull();
        assertThat(head.isWebSocketUpgrade()).isTrue();
        assertThat(text(head.methodOffset(), head.methodLength())).isEqualTo("GET");
        assertThat(head.hasBody()).isFalse();
    }

    @Test
    void expectsContinueWithBody() {
        request(
                false,
                ":method=POST",
                ":scheme=https",
                ":authority=a",
                ":path=/",
                "expect=100-continue");

        assertThat(head.expectsContinue()).isTrue();
    }

    @Test
    void writesSameLinesAsHttp1() {
        request(
                true,
                ":method=GET",
                ":scheme=https",
                ":authority=a",
                ":path=/",
                "x=y",
                "te=trailers");
        var line = new RequestHead();
        line.feed(
                Unpooled.copiedBuffer(
                        "GET / HTTP/1.1\r\nx: y\r\nte: trailers\r\nhost: a\r\n\r\n", ISO_8859_1),
                LIMITS);

        assertThat(RequestCorpusTest.rewritten(head)).isEqualTo(RequestCorpusTest.rewritten(line));
    }

    @Test
    void isAsNewAfterReset() {
        take(head.begin(RequestHead.HTTP_2), bytes("A"), bytes("b"));
        assertThat(head.end(true)).isEqualTo(RequestHead.MALFORMED);

        head.reset();
        request(true, ":method=GET", ":scheme=https", ":authority=a", ":path=/");

        assertThat(head.malformed()).isNull();
    }

    @Test
    void leavesOutForbiddenTrailers() {
        var table = new FieldTable();
        var trailers = FieldSection.trailers(table);

        take(trailers, bytes("grpc-status"), bytes("0"));
        take(trailers, bytes("host"), bytes("a"));
        take(trailers, bytes("if-match"), bytes("a"));

        assertThat(trailers.malformed()).isNull();
        assertThat(table.count()).isEqualTo(1);
        assertThat(table.name(0)).isEqualTo("grpc-status");
    }

    @Test
    void refusesPseudoFieldInTrailers() {
        var trailers = FieldSection.trailers(new FieldTable());

        take(trailers, bytes(":path"), bytes("/"));

        assertThat(trailers.malformed()).isEqualTo(Malformed.BAD_PSEUDO_FIELD);
    }

    @Test
    void refusesLargeTrailers() {
        var trailers = FieldSection.trailers(new FieldTable());

        take(trailers, bytes("x"), bytes("y".repeat(8192)));

        assertThat(trailers.malformed()).isEqualTo(Malformed.TRAILERS_TOO_LARGE);
    }

    @Test
    void readsResponse() {
        take(response.begin(), bytes(":status"), bytes("200"));
        take(response.begin(), bytes("x_y"), bytes("z"));

        assertThat(response.end(Method.GET, false)).isEqualTo(RequestHead.COMPLETE);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.hasBody()).isTrue();
        assertThat(response.isChunked()).isTrue();
        assertThat(response.fields().name(0)).isEqualTo("x_y");
    }

    @Test
    void responseThatEndsWithHeadHasNoBody() {
        take(response.begin(), bytes(":status"), bytes("200"));

        assertThat(response.end(Method.GET, true)).isEqualTo(RequestHead.COMPLETE);
        assertThat(response.hasBody()).isFalse();
        assertThat(response.contentLength()).isZero();
        assertThat(response.isCloseDelimited()).isFalse();
    }

    @Test
    void responseToHeadKeepsLengthWithoutBody() {
        take(response.begin(), bytes(":status"), bytes("200"));
        take(response.begin(), bytes("content-length"), bytes("5"));

        assertThat(response.end(Method.HEAD, true)).isEqualTo(RequestHead.COMPLETE);
        assertThat(response.hasBody()).isFalse();
        assertThat(response.contentLength()).isEqualTo(5);
    }

    @Test
    void refusesResponsesThatBreakRules() {
        assertThat(refused(false, ":status=101")).isEqualTo(Malformed.BAD_STATUS);
        assertThat(refused(false, ":status=20")).isEqualTo(Malformed.BAD_STATUS);
        assertThat(refused(false, ":status=2000")).isEqualTo(Malformed.BAD_STATUS);
        assertThat(refused(false, "x=y")).isEqualTo(Malformed.MISSING_PSEUDO_FIELD);
        assertThat(refused(false, ":path=/")).isEqualTo(Malformed.BAD_PSEUDO_FIELD);
        assertThat(refused(false, ":status=200", ":status=200"))
                .isEqualTo(Malformed.BAD_PSEUDO_FIELD);
        assertThat(refused(false, ":status=200", "connection=close"))
                .isEqualTo(Malformed.CONNECTION_FIELD);
        assertThat(refused(true, ":status=103")).isEqualTo(Malformed.FRAMED_INTERIM);
        assertThat(refused(true, ":status=200", "content-length=1"))
                .isEqualTo(Malformed.BODY_LENGTH_MISMATCH);
    }

    private Malformed refused(boolean isLast, String... pairs) {
        response.reset();
        for (String pair : pairs) {
            int split = pair.indexOf('=');
            take(
                    response.begin(),
                    bytes(pair.substring(0, split)),
                    bytes(pair.substring(split + 1)));
        }
        assertThat(response.end(Method.GET, isLast)).isEqualTo(RequestHead.MALFORMED);
        return Objects.requireNonNull(response.malformed());
    }

    private void request(boolean isLast, String... pairs) {
        for (String pair : pairs) {
            int split = pair.indexOf('=');
            take(
                    head.begin(RequestHead.HTTP_2),
                    bytes(pair.substring(0, split)),
                    bytes(pair.substring(split + 1)));
        }
        int state = head.end(isLast);
        assertThat(state).as("%s", head.malformed()).isEqualTo(RequestHead.COMPLETE);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        FieldTable table = head.fields();
        for (int i = 0; i < table.count(); i++) {
            if (!table.isRemoved(i)) {
                lines.add(table.name(i) + ": " + table.value(i));
            }
        }
        return lines;
    }

    private String text(int offset, int length) {
        return new String(head.bytes(), offset, length, ISO_8859_1);
    }

    private static void take(FieldSection section, byte[] name, byte[] value) {
        section.take(name, 0, name.length, value, 0, value.length, LIMITS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
