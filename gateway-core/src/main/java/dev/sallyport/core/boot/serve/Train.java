package dev.sallyport.core.boot.serve;

import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import picocli.CommandLine.Command;

/**
 * {@code train}: an edge that serves itself a while and ends. The distribution is built with it:
 * the JVM notes what such a start loads and compiles.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Serve some requests of one's own and end; for the making of the AOT cache.")
public final class Train implements Callable<Integer> {
    private static final int CONNECTIONS = 60;
    private static final int REQUESTS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public Integer call() throws Failure, IOException, GeneralSecurityException {
        try (Workplace workplace = Workplace.create();
                SampleServer sample = SampleServer.start("train")) {
            Path config = workplace.write("train.yaml", config(sample.port()));
            try (FileProvider files = FileProvider.create(config, InstantSource.system());
                    Edge edge = Edge.start(List.of(files), System::getenv)) {
                exercise(edge, workplace.folder().resolve("state/ca.pem"));
            }
        }
        return Exit.OK;
    }

    private static String config(int sample) {
        return """
        listeners:
          web: {address: "127.0.0.1:0"}
          secure: {address: "127.0.0.1:0", tls: {}}
        certificates:
          local: {internal: [localhost, 127.0.0.1]}
        routes:
          hello: {filters: [{rate-limit: 1000000/s}, {security-headers: {}}], forward: samples}
          fixed: {path: /fixed, respond: {status: 200, body: "fixed\\n"}}
          moved: {path-prefix: /moved, redirect: "https://localhost/"}
        upstreams:
          samples: {endpoints: ["127.0.0.1:%d"]}
        access-log: {to: ./access.log, format: json}
        admin: {socket: admin.sock}
        storage: {folder: state}
        limits: {drain-timeout: 1s}
        """
                .formatted(sample);
    }

    private static void exercise(Edge edge, Path root)
            throws IOException, GeneralSecurityException {
        SSLContext trusting = trusting(root);
        int plain = edge.gateway().listeners().port("web");
        int secure = edge.gateway().listeners().port("secure");
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain)) {
                ask(socket);
            }
            try (Socket socket =
                    trusting.getSocketFactory()
                            .createSocket(
                                    new Socket(InetAddress.getLoopbackAddress(), secure),
                                    "localhost",
                                    secure,
                                    true)) {
                ask(socket);
            }
        }
    }

    private static SSLContext trusting(Path root) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = java.nio.file.Files.newInputStream(root)) {
            store.setCertificateEntry(
                    "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static void ask(Socket socket) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        String[] requests = {
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
            "GET /fixed HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
            "GET /moved/away?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
        for (int i = 0; i < REQUESTS; i++) {
            out.write(requests[i % requests.length].getBytes(StandardCharsets.US_ASCII));
            readResponse(in);
        }
    }

    /** Reads a response whose length is given, and throws when it is none. */
    private static void readResponse(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("response: ended in its head (expected: a whole one)");
            }
            head.append((char) next);
        }
        int at = head.toString().toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
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
