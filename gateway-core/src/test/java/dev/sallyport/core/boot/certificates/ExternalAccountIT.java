package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An authority that wants to know whose account it is, and is told something wrong. */
@Isolated("starts real programs and waits for them")
@Timeout(120)
final class ExternalAccountIT {
    private static final String MAC =
            "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    private static final String NAME = "shop.example.com";

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "kid-2, " + MAC, // unknown there
        "kid-1, bm90IHRoZSBrZXkgdGhhdCB0aGV5IGdhdmUgdXMgYXQgYWxs", // another's
    })
    void aWrongOneIsToldOnceAndAllElseGoesOn(String keyId, String mac) throws Exception {
        Pebble.Settings bound =
                new Pebble.Settings(
                        Duration.ofDays(90),
                        null,
                        "\"externalAccountBindingRequired\": true, \"externalAccountMACKeys\":"
                                + " {\"kid-1\": \""
                                + MAC
                                + "\"},");
        try (Pebble plain = Pebble.start(folder.resolve("plain"));
                Pebble pebble = Pebble.start(folder.resolve("bound"), bound)) {
            String yaml = yaml(plain, pebble, keyId, mac);
            try (TestEdge edge = TestEdge.start(folder, plain, yaml.replace("  PLAIN\n", ""))) {
                pebble.await("told", () -> edge.get("/certs").contains("\"attention\""));

                assertThat(edge.get("/certs"))
                        .contains(
                                ": bound does not take external-account with key-id "
                                        + keyId
                                        + " (expected: the key-id and mac-key that bound gave for it)")
                        .doesNotContain(mac);
                assertThat(failures(edge)).isEqualTo(1);
                assertThat(Clients.get(plain.tlsPort, "own.example.com", "/"))
                        .startsWith("HTTP/1.1 200 ");

                edge.change(
                        yaml.replace(
                                "PLAIN",
                                "  plain: {directory: \"%s\", ca-file: \"%s\"}"
                                        .formatted(plain.directory(), plain.caFile)));
                plain.await("served", () -> ObtainIT.isServed(plain, NAME));
                assertThat(pebble.orders()).isZero();
                assertThat(plain.orders()).isEqualTo(1);
                assertThat(failures(edge)).isEqualTo(2);
            }
        }
    }

    private static int failures(TestEdge edge) {
        return edge.get("/certs/history?name=" + NAME).split("\"failed\"", -1).length - 1;
    }

    private String yaml(Pebble plain, Pebble pebble, String keyId, String mac) throws Exception {
        var own = plain.ca().issue(List.of("own.example.com"));
        Files.writeString(folder.resolve("own.pem"), Pem.write(own.chain()));
        Files.writeString(folder.resolve("own.key"), Pem.write(own.key()));
        return """
        acme:
          authorities:
            bound:
              directory: "%s"
              ca-file: "%s"
              external-account: {key-id: %s, mac-key: %s}
          PLAIN
        certificates:
          own: {certificate-file: own.pem, key-file: own.key}
        routes:
          shop: {host: shop.example.com, respond: 200}
          own: {host: own.example.com, respond: 200}
        """
                .formatted(pebble.directory(), pebble.caFile, keyId, mac);
    }
}
