package dev.sallyport.core.upstream.care;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcFields;
import dev.sallyport.core.wire.hpack.HpackDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One question on a new HTTP/2 connection (RFC 9113), by blocking streams: a GET, or that of {@code
 * grpc.health.v1}. Whoever calls bounds the time.
 */
final class Http2Check {
    /** Nothing that could be understood came. */
    static final int NO_ANSWER = -1;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    /** The call's message: none, so no name of a service, which means the whole server. */
    private static final byte[] WHOLE_SERVER = new byte[5];

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int LAST = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;

    private static final int LARGEST_FRAME = 16 * 1024;
    private static final int LARGEST_BLOCK = 64 * 1024;
    private static final int MOST_FRAMES = 1000;
    private static final int SERVING = 1;

    private final DataInputStream in;
    private final OutputStream out;
    private final HpackDecoder decoder = new HpackDecoder();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status = NO_ANSWER;
    private int grpcStatus = GrpcFields.ABSENT;
    private boolean isEnded;
    private int frames;

    private Http2Check(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** The status of the answer to a GET; {@link #NO_ANSWER} when there is none. */
    static int get(String path, String authority, boolean secure, InputStream in, OutputStream out)
            throws IOException {
        var check = new Http2Check(in, out);
        var head = new ByteArrayOutputStream();
        head.write(0x82); // :method GET
        check.common(head, path, authority, secure);
        field(head, 19, "*/*"); // accept
        check.send(head.toByteArray(), NOTHING);
        while (check.status < 200 && check.next()) {
            // interim answers and frames about the connection
        }
        return check.status < 200 ? NO_ANSWER : check.status;
    }

    /** Why a gRPC server does not serve; null when it says that it does. */
    static @Nullable String grpc(String authority, boolean secure, InputStream in, OutputStream out)
            throws IOException {
        var check = new Http2Check(in, out);
        var head = new ByteArrayOutputStream();
        head.write(0x83); // :method POST
        check.common(head, "/grpc.health.v1.Health/Check", authority, secure);
        field(head, 31, "application/grpc"); // content-type
        head.write(0);
        text(head, "te");
        text(head, "trailers");
        check.send(head.toByteArray(), WHOLE_SERVER);
        while (!check.isEnded && check.next()) {
            // until the trailers
        }
        if (check.status != 200) {
            return check.status < 0 ? "no HTTP/2 answer" : "status " + check.status;
        }
        if (check.grpcStatus != 0) {
            return "grpc-status " + check.grpcStatus;
        }
        byte[] message = check.body.toByteArray();
        // A length-prefixed message whose first field is the state of serving.
        boolean isServing = message.length >= 7 && message[5] == 8 && message[6] == SERVING;
        return isServing ? null : "not serving";
    }

    private void common(ByteArrayOutputStream head, String path, String authority, boolean secure) {
        head.write(secure ? 0x87 : 0x86); // :scheme
        field(head, 4, path); // :path
        field(head, 1, authority); // :authority
        field(head, 58, "sallyport-health"); // user-agent
    }

    /** RFC 7541 6.2.2: a literal that no table keeps, with a name of the static table. */
    private static void field(ByteArrayOutputStream to, int name, String value) {
        if (name < 15) {
            to.write(name);
        } else {
            to.write(15);
            to.write(name - 15);
        }
        text(to, value);
    }

    /** RFC 7541 5.2, without Huffman's code. */
    private static void text(ByteArrayOutputStream to, String text) {
        int length = text.length();
        if (length < 127) {
            to.write(length);
        } else {
            to.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                to.write(rest % 128 + 128);
                rest /= 128;
            }
            to.write(rest);
        }
        to.writeBytes(text.getBytes(US_ASCII));
    }

    private void send(byte[] head, byte[] message) throws IOException {
        var all = new ByteArrayOutputStream();
        all.writeBytes(PREFACE);
        frame(all, SETTINGS, 0, 0, NOTHING);
        boolean isBare = message.length == 0;
        frame(all, HEADERS, END_HEADERS | (isBare ? LAST : 0), 1, head);
        if (!isBare) {
            frame(all, DATA, LAST, 1, message);
        }
        out.write(all.toByteArray());
        out.flush();
    }

    private static void frame(
            ByteArrayOutputStream to, int type, int flags, int stream, byte[] payload) {
        to.write(payload.length >> 16);
        to.write(payload.length >> 8);
        to.write(payload.length);
        to.write(type);
        to.write(flags);
        to.writeBytes(new byte[] {0, 0, 0, (byte) stream});
        to.writeBytes(payload);
    }

    /** Takes the next frame in; false when there will be no answer. */
    private boolean next() throws IOException {
        int length = in.read();
        if (length < 0 || ++frames > MOST_FRAMES) {
            return false;
        }
        length = length << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        in.readInt(); // one stream, and the connection
        if (length > LARGEST_FRAME || (frames == 1 && type != SETTINGS)) {
            return false;
        }
        byte[] payload = in.readNBytes(length);
        return payload.length == length && take(type, flags, payload);
    }

    private boolean take(int type, int flags, byte[] payload) throws IOException {
        switch (type) {
            case SETTINGS, PING -> {
                if ((flags & ACK) == 0) {
                    var answer = new ByteArrayOutputStream();
                    frame(answer, type, ACK, 0, type == PING ? payload : NOTHING);
                    out.write(answer.toByteArray());
                    out.flush();
                }
            }
            case HEADERS, CONTINUATION -> {
                return fields(flags, type == HEADERS ? unpadded(flags, payload) : payload);
            }
            case DATA -> {
                byte[] piece = unpadded(flags, payload);
                if (body.size() < LARGEST_BLOCK) {
                    body.writeBytes(piece);
                }
                isEnded |= (flags & LAST) != 0;
            }
            case RST_STREAM, GO_AWAY -> {
                return false;
            }
            default -> {}
        }
        return true;
    }

    private static byte[] unpadded(int flags, byte[] payload) throws IOException {
        boolean isPadded = (flags & PADDED) != 0 && payload.length > 0;
        int padding = isPadded ? payload[0] & 0xff : 0;
        int from = (isPadded ? 1 : 0) + ((flags & PRIORITY) != 0 ? 5 : 0);
        if (from + padding > payload.length) {
            throw new IOException("padding: " + padding + " (expected: within its frame)");
        }
        return Arrays.copyOfRange(payload, from, payload.length - padding);
    }

    private boolean fields(int flags, byte[] piece) {
        block.writeBytes(piece);
        isEnded |= (flags & LAST) != 0;
        if ((flags & END_HEADERS) == 0) {
            return block.size() < LARGEST_BLOCK;
        }
        byte[] whole = block.toByteArray();
        block.reset();
        if (status >= 200) {
            var trailers = new FieldTable();
            decoder.decode(
                    whole,
                    0,
                    whole.length,
                    FieldSection.responseTrailers(trailers),
                    HeadLimits.DEFAULT);
            grpcStatus = GrpcFields.status(trailers);
            return true;
        }
        var head = new ResponseHead();
        decoder.decode(whole, 0, whole.length, head.begin(), HeadLimits.DEFAULT);
        if (head.end(Method.GET, isEnded) == RequestHead.MALFORMED) {
            return false;
        }
        status = head.status();
        grpcStatus = GrpcFields.status(head.fields());
        return true;
    }
}
