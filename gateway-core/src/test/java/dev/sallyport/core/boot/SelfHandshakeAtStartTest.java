package dev.sallyport.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfHandshakeAtStartTest {
    @TempDir private Path folder;

    @Test
    void anEdgeThatCannotShakeHandsDoesNotStart() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        KeyMaterial good = ca.issue(List.of("a.test"));
        KeyMaterial broken = KeyMaterial.trusted(ca.issue(List.of("a.test")).key(), good.chain());
        int port = freePort();

        assertThatThrownBy(() -> Gateway.start(config(port), serving(broken), List.of()).close())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the edge cannot shake hands with itself for a.test: ");
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close(); // nothing is left

        try (Gateway gateway = Gateway.start(config(port), serving(good), List.of())) {
            assertThat(gateway.listeners().port("secure")).isEqualTo(port);
        }
    }

    private static CertificateStore serving(KeyMaterial material) {
        CertificateStore store = new CertificateStore(Clock.systemUTC());
        store.publish("test", List.of(material));
        return store;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private GatewayConfig config(int port) throws IOException {
        String yaml =
                """
                listeners: {secure: {address: "127.0.0.1:%d", protocols: [http/1.1], tls: {}}}
                routes: {all: {host: a.test, respond: 200}}
                runtime: {loops: 1}
                """
                        .formatted(port);
        Path edge = Files.writeString(folder.resolve("edge.yaml"), yaml);
        var reading =
                new ConfigReader(FilterTypes.of(List.of()), _ -> null)
                        .read(ConfigFiles.load(edge).root());
        return Objects.requireNonNull(reading.config(), () -> reading.problems().toString());
    }
}
