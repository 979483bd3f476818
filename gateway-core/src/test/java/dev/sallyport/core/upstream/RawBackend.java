package dev.sallyport.core.upstream;

import dev.sallyport.acme.certificate.KeyMaterial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on a loopback port that answers each connection as its script says. */
public final class RawBackend implements AutoCloseable {
    private final ServerSocket server;
    private final @Nullable SSLContext tls;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    /** What to do with one connection; it is closed after. */
    public interface Script {
        void serve(Connection connection) throws IOException;
    }

    /** One connection of the edge; {@code raw} is what lies below TLS. */
    public record Connection(Socket raw, Socket socket, BufferedReader in, AtomicInteger requests) {
        /** The head of the next request, lines joined by a bar; null at the end. */
        public @Nullable String head() throws IOException {
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    requests.incrementAndGet();
                    return head.toString();
                }
                head.append(line).append('|');
            }
            return null;
        }

        /** The head of the next request, which there must be. */
        public String requireHead() throws IOException {
            String head = head();
            if (head == null) {
                throw new IOException("connection ended (expected: a request)");
            }
            return head;
        }

        public void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }
    }

    private RawBackend(@Nullable SSLContext tls, Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        this.tls = tls;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    public static RawBackend start(Script script) throws IOException {
        return new RawBackend(null, script);
    }

    public static RawBackend start(KeyMaterial key, Script script) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", key.key(), new char[0], key.chain().toArray(new Certificate[0]));
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return new RawBackend(context, script);
    }

    /** Answers every request on a connection with 200 and this body. */
    public static Script answering(String body) {
        return connection -> {
            while (connection.head() != null) {
                connection.send(
                        "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);
            }
        };
    }

    public int port() {
        return server.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    public int requests() {
        return requests.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket raw) {
        try (raw;
                Socket socket = secure(raw);
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII))) {
            script.serve(new Connection(raw, socket, in, requests));
        } catch (IOException _) {
            // the edge left
        }
    }

    private Socket secure(Socket raw) throws IOException {
        return tls == null
                ? raw
                : tls.getSocketFactory().createSocket(raw, InputStream.nullInputStream(), true);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
