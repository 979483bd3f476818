package dev.sallyport.core.boot.train;

import dev.sallyport.core.wire.h2.Frame;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of HTTP/2 that asks an edge of this machine, many requests at a time. */
final class StreamsClient implements AutoCloseable {
    private static final byte[] PREFACE = bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final byte[] NOTHING = new byte[0];
    private static final int ALL = Integer.MAX_VALUE / 2;

    // RFC 7541: GET, POST, https and / by the table all know; the names of others too.
    private static final int GET = 0x82;
    private static final int POST = 0x83;
    private static final int HTTPS = 0x87;
    private static final int PATH = 0x04;
    private static final int KEPT_AUTHORITY = 0x41;
    private static final int KEPT_USER_AGENT = 0x7a;

    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int stream = -1;

    /** Begins on a connection where HTTP/2 is agreed. */
    StreamsClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        out.writeBytes(PREFACE);
        frame(
                Frame.SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6)
                        .putShort((short) Frame.INITIAL_WINDOW_SIZE)
                        .putInt(ALL)
                        .array());
        frame(Frame.WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(ALL).array());
    }

    /** Asks for all of {@code paths} at once, so often. */
    void ask(int times, String... paths) throws IOException {
        for (int i = 0; i < times; i++) {
            for (String path : paths) {
                stream += 2;
                head(GET, path, Frame.END_STREAM);
            }
            exchange(paths.length);
        }
    }

    /** Sends a body of so many frames, so often. */
    void send(int times, String path, int frames) throws IOException {
        byte[] piece = new byte[Frame.LARGEST];
        for (int i = 0; i < times; i++) {
            stream += 2;
            head(POST, path, 0);
            for (int n = 0; n < frames; n++) {
                frame(Frame.DATA, 0, stream, piece);
            }
            frame(Frame.DATA, Frame.END_STREAM, stream, NOTHING);
            exchange(1);
        }
    }

    private void head(int method, String path, int flags) {
        var block = new ByteArrayOutputStream();
        block.write(method);
        block.write(HTTPS);
        block.write(PATH);
        string(block, path);
        block.write(KEPT_AUTHORITY);
        string(block, "localhost");
        block.write(KEPT_USER_AGENT);
        string(block, "train");
        frame(Frame.HEADERS, Frame.END_HEADERS | flags, stream, block.toByteArray());
    }

    private static void string(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(bytes(text));
    }

    private void frame(int type, int flags, int id, byte[] payload) {
        out.writeBytes(
                ByteBuffer.allocate(Frame.HEADER)
                        .putInt(payload.length << 8 | type)
                        .put((byte) flags)
                        .putInt(id)
                        .array());
        out.writeBytes(payload);
    }

    /** Sends what was written, and reads so many responses. */
    private void exchange(int responses) throws IOException {
        out.writeTo(socket.getOutputStream());
        out.reset();
        for (int left = responses; left > 0; ) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(Frame.HEADER));
            if (header.remaining() < Frame.HEADER) {
                throw new IOException("connection: ended (expected: " + left + " responses)");
            }
            int length = header.getInt(0) >>> 8;
            int type = header.get(3);
            in.skipNBytes(length);
            if (type == Frame.RST_STREAM || type == Frame.GOAWAY) {
                throw new IOException("frame: " + type + " (expected: a response)");
            }
            boolean ends = type == Frame.DATA || type == Frame.HEADERS;
            left -= ends ? header.get(4) & Frame.END_STREAM : 0;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
