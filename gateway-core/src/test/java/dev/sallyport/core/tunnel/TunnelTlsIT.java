package dev.sallyport.core.tunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.loop.Transport;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TunnelTlsIT {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String MATRIX =
            """
            IO_URING, JDK,     TLSv1.3
            IO_URING, OPENSSL, TLSv1.3
            EPOLL,    OPENSSL, TLSv1.3
            NIO,      OPENSSL, TLSv1.2
            NIO,      JDK,     TLSv1.2
            """;

    @TempDir private static Path folder;

    @ParameterizedTest
    @CsvSource(textBlock = MATRIX)
    void closeNotifyEndsTheTunnelAfterDelivery(
            Transport transport, SslProvider provider, String protocol) throws Exception {
        try (TunnelStand stand = stand(transport, provider);
                Socket plain = stand.connect();
                SSLSocket client = tls(stand, plain, protocol);
                Socket server = stand.accept()) {
            client.getOutputStream().write(new byte[1_000_000]);
            client.shutdownOutput();

            assertThat(server.getInputStream().readAllBytes()).hasSize(1_000_000);
            assertThat(stand.awaitEnd()).isEqualTo("1000000 0 finished");
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = MATRIX)
    void endOfUpstreamBecomesCloseNotify(Transport transport, SslProvider provider, String protocol)
            throws Exception {
        try (TunnelStand stand = stand(transport, provider);
                Socket plain = stand.connect();
                SSLSocket client = tls(stand, plain, protocol);
                Socket server = stand.accept()) {
            client.getOutputStream().write("question".getBytes(US_ASCII));
            assertThat(server.getInputStream().readNBytes(8))
                    .isEqualTo("question".getBytes(US_ASCII));
            server.getOutputStream().write(new byte[1_000_000]);
            server.shutdownOutput();

            // Without close_notify this throws instead of ending.
            assertThat(client.getInputStream().readAllBytes()).hasSize(1_000_000);
            end(client);
            assertThat(stand.awaitEnd()).isEqualTo("8 1000000 finished");
        }
    }

    private static void end(Socket socket) throws IOException {
        socket.close();
    }

    private static TunnelStand stand(Transport transport, SslProvider provider) throws Exception {
        KeyStore store = store();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        return new TunnelStand(
                transport, SslContextBuilder.forServer(keys).sslProvider(provider).build());
    }

    private static SSLSocket tls(TunnelStand stand, Socket plain, String protocol)
            throws Exception {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, "localhost", stand.edge().getPort(), true);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        return socket;
    }

    private static synchronized KeyStore store() throws Exception {
        Path file = folder.resolve("test.p12");
        if (!Files.exists(file)) {
            String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            Process made =
                    new ProcessBuilder(
                                    keytool,
                                    "-genkeypair",
                                    "-alias",
                                    "test",
                                    "-keyalg",
                                    "EC",
                                    "-groupname",
                                    "secp256r1",
                                    "-dname",
                                    "CN=localhost",
                                    "-storetype",
                                    "PKCS12",
                                    "-storepass",
                                    "changeit",
                                    "-keystore",
                                    file.toString())
                            .inheritIO()
                            .start();
            assertThat(made.waitFor()).isZero();
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }
}
