package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class RequestHeadTest {
    private static final String HANDSHAKE =
            """
            GET /chat HTTP/1.1
            Host: a
            Connection: keep-alive, Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """
                    .replace("\n", "\r\n");

    private final RequestHead head = new RequestHead();

    @Test
    void leavesBodyInBuffer() {
        ByteBuf in = buffer("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");

        assertThat(head.feed(in, HeadLimits.DEFAULT)).isEqualTo(RequestHead.COMPLETE);

        assertThat(in.toString(ISO_8859_1)).isEqualTo("body");
        assertThat(head.hasBody()).isTrue();
    }

    @Test
    void readsPipelinedHeadsOneByOne() {
        String first = "GET /" + "a".repeat(1500) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        ByteBuf in = buffer(first + "GET /second HTTP/1.1\r\nHost: b\r\n\r\n");
        feed(in);

        head.reset();
        feed(in);

        assertThat(text(head.pathOffset(), head.pathLength())).isEqualTo("/second");
        assertThat(text(head.hostOffset(), head.hostLength())).isEqualTo("b");
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void isNotStartedByTheEmptyLineBefore() {
        head.feed(buffer("\r\n"), HeadLimits.DEFAULT);
        assertThat(head.isStarted()).isFalse();

        head.feed(buffer("G"), HeadLimits.DEFAULT);
        assertThat(head.isStarted()).isTrue();
    }

    @Test
    void refusesFaultyByteBeforeHeadIsComplete() {
        assertThat(head.feed(buffer("GET / HTTP/1.1\r\nX: \0"), HeadLimits.DEFAULT))
                .isEqualTo(RequestHead.MALFORMED);
        assertThat(head.malformed()).isEqualTo(Malformed.CONTROL_BYTE);
        assertThat(head.feed(buffer("more"), HeadLimits.DEFAULT)).isEqualTo(RequestHead.MALFORMED);
    }

    @Test
    void acceptsHeadOfExactlyTheLimitAndRefusesOneByteMore() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        var limits = new HeadLimits(1000, 10, 1000);
        String exact = start + "y".repeat(1000 - start.length() - 4) + "\r\n\r\n";

        assertThat(head.feed(buffer(exact), limits)).isEqualTo(RequestHead.COMPLETE);

        head.reset();
        assertThat(head.feed(buffer(exact.replace("X: ", "X: z")), limits))
                .isEqualTo(RequestHead.MALFORMED);
        assertThat(head.malformed()).isEqualTo(Malformed.HEAD_TOO_LARGE);
    }

    @Test
    void knowsWebSocketHandshake() {
        feed(buffer(HANDSHAKE + "\r\n"));

        head.fields().removeAll(Field.UPGRADE);

        assertThat(head.isWebSocketUpgrade()).isTrue();
    }

    @Test
    void knowsWhatIsNoWebSocketHandshake() {
        for (String other :
                new String[] {
                    HANDSHAKE.replace("GET", "POST"),
                    HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0"),
                    HANDSHAKE.replace("Version: 13", "Version: 12"),
                    HANDSHAKE.replace("Upgrade: websocket", "Upgrade: websocket, h2c"),
                    HANDSHAKE.replace("Upgrade: websocket", "Upgrade: h2c"),
                    HANDSHAKE.replace(", Upgrade", ""),
                    HANDSHAKE.replace("jZQ==", "jZQ="),
                    HANDSHAKE.replace("dGhl", "d_hl"),
                    HANDSHAKE + "Upgrade: websocket\r\n",
                    HANDSHAKE + "Content-Length: 1\r\n",
                }) {
            head.reset();
            feed(buffer(other + "\r\n"));
            assertThat(head.isWebSocketUpgrade()).as(other).isFalse();
        }
    }

    @Test
    void keepsConnectionByVersionAndOption() {
        assertThat(keepsAlive("1.1", "")).isTrue();
        assertThat(keepsAlive("1.1", "Connection: Close\r\n")).isFalse();
        assertThat(keepsAlive("1.1", "Connection: keep-alive, close\r\n")).isFalse();
        assertThat(keepsAlive("1.0", "")).isFalse();
        assertThat(keepsAlive("1.0", "Connection: Keep-Alive\r\n")).isTrue();
        assertThat(keepsAlive("1.0", "Connection: keep-alive\r\nConnection: close\r\n")).isFalse();
    }

    @Test
    void expectsContinueOnlyFromNewClientWithBody() {
        String expect = "Expect: 100-continue\r\n";
        assertThat(expects("1.1", expect + "Content-Length: 1\r\n")).isTrue();
        assertThat(expects("1.1", expect + "Transfer-Encoding: chunked\r\n")).isTrue();
        assertThat(expects("1.1", expect + "Content-Length: 0\r\n")).isFalse();
        assertThat(expects("1.0", expect + "Content-Length: 1\r\n")).isFalse();
    }

    @Test
    void canonicalPathStaysAsItIs() {
        var table = new FieldTable();
        var path = new CanonicalPath();
        var random = new java.util.Random(7);
        String letters = "/ab.%2eE5C;|[^~-:@c3";
        for (int round = 0; round < 50_000; round++) {
            var text = new StringBuilder("/");
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            if (path.read(stored(table, bytes), 0, bytes.length) != null) {
                continue;
            }
            byte[] once = canonical(table, path);

            Malformed again = path.read(stored(table, once), 0, once.length);

            assertThat(again).as("%s of %s", new String(once, ISO_8859_1), text).isNull();
            assertThat(canonical(table, path)).as(text.toString()).isEqualTo(once);
            assertThat(new String(once, ISO_8859_1)).doesNotContain("//").startsWith("/");
        }
    }

    private static FieldTable stored(FieldTable table, byte[] bytes) {
        table.clear();
        table.ensure(bytes.length);
        System.arraycopy(bytes, 0, table.bytes(), 0, bytes.length);
        table.length(bytes.length);
        return table;
    }

    private static byte[] canonical(FieldTable table, CanonicalPath path) {
        return java.util.Arrays.copyOfRange(
                table.bytes(), path.offset(), path.offset() + path.length());
    }

    private boolean keepsAlive(String version, String fields) {
        head.reset();
        feed(buffer("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n"));
        return head.isKeepAlive();
    }

    private boolean expects(String version, String fields) {
        head.reset();
        feed(buffer("POST / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n"));
        return head.expectsContinue();
    }

    private void feed(ByteBuf in) {
        assertThat(head.feed(in, HeadLimits.DEFAULT)).isEqualTo(RequestHead.COMPLETE);
    }

    private String text(int offset, int length) {
        return new String(head.bytes(), offset, length, ISO_8859_1);
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }
}
