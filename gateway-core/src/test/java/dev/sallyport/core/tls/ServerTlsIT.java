package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import dev.sallyport.core.tls.ServerTlsSettings.TlsVersion;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTlsIT {
    @TempDir Path folder;

    @Test
    void nativeEngineIsInUse() {
        assertThat(TlsEngine.detect()).isEqualTo(TlsEngine.NATIVE);
        assertThat(TlsEngine.NATIVE.tlsEngine()).contains("BoringSSL");
        assertThat(TlsEngine.JDK.tlsEngine()).startsWith("JDK 25");
    }

    @ParameterizedTest
    @EnumSource
    void showsTheCertificateOfTheName(TlsEngine engine) throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), engine, "a.example", "b.example")) {
            var root = Files.writeString(folder.resolve("ca.pem"), edge.ca.rootPem());

            var run =
                    connect(
                            edge,
                            "-servername",
                            "b.example",
                            "-verify_hostname",
                            "b.example",
                            "-CAfile",
                            root.toString(),
                            "-verify_return_error",
                            "-alpn",
                            "http/1.1",
                            "-tls1_2");

            assertThat(run.output())
                    .contains("Verification: OK", "ALPN protocol: http/1.1", "CN = b.example");
            assertThat(run.output()).contains("Secure Renegotiation IS supported");
            assertThat(edge.session())
                    .isEqualTo(
                            new TlsSession(
                                    "b.example",
                                    "http/1.1",
                                    "TLSv1.2",
                                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                                    false));
        }
    }

    @ParameterizedTest
    @CsvSource({"EXAMPLE.com", "example.com.", "Example.Com."})
    void nameIsComparedWithoutCaseAndTrailingDot(String asked) throws Exception {
        try (var edge =
                new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "example.com", "other.com")) {
            var run = connect(edge, "-servername", asked);

            assertThat(run.output()).contains("CN = example.com");
            assertThat(edge.session().serverName()).isEqualTo("example.com");
        }
    }

    @Test
    void unknownNameIsRefused() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var run = connect(edge, "-servername", "b.example");

            assertThat(run.output()).contains("unrecognized name").doesNotContain("CN = a.example");
            assertThat(edge.failure()).isEqualTo(Failure.UNKNOWN_NAME);
        }
    }

    @Test
    void unknownNameGetsTheDefaultWhereOneIsSet() throws Exception {
        var settings =
                new ServerTlsSettings(
                        "p",
                        TlsVersion.TLS_1_2,
                        true,
                        List.of("http/1.1"),
                        Duration.ofSeconds(10),
                        "a.example");
        try (var edge = new FakeEdge(settings, TlsEngine.NATIVE, "a.example", "c.example")) {
            assertThat(connect(edge, "-servername", "b.example").output())
                    .contains("CN = a.example");
            assertThat(connect(edge, "-noservername").output()).contains("CN = a.example");
        }
    }

    @Test
    void absentNameGetsTheCertificateOfTheLocalAddress() throws Exception {
        try (var edge =
                new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example", "127.0.0.1")) {
            var run = connect(edge, "-noservername");

            assertThat(run.output()).contains("CN = 127.0.0.1");
            assertThat(edge.session().serverName()).isNull();
        }
    }

    @Test
    void absentNameGetsTheOnlyCertificateElseIsRefused() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            assertThat(connect(edge, "-noservername").output()).contains("CN = a.example");
            edge.session();

            edge.serve("a.example", "b.example");

            assertThat(connect(edge, "-noservername").output()).contains("missing extension");
            assertThat(edge.failure()).isEqualTo(Failure.NO_NAME);
        }
    }

    @Test
    void addressAsNameIsLookedUpAsAddress() throws Exception {
        try (var edge =
                new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example", "192.0.2.7")) {
            assertThat(connect(edge, "-servername", "192.0.2.7").output())
                    .contains("CN = 192.0.2.7");
            assertThat(connect(edge, "-servername", "192.0.2.8").output())
                    .contains("unrecognized name");
        }
    }

    @Test
    void withoutAnyCertificateEverybodyIsRefused() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE)) {
            assertThat(connect(edge, "-servername", "a.example").output())
                    .contains("unrecognized name");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-tls1",
                "-tls1_1",
                "-tls1_2 -cipher AES128-GCM-SHA256",
                "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA",
                "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256",
                "-tls1_2 -cipher ECDHE-ECDSA-AES256-CCM"
            })
    void brokenVersionsAndCiphersAreRefused(String terms) throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var options = new ArrayList<>(List.of("-servername", "a.example"));
            options.addAll(List.of(terms.split(" ")));
            // the client's own scruples aside, or it would not even try
            var cipher = options.indexOf("-cipher");
            if (cipher < 0) {
                options.addAll(List.of("-cipher", "ALL:@SECLEVEL=0"));
            } else {
                options.set(cipher + 1, options.get(cipher + 1) + ":@SECLEVEL=0");
            }

            var run = connect(edge, options.toArray(String[]::new));

            assertThat(run.output())
                    .containsAnyOf("alert protocol version", "alert handshake failure");
            assertThat(edge.failure()).isEqualTo(Failure.NO_COMMON_TERMS);
        }
    }

    @Test
    void onlyTheNewestVersionWhereSoSet() throws Exception {
        var settings =
                new ServerTlsSettings(
                        "p",
                        TlsVersion.TLS_1_3,
                        true,
                        List.of("http/1.1"),
                        Duration.ofSeconds(10),
                        null);
        try (var edge = new FakeEdge(settings, TlsEngine.NATIVE, "a.example")) {
            assertThat(connect(edge, "-servername", "a.example", "-tls1_2").output())
                    .contains("alert protocol version");
            assertThat(edge.failure()).isEqualTo(Failure.NO_COMMON_TERMS);
            assertThat(connect(edge, "-servername", "a.example").output()).contains("TLSv1.3");
        }
    }

    @Test
    void renegotiationIsRefused() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var run = OpenSslClient.renegotiate(edge.port(), "-servername", "a.example", "-tls1_2");

            assertThat(run.output()).contains("RENEGOTIATING", "alert");
            assertThat(run.exit()).isNotZero();
        }
    }

    /** RFC 8446 4.6.3: what the server owes is written while it reads. */
    @Test
    void clientMayChangeItsKeysManyTimes() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            OpenSslClient.updateKeys(edge.port(), 20, "-servername", "a.example", "-tls1_3");
        }
    }

    @Test
    void clientThatSpeaksOnlyOtherProtocolsIsRefused() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var run = connect(edge, "-servername", "a.example", "-alpn", "ftp,smtp");
            assertThat(run.output()).contains("no application protocol");
            assertThat(edge.failure()).isEqualTo(Failure.NO_PROTOCOL);

            run = connect(edge, "-servername", "a.example", "-alpn", "h2,http/1.1");
            assertThat(run.output()).contains("ALPN protocol: http/1.1");
        }
    }

    @Test
    void validationOfAnAuthorityNeverSeesTheCertificateOfTheSite() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var run = connect(edge, "-servername", "a.example", "-alpn", "acme-tls/1");

            assertThat(run.output()).contains("unrecognized name").doesNotContain("CN = a.example");
        }
    }

    @Test
    void rsaCertificateFromFilesIsServed() throws Exception {
        var command =
                "openssl req -x509 -nodes -days 5 -subj /CN=rsa -addext subjectAltName=DNS:rsa.example"
                        + " -newkey rsa:2048 -keyout rsa.key -out rsa.pem";
        var process =
                new ProcessBuilder(command.split(" "))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .doesNotContain("Error");
        assertThat(process.waitFor()).isZero();
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            edge.store.publish(
                    "files",
                    List.of(Pem.read(folder.resolve("rsa.pem"), folder.resolve("rsa.key"))));

            for (var version : List.of("-tls1_2", "-tls1_3")) {
                var run =
                        connect(
                                edge,
                                "-servername",
                                "rsa.example",
                                version,
                                "-CAfile",
                                folder.resolve("rsa.pem").toString());
                assertThat(run.output()).contains("Verification: OK", "CN = rsa");
            }
            assertThat(edge.session().cipher()).isEqualTo("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        }
    }

    @Test
    void postQuantumGroupIsChosenFirst() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            assertThat(group(edge, "x25519", "X25519MLKEM768")).isEqualTo("X25519MLKEM768");
            assertThat(group(edge, "secp256r1", "x25519")).isEqualTo("X25519");
            assertThat(group(edge, "secp256r1")).isEqualTo("P-256");
        }
    }

    @ParameterizedTest
    @EnumSource
    void jdkClientIsServed(TlsEngine engine) throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), engine, "a.example", "b.example")) {
            var trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("root", edge.ca.root());
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(trust);
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);

            try (var socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(InetAddress.getLoopbackAddress(), edge.port())) {
                var parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("b.example")));
                parameters.setApplicationProtocols(new String[] {"http/1.1"});
                socket.setSSLParameters(parameters);
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(read(socket.getInputStream(), FakeEdge.ANSWER.length()))
                        .isEqualTo(FakeEdge.ANSWER);
                assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            }
            assertThat(edge.session().version()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void clientThatGoesAwayIsCounted() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            new Socket(InetAddress.getLoopbackAddress(), edge.port()).close();

            assertThat(edge.failure()).isEqualTo(Failure.GONE);
        }
    }

    @Test
    void clientThatRefusesOurCertificateIsCounted() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            connect(edge, "-servername", "a.example", "-verify_return_error", "-tls1_2");

            assertThat(edge.failure()).isEqualTo(Failure.REFUSED_BY_CLIENT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void edgeShakesHandsWithItself(TlsEngine engine) throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), engine)) {
            assertThat(edge.tls.checkHandshake()).isNull();

            edge.serve("*.example", "localhost", "192.0.2.1");

            assertThat(edge.tls.checkHandshake())
                    .extracting(TlsSession::version)
                    .isEqualTo("TLSv1.3");
        }
    }

    private OpenSslClient.Run connect(FakeEdge edge, String... options) throws Exception {
        return OpenSslClient.connect(edge.port(), folder, options);
    }

    private static SslContext client(String... groups) throws Exception {
        var builder =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null);
        return builder.option(OpenSslContextOption.GROUPS, groups).build();
    }

    @SuppressWarnings("deprecation")
    private static String group(FakeEdge edge, String... offered) throws Exception {
        var context = client(offered);
        try (var client = new NettyClient()) {
            var handler =
                    client.connect(
                            edge.port(),
                            channel ->
                                    context.newHandler(channel.alloc(), "a.example", edge.port()));
            return SSL.getGroupName(
                    ((ReferenceCountedOpenSslEngine) handler.engine()).sslPointer());
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    private static String read(InputStream in, int length) throws Exception {
        return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }
}
