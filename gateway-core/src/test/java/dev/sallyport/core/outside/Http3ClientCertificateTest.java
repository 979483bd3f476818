package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.mutual.OpensslAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of HTTP/3 that prove who they are. */
final class Http3ClientCertificateTest {
    @TempDir static Path folder;

    @BeforeAll
    static void issue() throws Exception {
        OpensslAuthority.create(folder, "clients").issue("alice", "extendedKeyUsage=clientAuth");
        // By the same name, so that the client offers what it issued.
        OpensslAuthority.create(folder, "foreign", "-subj", "/CN=clients")
                .issue("mallory", "extendedKeyUsage=clientAuth");
    }

    private static String yaml(String mode, String files) {
        return """
        listeners:
          secure:
            address: "127.0.0.1:0"
            tls: {client-certificates: {ca-files: ["%s"], mode: %s}}
        routes:
          known: {path-prefix: /known, filters: [client-certificate: {}], respond: 200}
          all: {respond: 200}
        """
                .formatted(folder.resolve(files), mode);
    }

    @Test
    void letsInByCertificate() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("optional", "clients.pem"))) {
            int port = edge.port("secure");
            try (var alice = H3Client.connectAs(port, pem("alice"), key("alice"))) {
                assertThat(alice.get("/known").status()).isEqualTo(200);
            }
            try (var nobody = H3Client.connect(port)) {
                assertThat(nobody.get("/").status()).isEqualTo(200);
                assertThat(nobody.get("/known").status()).isEqualTo(403);
            }
            assertThatThrownBy(() -> ask(port, "mallory"));
        }
    }

    @Test
    void withoutACertificateNothingIsAnsweredWhereOneIsRequired() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("required", "clients.pem"))) {
            int port = edge.port("secure");
            assertThat(ask(port, "alice")).isEqualTo(200);
            assertThatThrownBy(() -> ask(port, "mallory"));
            assertThatThrownBy(() -> {
                try (var nobody = H3Client.connect(port)) {
                    nobody.get("/");
                }
            });
        }
    }

    @Test
    void nothingIsAnsweredWhereTheAuthorityIsBroken() throws Exception {
        Files.writeString(folder.resolve("broken.pem"), "nothing");
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("required", "broken.pem"))) {
            int port = edge.port("secure");
            assertThatThrownBy(() -> ask(port, "alice"));
        }
    }

    private static int ask(int port, String who) {
        try (var client = H3Client.connectAs(port, pem(who), key(who))) {
            return client.get("/").status();
        }
    }

    private static Path pem(String of) {
        return folder.resolve(of + ".pem");
    }

    private static Path key(String of) {
        return folder.resolve(of + ".key");
    }
}
