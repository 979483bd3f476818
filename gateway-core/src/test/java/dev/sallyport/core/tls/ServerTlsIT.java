package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsIT {
    @TempDir Path folder;

    @Test
    void nativeEngineIsInUse() {
        assertThat(TlsEngine.detect()).isEqualTo(TlsEngine.NATIVE);
        assertThat(TlsEngine.NATIVE.tlsEngine()).contains("BoringSSL");
    }

    @Test
    void showsTheCertificateOfTheName() throws Exception {
        try (var edge =
                new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example", "b.example")) {
            var root = Files.writeString(folder.resolve("ca.pem"), edge.ca.rootPem());

            var run =
                    OpenSslClient.connect(
                            edge.port(),
                            folder,
                            "-servername",
                            "b.example",
                            "-verify_hostname",
                            "b.example",
                            "-CAfile",
                            root.toString(),
                            "-alpn",
                            "http/1.1",
                            "-verify_return_error");

            assertThat(run.output())
                    .contains("Verification: OK", "ALPN protocol: http/1.1", "CN = b.example");
            var session = edge.session();
            assertThat(session.serverName()).isEqualTo("b.example");
            assertThat(session.protocol()).isEqualTo("http/1.1");
            assertThat(session.version()).isEqualTo("TLSv1.3");
            assertThat(session.resumed()).isFalse();
        }
    }
}
