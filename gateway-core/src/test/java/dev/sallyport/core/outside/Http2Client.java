package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.hpack.HpackDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that sends the frames it is told, right or wrong, and reads what comes. */
final class Http2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int PROTOCOL_ERROR = 1;
    static final int FLOW_CONTROL_ERROR = 3;
    static final int STREAM_CLOSED = 5;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final HeadLimits LIMITS = new HeadLimits(1 << 20, 1000, 1 << 20);

    /** One frame as it came. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean isLast() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** The code of RST_STREAM or GOAWAY. */
        int code() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        /** What GOAWAY says in words. */
        String words() {
            return new String(payload, 8, payload.length - 8, ISO_8859_1);
        }
    }

    /** What became of a stream: its heads, its body, and its end. */
    static final class Answer {
        final List<List<String>> heads = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean isComplete;
        int reset = -1;

        /** The final status; 0 when there is none. */
        int status() {
            for (List<String> head : heads.reversed()) {
                String first = head.isEmpty() ? "" : head.getFirst();
                if (first.startsWith(":status=")) {
                    return Integer.parseInt(first.substring(8));
                }
            }
            return 0;
        }

        String text() {
            return body.toString(ISO_8859_1);
        }

        @Nullable String field(String name) {
            return heads.stream()
                    .flatMap(List::stream)
                    .filter(field -> field.startsWith(name + "="))
                    .map(field -> field.substring(name.length() + 1))
                    .reduce((first, second) -> second)
                    .orElse(null);
        }
    }

    private final RawClient wire;
    private final HpackDecoder decoder = new HpackDecoder();
    private final boolean opensWindows;

    private Http2Client(RawClient wire, boolean opensWindows) {
        this.wire = wire;
        this.opensWindows = opensWindows;
    }

    /** Connects, and says what a client says first. */
    static Http2Client connect(Edge edge, int... settings) {
        return greeted(new Http2Client(edge.connectForHttp2(), true), settings);
    }

    /** One that never opens a window by itself. */
    static Http2Client stingy(Edge edge, int... settings) {
        return greeted(new Http2Client(edge.connectForHttp2(), false), settings);
    }

    private static Http2Client greeted(Http2Client client, int... settings) {
        client.wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        return client.settings(settings);
    }

    Http2Client send(int type, int flags, int stream, byte[] payload) {
        wire.send(frame(type, flags, stream, payload));
        return this;
    }

    /** Sends what the edge may no longer want; whether it took it. */
    boolean trySend(byte[] frames) {
        return wire.trySend(frames);
    }

    Http2Client raw(byte[] frames) {
        wire.send(frames);
        return this;
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >>> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    Http2Client settings(int... pairs) {
        var payload = ByteBuffer.allocate(pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
        }
        return send(SETTINGS, 0, 0, payload.array());
    }

    Http2Client windowUpdate(int stream, int more) {
        return send(WINDOW_UPDATE, 0, stream, number(more));
    }

    Http2Client reset(int stream, int code) {
        return send(RST_STREAM, 0, stream, number(code));
    }

    Http2Client data(int stream, String text, boolean isLast) {
        return send(DATA, isLast ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
    }

    Http2Client get(int stream, String path) {
        return headers(stream, true, request("GET", path));
    }

    Http2Client post(int stream, String path, String... more) {
        return headers(stream, false, request("POST", path, more));
    }

    /** A head of {@code name=value} fields. */
    Http2Client headers(int stream, boolean isLast, String... fields) {
        return send(HEADERS, END_HEADERS | (isLast ? END_STREAM : 0), stream, block(fields));
    }

    static String[] request(String method, String path, String... more) {
        List<String> fields =
                new ArrayList<>(
                        List.of(
                                ":method=" + method,
                                ":scheme=https",
                                ":authority=a.example",
                                ":path=" + path));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    /** Fields as literals that no table keeps. */
    static byte[] block(String... fields) {
        var block = new ByteArrayOutputStream();
        for (String field : fields) {
            int split = field.indexOf('=', 1);
            literal(
                    block,
                    field.substring(0, split).getBytes(ISO_8859_1),
                    field.substring(split + 1).getBytes(ISO_8859_1));
        }
        return block.toByteArray();
    }

    static void literal(ByteArrayOutputStream block, byte[] name, byte[] value) {
        block.write(0);
        string(block, name);
        string(block, value);
    }

    private static void string(ByteArrayOutputStream block, byte[] bytes) {
        int length = bytes.length;
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            for (length -= 127; length >= 128; length >>>= 7) {
                block.write(length | 128);
            }
            block.write(length);
        }
        block.writeBytes(bytes);
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** The next frame; null at the end of the connection. */
    @Nullable Frame next() {
        try {
            ByteBuffer head = ByteBuffer.wrap(wire.readBytes(9));
            int length = head.getInt(0) >>> 8;
            byte[] payload = wire.readBytes(length);
            return new Frame(head.get(3), head.get(4) & 0xff, head.getInt(5), payload);
        } catch (RawClient.EndException | SocketException | SSLException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until a frame fits; null when the connection ends before. */
    @Nullable Frame await(Predicate<Frame> wanted) {
        for (Frame frame = next(); frame != null; frame = next()) {
            if (wanted.test(frame)) {
                return frame;
            }
        }
        return null;
    }

    /** Reads to the end of the connection; the last GOAWAY of it, null when there is none. */
    @Nullable Frame awaitGoAway() {
        Frame last = null;
        for (Frame frame = next(); frame != null; frame = next()) {
            last = frame.type() == GOAWAY ? frame : last;
        }
        return last;
    }

    /** Reads until the stream is complete or reset, and opens its windows meanwhile. */
    Answer answer(int stream) {
        return answer(stream, _ -> false);
    }

    /** Like {@link #answer(int)}, but until a frame of the stream fits at the latest. */
    Answer answer(int stream, Predicate<Answer> enough) {
        var answer = new Answer();
        for (Frame frame = next(); frame != null; frame = next()) {
            List<String> head = List.of();
            if (frame.type() == HEADERS) {
                head = fields(frame.payload());
            }
            if (frame.type() == DATA && opensWindows && frame.payload().length > 0) {
                windowUpdate(0, frame.payload().length);
            }
            if (frame.stream() != stream) {
                continue;
            }
            switch (frame.type()) {
                case HEADERS -> answer.heads.add(head);
                case DATA -> {
                    answer.body.writeBytes(frame.payload());
                    if (opensWindows && !frame.isLast() && frame.payload().length > 0) {
                        windowUpdate(stream, frame.payload().length);
                    }
                }
                case RST_STREAM -> answer.reset = frame.code();
                default -> {}
            }
            answer.isComplete |= frame.isLast();
            if (answer.isComplete || answer.reset >= 0 || enough.test(answer)) {
                return answer;
            }
        }
        return answer;
    }

    /** Decodes a block: heads of responses, and trailers. */
    private List<String> fields(byte[] block) {
        var head = new ResponseHead();
        var outcome = decoder.decode(block, 0, block.length, head.begin(), LIMITS);
        if (outcome != HpackDecoder.Outcome.OK) {
            throw new AssertionError("block " + outcome);
        }
        List<String> fields = new ArrayList<>();
        head.end(Method.GET, false);
        if (head.status() > 0) {
            fields.add(":status=" + head.status());
        }
        for (int i = 0; i < head.fields().count(); i++) {
            if (!head.fields().isRemoved(i)) {
                fields.add(head.fields().name(i) + "=" + head.fields().value(i));
            }
        }
        return fields;
    }

    void reset() {
        wire.reset();
    }

    @Override
    public void close() {
        wire.close();
    }
}
