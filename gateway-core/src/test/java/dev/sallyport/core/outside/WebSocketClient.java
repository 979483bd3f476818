package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's end of a tunnel, whichever way it speaks HTTP: it asks for {@code /ws}, then deals in
 * bytes.
 */
sealed interface WebSocketClient extends AutoCloseable {
    /** The key of RFC 6455 1.3, and what answers it. */
    String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    String PROOF = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /** Asks, and reads the head of the answer. */
    static WebSocketClient open(Dialect dialect, Edge edge) {
        return switch (dialect) {
            case H1, H1_TLS -> new ByLines(edge.connect());
            case H2C, H2 -> new ByFrames(Http2Client.connect(edge));
            case H3 -> new ByDatagrams(H3Client.connect(edge.port("secure")));
        };
    }

    int status();

    @Nullable String field(String name);

    void say(String text);

    /** Exactly so many characters. */
    String hear(int count);

    /** Says no more, and listens on. */
    void end();

    /** Breaks off. */
    void reset();

    /** What is still said, up to its good end. */
    String rest();

    @Override
    void close();

    /** A connection of HTTP/1.1. */
    final class ByLines implements WebSocketClient {
        private final RawClient client;
        private final Response head;

        private ByLines(RawClient client) {
            this.client = client;
            client.send(
                    """
                    GET /ws HTTP/1.1\r
                    Host: a.example\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Origin: https://a.example\r
                    Sec-WebSocket-Protocol: chat\r
                    Sec-WebSocket-Version: 13\r
                    Sec-WebSocket-Key: %s\r
                    \r
                    """
                            .formatted(KEY));
            try {
                this.head = new Response(client.readHead(), new byte[0], List.of(), true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int status() {
            return head.status();
        }

        @Override
        public @Nullable String field(String name) {
            return head.field(name);
        }

        @Override
        public void say(String text) {
            client.send(text);
        }

        @Override
        public String hear(int count) {
            try {
                return new String(client.readBytes(count), ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void end() {
            try {
                client.halfClose();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void reset() {
            client.reset();
        }

        @Override
        public String rest() {
            return client.drain();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** A stream of HTTP/2. */
    final class ByFrames implements WebSocketClient {
        private final Http2Client client;
        private final Http2Client.Answer head;

        /** What came and was not asked for yet. */
        private String heard = "";

        private ByFrames(Http2Client client) {
            this.client = client;
            client.headers(
                    1,
                    false,
                    ":method=CONNECT",
                    ":protocol=websocket",
                    ":scheme=https",
                    ":authority=a.example",
                    ":path=/ws",
                    "sec-websocket-version=13",
                    "sec-websocket-protocol=chat",
                    "origin=https://a.example");
            this.head = client.answer(1, answer -> answer.status() >= 200);
            heard = head.text();
        }

        @Override
        public int status() {
            return head.status();
        }

        @Override
        public @Nullable String field(String name) {
            return head.field(name);
        }

        @Override
        public void say(String text) {
            for (int i = 0; i < text.length(); i += 16_384) {
                client.data(1, text.substring(i, Math.min(text.length(), i + 16_384)), false);
            }
        }

        @Override
        public String hear(int count) {
            int missing = count - heard.length();
            if (missing > 0) {
                heard += client.answer(1, answer -> answer.body.size() >= missing).text();
            }
            if (heard.length() < count) {
                throw new IllegalStateException(heard + " (expected: " + count + " characters)");
            }
            String given = heard.substring(0, count);
            heard = heard.substring(count);
            return given;
        }

        @Override
        public void end() {
            client.data(1, "", true);
        }

        @Override
        public void reset() {
            client.reset(1, Http2Client.CANCEL);
        }

        @Override
        public String rest() {
            if (head.isComplete) {
                return heard;
            }
            Http2Client.Answer last = client.answer(1);
            if (!last.isComplete) {
                throw new IllegalStateException("reset " + last.reset + " (expected: an end)");
            }
            return heard + last.text();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** A stream of HTTP/3. */
    final class ByDatagrams implements WebSocketClient {
        private final H3Client client;
        private final H3Client.Collector collector = new H3Client.Collector();
        private final QuicStreamChannel stream;
        private int heard;

        private ByDatagrams(H3Client client) {
            this.client = client;
            this.stream = client.open(collector);
            Http3Headers head = H3Client.request("CONNECT", "/ws");
            head.add(":protocol", "websocket").add("origin", "https://a.example");
            head.add("sec-websocket-version", "13").add("sec-websocket-protocol", "chat");
            stream.writeAndFlush(new DefaultHttp3HeadersFrame(head));
            Await.until("a head", () -> collector.status() >= 200, collector::status);
        }

        @Override
        public int status() {
            return collector.status();
        }

        @Override
        public @Nullable String field(String name) {
            return collector.fields.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public void say(String text) {
            stream.writeAndFlush(
                    new DefaultHttp3DataFrame(Unpooled.copiedBuffer(text, ISO_8859_1)));
        }

        @Override
        public String hear(int count) {
            int until = heard + count;
            Await.until(
                    until + " characters",
                    () -> collector.soFar().length() >= until,
                    collector::soFar);
            String given = collector.soFar().substring(heard, until);
            heard = until;
            return given;
        }

        @Override
        public void end() {
            stream.shutdownOutput();
        }

        @Override
        public void reset() {
            stream.shutdown(0x10c, stream.newPromise());
        }

        @Override
        public String rest() {
            String all = H3Client.await(collector.answer).text();
            return all.substring(heard);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
