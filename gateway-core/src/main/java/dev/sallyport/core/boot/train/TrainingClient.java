package dev.sallyport.core.boot.train;

import dev.sallyport.core.boot.serve.SampleServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client that asks an edge of this machine, request by request. */
final class TrainingClient {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MEBIBYTE = 1 << 20;

    private static final byte[][] REQUESTS = {
        bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        bytes("GET /bare/x?y=1 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: train\r\n\r\n"),
        bytes("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
        bytes("GET /a/b HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nCookie: a=b\r\n\r\n"),
        bytes("GET /fixed HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"),
        bytes("GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"),
        bytes("GET /bare/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        bytes("GET /moved/away?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    };

    private static final String[] STREAMS = {
        "/",
        "/bare/x?y=1",
        "/a/b",
        "/fixed",
        "/",
        "/bare/",
        "/moved/away?x=1",
        "/a",
        "/b",
        "/c",
        "/",
        "/bare/x?y=2",
        "/a/c",
        "/fixed",
        "/",
        "/d"
    };

    private final int port;
    private final @Nullable SSLContext trusting;

    private TrainingClient(int port, @Nullable SSLContext trusting) {
        this.port = port;
        this.trusting = trusting;
    }

    static TrainingClient plain(int port) {
        return new TrainingClient(port, null);
    }

    /** Over TLS, and it trusts the root certificate of this file alone. */
    static TrainingClient secure(int port, Path root) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(root)) {
            store.setCertificateEntry(
                    "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return new TrainingClient(port, context);
    }

    /** Connects so often, and sends so many requests each time. */
    void connect(int connections, int requests) throws IOException {
        for (int i = 0; i < connections; i++) {
            try (Socket socket = open()) {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                for (int request = 0; request < requests; request++) {
                    // The first request of a connection is another one each time, too.
                    socket.getOutputStream().write(REQUESTS[(i + request) % REQUESTS.length]);
                    readResponse(in);
                }
            }
        }
    }

    /** Sends a mebibyte, with its length and in chunks, and fetches one, so often. */
    void sendAndFetch(int times, String path) throws IOException {
        byte[] body = new byte[MEBIBYTE];
        try (Socket socket = open()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < times; i++) {
                out.write(
                        bytes(
                                "POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                        + MEBIBYTE
                                        + "\r\n\r\n"));
                out.write(body);
                readResponse(in);
                out.write(
                        bytes(
                                "POST /up HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:"
                                        + " chunked\r\n\r\n100000\r\n"));
                out.write(body);
                out.write(bytes("\r\n0\r\n\r\n"));
                readResponse(in);
                out.write(bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                readResponse(in);
            }
        }
    }

    /** Asks over HTTP/2: on so many connections, many streams at a time. */
    void ask(int connections, int times) throws IOException {
        for (int i = 0; i < connections; i++) {
            try (var streams = new StreamsClient(open("h2"))) {
                streams.ask(times, STREAMS);
                streams.ask(times / 10, SampleServer.BIG);
                streams.send(times / 10, "/up", 8);
            }
        }
    }

    private Socket open(String... protocols) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        if (trusting == null) {
            return socket;
        }
        SSLSocket secured =
                (SSLSocket)
                        trusting.getSocketFactory().createSocket(socket, "localhost", port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        secured.setSSLParameters(parameters);
        return secured;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a response whose length is given, and throws when it is none. */
    private static void readResponse(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("response: ended in its head (expected: a whole one)");
            }
            head.append((char) next);
        }
        int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
        int length =
                at < 0
                        ? 0
                        : Integer.parseInt(
                                head.substring(at + 16, head.indexOf("\r\n", at)).strip());
        if (in.readNBytes(length).length < length) {
            throw new IOException("response: ended in its body (expected: " + length + " bytes)");
        }
    }
}
