package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that writes what it is told and reads what comes. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int LONGEST_LINE = 1 << 20;

    private final Socket transport;
    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket transport, Socket socket) throws IOException {
        this.transport = transport;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawClient plain(int port) {
        return plain(port, 0);
    }

    /** With a receive buffer of that size, so that a slow reader is slow at once. */
    static RawClient plain(int port, int receiveBuffer) {
        try {
            Socket socket = dial(port, receiveBuffer);
            return new RawClient(socket, socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawClient secure(int port, String serverName, SSLContext tls, String... protocols) {
        try {
            Socket below = dial(port, 0);
            var socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(below, serverName, port, true);
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new RawClient(below, socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says something in clear text, then begins TLS. */
    static RawClient secureAfter(int port, byte[] first, SSLContext tls) {
        try {
            Socket below = dial(port, 0);
            below.getOutputStream().write(first);
            var socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(below, "localhost", port, true);
            socket.startHandshake();
            return new RawClient(below, socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Socket dial(int port, int receiveBuffer) throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        return socket;
    }

    static SSLContext trusting(X509Certificate root) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root);
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    RawClient send(String text) {
        return send(text.getBytes(ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends what the other side may no longer want; whether it took it. */
    boolean trySend(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Bytes below TLS, where there is TLS. */
    RawClient sendBelow(byte[] bytes) throws IOException {
        transport.getOutputStream().write(bytes);
        return this;
    }

    Response ask(String request) {
        return send(request).read(request.startsWith("HEAD "));
    }

    Response read() {
        return read(false);
    }

    /** The status of the response that comes, read to its end; 0 when none does. */
    int tryRead(boolean isHead) {
        try {
            return read(isHead).status();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof EndException || e.getCause() instanceof SocketException) {
                return 0;
            }
            throw e;
        }
    }

    /** Reads one response, framed as RFC 9112 6.3 says. */
    Response read(boolean isHead) {
        try {
            String head = readHead();
            Response response = new Response(head, new byte[0], List.of(), true);
            int status = response.status();
            if (isHead || status < 200 || status == 204 || status == 304) {
                return response;
            }
            return body(head, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Response body(String head, Response response) throws IOException {
        var body = new ByteArrayOutputStream();
        List<String> trailers = new ArrayList<>();
        boolean isComplete;
        if ("chunked".equals(response.field("transfer-encoding"))) {
            isComplete = readChunks(body, trailers);
        } else if (response.field("content-length") != null) {
            isComplete = readLength(body, Long.parseLong(response.field("content-length")));
        } else {
            isComplete = readToEnd(body);
        }
        return new Response(head, body.toByteArray(), trailers, isComplete);
    }

    private boolean readLength(ByteArrayOutputStream body, long length) throws IOException {
        for (long left = length; left > 0; ) {
            byte[] piece = new byte[(int) Math.min(left, 65_536)];
            int count = readSome(piece);
            if (count < 0) {
                return false;
            }
            body.write(piece, 0, count);
            left -= count;
        }
        return true;
    }

    private boolean readChunks(ByteArrayOutputStream body, List<String> trailers)
            throws IOException {
        try {
            while (true) {
                int size = Integer.parseInt(readLine(), 16);
                if (size == 0) {
                    break;
                }
                if (!readLength(body, size) || !readLine().isEmpty()) {
                    return false;
                }
            }
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                trailers.add(line);
            }
            return true;
        } catch (EndException e) {
            return false;
        }
    }

    private boolean readToEnd(ByteArrayOutputStream body) {
        try {
            byte[] piece = new byte[65_536];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                body.write(piece, 0, count);
            }
            return true;
        } catch (IOException e) {
            return false; // a reset, or TLS without its end
        }
    }

    private int readSome(byte[] piece) throws IOException {
        try {
            return in.read(piece);
        } catch (SocketException | SSLException e) {
            return -1;
        }
    }

    /** Reads a head up to and without the empty line. */
    String readHead() throws IOException {
        var head = new StringBuilder();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        while (line.length() < LONGEST_LINE) {
            int next = in.read();
            if (next < 0) {
                throw new EndException(line.toString());
            }
            if (next == '\n') {
                if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                    throw new IOException("bare LF after: " + line);
                }
                return line.substring(0, line.length() - 1);
            }
            line.append((char) next);
        }
        throw new IOException("line without end");
    }

    /** Exactly {@code count} bytes. */
    byte[] readBytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EndException(new String(bytes, ISO_8859_1));
        }
        return bytes;
    }

    /** Everything up to the end of the stream or a reset. */
    String drain() {
        var all = new ByteArrayOutputStream();
        readToEnd(all);
        return all.toString(ISO_8859_1);
    }

    /** Whether the edge has ended the connection, in whatever way, with no further byte. */
    boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (SocketException | SSLException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips {@code count} bytes of what comes. */
    void skip(long count) throws IOException {
        in.skipNBytes(count);
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends with a reset. */
    void reset() {
        try {
            transport.setSoLinger(true, 0);
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        hangUp();
    }

    /** Ends in the ordinary way, in the middle of a test. */
    void hangUp() {
        try {
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
    }

    static String post(String path, String body) {
        return "POST %s HTTP/1.1\r\nHost: a.example\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(path, body.length(), body);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** The stream ended in the middle of something. */
    static final class EndException extends IOException {
        private static final long serialVersionUID = 1;

        EndException(String before) {
            super("end of stream after: " + before);
        }
    }
}
