package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An origin that does exactly what its script says with each connection, and counts. */
final class RawServer implements AutoCloseable {
    private static final int KEPT = 1_000;

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final AtomicLong requestCount = new AtomicLong();
    private final AtomicLong byteCount = new AtomicLong();

    /** What the origin does with one connection; its end closes it. */
    interface Script {
        void serve(Connection connection) throws Exception;
    }

    /** What the origin answers to one request. */
    interface Answers {
        String to(Request request);
    }

    /** A request as it arrived. */
    record Request(String head, byte[] body) {
        String line() {
            return head.substring(0, head.indexOf('\r'));
        }

        String path() {
            String line = line();
            int begin = line.indexOf(' ') + 1;
            return line.substring(begin, line.indexOf(' ', begin));
        }

        @Nullable String field(String name) {
            List<String> values = Response.values(head, name);
            return values.isEmpty() ? null : values.getFirst();
        }

        List<String> fields(String name) {
            return Response.values(head, name);
        }

        String text() {
            return new String(body, ISO_8859_1);
        }
    }

    private RawServer(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
    }

    static RawServer scripted(Script script) {
        return scripted(0, 0, script);
    }

    /** On a port that is given, or any for 0, with a receive buffer that is given. */
    static RawServer scripted(int port, int receiveBuffer, Script script) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.bind(
                    new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            var started = new RawServer(socket, script);
            Thread.ofVirtual().name("origin").start(started::accept);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps connections alive and gives each request its answer. */
    static RawServer answering(Answers answers) {
        return scripted(connection -> {
            for (Request request = connection.read();
                    request != null;
                    request = connection.read()) {
                connection.send(answers.to(request));
            }
        });
    }

    /** Answers 200 with {@code text} as its body. */
    static String ok(String text) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                connectionCount.incrementAndGet();
                Thread.ofVirtual().name("origin connection").start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(new Connection(socket));
        } catch (Exception e) {
            // the edge left, or the script failed: the client sees which
        } finally {
            open.remove(socket);
        }
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /** A route for every host and path to this origin. */
    String route() {
        return "routes:\n  all: {forward: app}\n" + upstream("");
    }

    /** An upstream {@code app} of this origin; {@code settings} begin with a comma. */
    String upstream(String settings) {
        return "upstreams:\n  app: {endpoints: [\"" + address() + "\"]" + settings + "}\n";
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    Request lastRequest() {
        return requests.getLast();
    }

    /** Connections accepted so far. */
    int connections() {
        return connectionCount.get();
    }

    int openConnections() {
        return open.size();
    }

    long requestCount() {
        return requestCount.get();
    }

    long bytes() {
        return byteCount.get();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection of the edge. */
    final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        /** The next whole request; null at the end of the stream. */
        @Nullable Request read() throws IOException {
            String head = readHead();
            return head == null ? null : counted(new Request(head, readBody(head)));
        }

        private Request counted(Request request) {
            requestCount.incrementAndGet();
            if (requests.size() < KEPT) {
                requests.add(request);
            }
            return request;
        }

        /** The next head, its lines with their CRLF; null at the end of the stream. */
        @Nullable String readHead() throws IOException {
            var head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int next = readByte();
                if (next < 0) {
                    return null;
                }
                head.append((char) next);
            }
            return head.substring(0, head.length() - 2);
        }

        int readByte() throws IOException {
            int next = in.read();
            if (next >= 0) {
                byteCount.incrementAndGet();
            }
            return next;
        }

        private byte[] readBody(String head) throws IOException {
            List<String> lengths = Response.values(head, "content-length");
            if (!lengths.isEmpty()) {
                return readBytes(Integer.parseInt(lengths.getFirst()));
            }
            var body = new ByteArrayOutputStream();
            if (!Response.values(head, "transfer-encoding").isEmpty()) {
                readChunks(body::writeBytes);
            }
            return body.toByteArray();
        }

        /** Reads a body in chunks, however long. */
        void readChunks(Consumer<byte[]> each) throws IOException {
            for (int size = readSize(); size > 0; size = readSize()) {
                each.accept(readBytes(size));
                readBytes(2);
            }
            readBytes(2);
        }

        private int readSize() throws IOException {
            var line = new StringBuilder();
            for (int next = readByte(); next != '\n'; next = readByte()) {
                if (next < 0) {
                    throw new IOException("end within a chunk size");
                }
                line.append((char) next);
            }
            return Integer.parseInt(line.toString().strip(), 16);
        }

        byte[] readBytes(int count) throws IOException {
            byte[] bytes = in.readNBytes(count);
            byteCount.addAndGet(bytes.length);
            if (bytes.length < count) {
                throw new IOException("end within a body");
            }
            return bytes;
        }

        Connection send(String text) throws IOException {
            return send(text.getBytes(ISO_8859_1));
        }

        Connection send(byte[] bytes) throws IOException {
            out.write(bytes);
            return this;
        }

        void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        /** Ends with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the edge ends the connection. */
        void awaitEnd() throws IOException {
            while (readByte() >= 0) {
                // whatever comes
            }
        }
    }
}
