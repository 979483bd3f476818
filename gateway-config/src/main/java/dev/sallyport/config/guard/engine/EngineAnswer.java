package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.json.JsonReader;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to one call: its head, and its body while it comes (RFC 9112). */
final class EngineAnswer implements Closeable {
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int MOST_LINES = 100;

    private final EngineWire wire;
    private final InputStream in;
    private final int status;
    private final Map<String, String> fields = new HashMap<>();

    private EngineAnswer(EngineWire wire) throws IOException {
        this.wire = wire;
        this.in = new BufferedInputStream(wire.in());
        var line = line(in);
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new IOException("no HTTP answer");
        }
        status = Integer.parseInt(line.substring(9, 12));
        int count = 0;
        for (line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                fields.put(name, line.substring(colon + 1).strip());
            }
            if (++count > MOST_LINES) {
                throw new IOException("more than " + MOST_LINES + " header fields");
            }
        }
    }

    /** Sends a call and waits for the head of its answer, which owns the wire. */
    static EngineAnswer of(EngineCall call, EngineWire wire) throws IOException {
        var request =
                "GET "
                        + call.target()
                        + " HTTP/1.1\r\nHost: engine\r\nUser-Agent: sallyport-guard\r\n"
                        + "Connection: close\r\n\r\n";
        wire.out().write(request.getBytes(StandardCharsets.US_ASCII));
        wire.out().flush();
        return new EngineAnswer(wire);
    }

    int status() {
        return status;
    }

    @Nullable String field(String name) {
        return fields.get(name);
    }

    /** The body of an answer of status 200. */
    JsonReader json() throws IOException {
        if (status != 200) {
            throw new IOException("status " + status);
        }
        return new JsonReader(body());
    }

    private InputStream body() {
        var coding = fields.getOrDefault("transfer-encoding", "");
        return coding.toLowerCase(Locale.ROOT).endsWith("chunked") ? new Chunks(in) : in;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("ended within a head");
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            line.append((char) c);
        }
        boolean hasReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
        return line.substring(0, line.length() - (hasReturn ? 1 : 0));
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    /** A body in chunks, as one stream. */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private long left;
        private boolean hasBegun;
        private boolean isOver;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0 && !nextChunk()) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("ended within a chunk");
            }
            left -= count;
            return count;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(left, in.available());
        }

        private boolean nextChunk() throws IOException {
            if (isOver) {
                return false;
            }
            if (hasBegun && !line(in).isEmpty()) {
                throw new IOException("a chunk longer than its size");
            }
            hasBegun = true;
            var size = line(in).split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new IOException("a chunk without its size");
            }
            left = Long.parseLong(size, 16);
            isOver = left == 0;
            return !isOver;
        }
    }
}
