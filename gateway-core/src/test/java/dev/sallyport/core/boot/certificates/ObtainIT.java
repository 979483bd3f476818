package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.support.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** An edge on an empty folder obtains what its routes need. */
@Isolated("starts real programs and waits for them")
@Timeout(120)
final class ObtainIT {
    private static final String ROUTES =
            """
            routes:
              shop: {host: shop.example.com, respond: 200}
              blog: {host: blog.example.com, respond: 200}
            """;

    @TempDir private Path folder;

    @Test
    void obtainsByHttpAndServesAfterRestartWithoutOrdering() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            String yaml = TestEdge.acme(pebble, "challenges: [http-01]") + ROUTES;
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                edge.pebble.await("both served", () -> areServed(pebble));

                assertThat(Clients.get(pebble.tlsPort, "shop.example.com", "/"))
                        .startsWith("HTTP/1.1 200 ");
                assertThat(
                                Clients.getPlain(
                                        pebble.httpPort,
                                        "shop.example.com",
                                        "/.well-known/acme-challenge/x"))
                        .startsWith("HTTP/1.1 308 ");
            }
            long orders = pebble.orders();
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                assertThat(areServed(edge.pebble)).isTrue();
            }

            assertThat(orders).isEqualTo(2);
            assertThat(pebble.orders()).isEqualTo(2);
        }
    }

    @Test
    void obtainsByTlsOnThePortThatServes() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                TestEdge edge =
                        TestEdge.start(
                                folder,
                                pebble,
                                TestEdge.acme(pebble, "challenges: [tls-alpn-01]") + ROUTES)) {
            pebble.await("both served", () -> areServed(pebble));

            assertThat(Clients.certificate(pebble.tlsPort, "shop.example.com", "acme-tls/1"))
                    .isNull();
            assertThat(
                            Clients.certificate(
                                    pebble.tlsPort, "shop.example.com", "acme-tls/1", "http/1.1"))
                    .isNotNull();
            Path live = edge.state.resolve("acme/live");
            try (var files = Files.walk(live)) {
                assertThat(files.filter(file -> file.endsWith("bundle.pem")))
                        .hasSize(2)
                        .allMatch(ObtainIT::isForOwnerAlone);
            }
        }
    }

    @Test
    void bindsItsAccountAndCertifiesAnAddress() throws Exception {
        String mac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
        Pebble.Settings settings =
                new Pebble.Settings(
                        Duration.ofDays(6),
                        null,
                        "\"externalAccountBindingRequired\": true, \"externalAccountMACKeys\":"
                                + " {\"kid-1\": \""
                                + mac
                                + "\"},");
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"), settings)) {
            String yaml =
                    """
                    acme:
                      key-type: rsa2048
                      challenges: [tls-alpn-01]
                      authorities:
                        pebble:
                          directory: "%s"
                          ca-file: "%s"
                          %s
                    certificates: {address: {acme: [127.0.0.1, shop.example.com]}}
                    """;
            String without = yaml.formatted(pebble.directory(), pebble.caFile, "");
            try (TestEdge edge = TestEdge.start(folder, pebble, without)) {
                edge.pebble.await(
                        "told", () -> edge.get("/certs").contains("external-account with key-id"));
                edge.change(
                        yaml.formatted(
                                pebble.directory(),
                                pebble.caFile,
                                "external-account: {key-id: kid-1, mac-key: " + mac + "}"));
                pebble.await("served", () -> isServed(pebble, "shop.example.com"));

                var shown = Clients.certificate(pebble.tlsPort, "shop.example.com");
                assertThat(Objects.requireNonNull(shown).getPublicKey().getAlgorithm())
                        .isEqualTo("RSA");
                assertThat(shown.getSubjectAlternativeNames())
                        .extracting(name -> (Object) name.get(1))
                        .containsExactlyInAnyOrder("127.0.0.1", "shop.example.com");
            }
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    @Test
    void opensTheAccountAnewWhenTheAuthorityForgotIt() throws Exception {
        Pebble.Settings settings = Pebble.Settings.USUAL;
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"), settings);
                TestEdge edge =
                        TestEdge.start(folder, pebble, TestEdge.acme(pebble, "") + ROUTES)) {
            edge.pebble.await("both served", () -> areServed(pebble));
            pebble.await("idle", edge::isIdle);
            long before = pebble.orders();
            pebble.restart(); // it keeps nothing

            edge.post("/certs/renew?name=shop.example.com");

            pebble.await(
                    "renewed",
                    () ->
                            edge.get("/certs/show?name=shop.example.com")
                                    .contains("\"generation\" : 2"));
            assertThat(before).isEqualTo(2);
        }
    }

    /** The page for users begins with an example; it runs as it stands, with another authority. */
    @Test
    void runsTheExampleOfThePage() throws Exception {
        String page = Files.readString(Repository.root().resolve("docs/certificates.md"));
        int from = page.indexOf("```yaml\n") + "```yaml\n".length();
        String example = page.substring(from, page.indexOf("```", from));
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            String yaml =
                    example.replace("acme:\n", TestEdge.acme(pebble, "").stripTrailing() + "\n");
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                edge.pebble.await("served", () -> isServed(pebble, "shop.example.com"));
            }
        }
    }

    @Test
    void readsEveryExampleOfThePage() throws Exception {
        String page = Files.readString(Repository.root().resolve("docs/certificates.md"));
        Path file = folder.resolve("example.yaml");
        for (String part : page.split("```yaml\n", -1)) {
            if (!part.equals(page.split("```yaml\n", -1)[0])) {
                Files.writeString(file, part.substring(0, part.indexOf("```")));
                var reading =
                        new ConfigReader(BuiltInFilters.types(), System::getenv)
                                .read(ConfigFiles.load(file).root());

                assertThat(reading.problems()).isEmpty();
            }
        }
    }

    private static boolean isForOwnerAlone(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    .equals("rw-------");
        } catch (java.io.IOException e) {
            return false;
        }
    }

    static boolean areServed(Pebble pebble) {
        return isServed(pebble, "shop.example.com") && isServed(pebble, "blog.example.com");
    }

    static boolean isServed(Pebble pebble, String name) {
        var shown = Clients.certificate(pebble.tlsPort, name);
        return shown != null && Objects.toString(shown.getIssuerX500Principal()).contains("Pebble");
    }
}
