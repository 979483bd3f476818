package dev.sallyport.core.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 server in clear that sends exactly the frames of its script, however wrong. */
public final class FrameServer implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GO_AWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PREFACE = 24;

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();

    /** What to do with one connection, after its settings were sent; it is closed after. */
    public interface Script {
        void serve(Connection connection) throws IOException, InterruptedException;
    }

    /** A frame as it came. */
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public boolean isEnd() {
            return (flags & END_STREAM) != 0;
        }

        /** The code of a reset, or what else begins with four bytes. */
        public int code() {
            return (payload[0] & 0xff) << 24
                    | (payload[1] & 0xff) << 16
                    | (payload[2] & 0xff) << 8
                    | (payload[3] & 0xff);
        }
    }

    private FrameServer(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    public static FrameServer start(Script script) throws IOException {
        return new FrameServer(script);
    }

    public int port() {
        return server.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    /** Waits until it is so. */
    public static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("still not so (expected: within 10 s)");
            }
            Thread.onSpinWait();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket;
                Connection connection = new Connection(socket, number)) {
            connection.in.readNBytes(PREFACE);
            script.serve(connection);
        } catch (IOException _) {
            // the edge left
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection of the edge. */
    public static final class Connection implements AutoCloseable {
        private final int number;
        private final DataInputStream in;
        private final OutputStream out;
        private boolean isGathering;
        private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

        Connection(Socket socket, int number) throws IOException {
            this.number = number;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = new BufferedOutputStream(socket.getOutputStream());
        }

        /** 1 for the first. */
        public int number() {
            return number;
        }

        /** The next frame of any type. */
        public Frame next() throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(type, flags, stream, payload);
        }

        /** The next frame of a type; those before it are left out. */
        public Frame next(int type) throws IOException {
            Frame frame = next();
            while (frame.type != type) {
                frame = next();
            }
            return frame;
        }

        /** The stream of the next request, when its head has come. */
        public int request() throws IOException {
            return next(HEADERS).stream;
        }

        /** The stream of the next request, when all of it has come. */
        public int wholeRequest() throws IOException {
            Frame frame = next();
            while (!((frame.type == HEADERS || frame.type == DATA) && frame.isEnd())) {
                frame = next();
            }
            return frame.stream;
        }

        /** The fields of a head. */
        public Http2Headers fields(Frame head) throws IOException {
            try {
                return decoder.decodeHeaders(head.stream, Unpooled.wrappedBuffer(head.payload));
            } catch (Http2Exception e) {
                throw new IOException(e);
            }
        }

        public synchronized void send(int type, int flags, int stream, byte[] payload)
                throws IOException {
            byte[] frame = new byte[9 + payload.length];
            frame[0] = (byte) (payload.length >> 16);
            frame[1] = (byte) (payload.length >> 8);
            frame[2] = (byte) payload.length;
            frame[3] = (byte) type;
            frame[4] = (byte) flags;
            frame[5] = (byte) (stream >> 24);
            frame[6] = (byte) (stream >> 16);
            frame[7] = (byte) (stream >> 8);
            frame[8] = (byte) stream;
            System.arraycopy(payload, 0, frame, 9, payload.length);
            out.write(frame);
            if (!isGathering) {
                out.flush();
            }
        }

        /** Keeps what is sent, until the next {@code gather(false)}: one packet for all of it. */
        public synchronized void gather(boolean isGathering) throws IOException {
            this.isGathering = isGathering;
            if (!isGathering) {
                out.flush();
            }
        }

        /** Settings, each a number and a value. */
        public void settings(int... settings) throws IOException {
            ByteBuf payload = Unpooled.buffer();
            for (int i = 0; i < settings.length; i += 2) {
                payload.writeShort(settings[i]).writeInt(settings[i + 1]);
            }
            send(SETTINGS, 0, 0, ByteBufUtil.getBytes(payload));
        }

        /** A head or trailers: names and values in turn, as they are. */
        public void headers(int stream, boolean isLast, String... fields) throws IOException {
            Http2Headers headers = new DefaultHttp2Headers(false);
            for (int i = 0; i < fields.length; i += 2) {
                headers.add(fields[i], fields[i + 1]);
            }
            ByteBuf block = Unpooled.buffer();
            try {
                encoder.encodeHeaders(stream, headers, block);
            } catch (Http2Exception e) {
                throw new IOException(e);
            }
            send(
                    HEADERS,
                    END_HEADERS | (isLast ? END_STREAM : 0),
                    stream,
                    ByteBufUtil.getBytes(block));
        }

        public void data(int stream, boolean isLast, String text) throws IOException {
            byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
            send(DATA, isLast ? END_STREAM : 0, stream, payload);
        }

        /** 200 and a body. */
        public void answer(int stream, String body) throws IOException {
            String length = Integer.toString(body.length());
            headers(stream, false, ":status", "200", "content-length", length);
            data(stream, true, body);
        }

        public void reset(int stream, int code) throws IOException {
            send(RST_STREAM, 0, stream, bytes(code));
        }

        public void goAway(int lastStream, int code) throws IOException {
            byte[] payload = new byte[8];
            System.arraycopy(bytes(lastStream), 0, payload, 0, 4);
            System.arraycopy(bytes(code), 0, payload, 4, 4);
            send(GO_AWAY, 0, 0, payload);
        }

        public void windowUpdate(int stream, int by) throws IOException {
            send(WINDOW_UPDATE, 0, stream, bytes(by));
        }

        private static byte[] bytes(int number) {
            return new byte[] {
                (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
            };
        }

        /** Answers every request until the edge leaves. */
        public void answerAll(String body) throws IOException {
            while (true) {
                answer(wholeRequest(), body);
            }
        }

        /** Reads until the edge leaves. */
        public void drain() throws IOException {
            @Nullable Frame last = next();
            while (last != null) {
                last = next();
            }
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}
