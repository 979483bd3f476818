package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.mutual.OpensslAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
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
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("optional", "clients.pem"));
                var alice = H3Client.connectAs(edge.port("secure"), pem("alice"), key("alice"))) {
            assertThat(alice.get("/known").status()).isEqualTo(200);
        }
    }

    @Test
    void withoutACertificateRoutesDecideWhereItIsOptional() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("optional", "clients.pem"));
                var nobody = H3Client.connect(edge.port("secure"))) {
            assertThat(nobody.get("/").status()).isEqualTo(200);
            assertThat(nobody.get("/known").status()).isEqualTo(403);
        }
    }

    @Test
    void aForeignCertificateIsRefused() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("optional", "clients.pem"))) {
            int port = edge.port("secure");
            refused(() -> H3Client.connectAs(port, pem("mallory"), key("mallory")));
        }
    }

    @Test
    void withoutACertificateThereIsNoConnectionWhereOneIsRequired() {
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("required", "clients.pem"))) {
            int port = edge.port("secure");
            refused(() -> H3Client.connect(port));
        }
    }

    @Test
    void thereIsNoConnectionWhereTheAuthorityIsBroken() throws Exception {
        Files.writeString(folder.resolve("broken.pem"), "nothing");
        try (var edge = Edge.start(Wire.EPOLL_TLS, yaml("required", "broken.pem"))) {
            int port = edge.port("secure");
            refused(() -> H3Client.connectAs(port, pem("alice"), key("alice")));
        }
    }

    /** A client learns of it during its handshake or after: what is asked for comes last there. */
    private static void refused(Supplier<H3Client> connecting) {
        H3Client client;
        try {
            client = connecting.get();
        } catch (IllegalStateException _) {
            return;
        }
        try (client) {
            assertThat(client.awaitClose()).isNotNegative();
        }
    }

    private static Path pem(String of) {
        return folder.resolve(of + ".pem");
    }

    private static Path key(String of) {
        return folder.resolve(of + ".key");
    }
}
