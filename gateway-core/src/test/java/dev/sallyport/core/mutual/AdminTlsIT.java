package dev.sallyport.core.mutual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.ask.Explain;
import dev.sallyport.core.boot.ask.Health;
import dev.sallyport.core.boot.ask.Reload;
import dev.sallyport.core.boot.ask.ShowMetrics;
import dev.sallyport.core.boot.ask.Status;
import dev.sallyport.core.boot.certs.Certs;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.pki.Pki;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.support.Tool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin address by TLS, asked by curl, by openssl and by the verbs. */
final class AdminTlsIT {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    @TempDir Path folder;
    private int port;

    @BeforeEach
    void issue() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        pki("init");
        pki("issue", "spiffe://example.internal/op/ada", "--for", "client", "--to", to("ada"));
        pki("issue", "spiffe://example.internal/shop/cart", "--for", "client", "--to", to("cart"));
    }

    private void pki(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--storage", folder.toString()));
        assertThat(Verb.run(new Pki(), all.toArray(String[]::new)).exit()).isZero();
    }

    private String to(String name) {
        return folder.resolve(name).toString();
    }

    private String pkiBundle() {
        return to("pki/ca.pem");
    }

    private Edge edge(String address, String tls) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("sallyport.yaml"),
                        """
                        listeners: {web: {address: "127.0.0.1:0"}}
                        routes: {ok: {host: a.test, respond: 200}}
                        storage: {folder: "%s"}
                        runtime: {loops: 1}
                        admin:
                          socket: "%s"
                          address: "%s:%d"
                          tls: %s
                        """
                                .formatted(folder, to("admin.sock"), address, port, tls));
        return Edge.start(
                List.of(FileProvider.create(config, InstantSource.system())),
                Map.of("XDG_STATE_HOME", folder.toString())::get);
    }

    private String internal() {
        return "{internal: [edge.internal, 127.0.0.1], client-certificates: {ca-files: [\""
                + pkiBundle()
                + "\"], names: [\"spiffe://example.internal/op/*\"]}}";
    }

    private Program.Run curl(String host, String ca, String path, String... more) throws Exception {
        return Program.curlTrusting(ca, port, host, path, more);
    }

    private String[] as(String who) {
        return new String[] {
            "--cert", to(who + "/fullchain.pem"), "--key", to(who + "/privkey.pem")
        };
    }

    private String[] verbAs(String who, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(
                List.of(
                        "--address",
                        "127.0.0.1:" + port,
                        "--ca-file",
                        pkiBundle(),
                        "--certificate-file",
                        to(who + "/fullchain.pem"),
                        "--key-file",
                        to(who + "/privkey.pem")));
        return all.toArray(String[]::new);
    }

    @Test
    void letsInWhoShowsACertificateOfTheAuthorityAndOfTheNames() throws Exception {
        OpensslAuthority foreign = OpensslAuthority.create(folder, "foreign");
        foreign.issue("mallory", "extendedKeyUsage=clientAuth");

        try (Edge _ = edge("0.0.0.0", internal())) {
            assertThat(curl("edge.internal", pkiBundle(), "/metrics", as("ada")).require())
                    .contains("sallyport_", "status=200");
            assertThat(curl("127.0.0.1", pkiBundle(), "/ready", as("ada")).require())
                    .contains("ready", "status=200");
            assertThat(curl("edge.internal", pkiBundle(), "/status").output())
                    .contains("status=000");
            assertThat(curl("edge.internal", pkiBundle(), "/status", as("cart")).output())
                    .contains("status=000");
            assertThat(
                            curl(
                                            "edge.internal",
                                            pkiBundle(),
                                            "/status",
                                            "--cert",
                                            foreign.certificate("mallory").toString(),
                                            "--key",
                                            foreign.key("mallory").toString())
                                    .output())
                    .contains("status=000");
            assertThat(
                            Program.run(
                                            List.of(
                                                    Tool.require("curl").toString(),
                                                    "--silent",
                                                    "--max-time",
                                                    "20",
                                                    "http://127.0.0.1:" + port + "/status"))
                                    .output())
                    .doesNotContain("generation");
            awaitCurl("127.0.0.1", pkiBundle(), "/metrics", refused("no-certificate", 1));
            awaitCurl("127.0.0.1", pkiBundle(), "/metrics", refused("not-named", 1));
            awaitCurl("127.0.0.1", pkiBundle(), "/metrics", refused("untrusted", 1));
            awaitCurl("127.0.0.1", pkiBundle(), "/metrics", refused("protocol", 1));
        }
    }

    private static String refused(String reason, int count) {
        return "sallyport_admin_refused_total{reason=\"" + reason + "\"} " + count + ".0\n";
    }

    @Test
    void defendsItselfAgainstPagesByTlsAsWell() throws Exception {
        try (Edge _ = edge("127.0.0.1", internal())) {
            assertThat(
                            curl(
                                            "edge.internal",
                                            pkiBundle(),
                                            "/status",
                                            with(as("ada"), "--header", "Host: evil.example"))
                                    .require())
                    .contains("or one that the certificate names", "status=403");
            assertThat(
                            curl(
                                            "edge.internal",
                                            pkiBundle(),
                                            "/reload",
                                            with(as("ada"), "--request", "POST"))
                                    .require())
                    .contains("status=403");
        }
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void verbsAskThroughIt() throws Exception {
        try (Edge _ = edge("0.0.0.0", internal())) {
            assertThat(Verb.run(new ShowMetrics(), verbAs("ada")).out()).contains("sallyport_");
            assertThat(Verb.run(new Status(), verbAs("ada")).out()).contains("web");
            assertThat(Verb.run(new Health(), verbAs("ada")).exit()).isZero();
            assertThat(Verb.run(new Reload(), verbAs("ada")).out()).contains("generation");
            assertThat(Verb.run(new Explain(), verbAs("ada", "http://a.test/")).out())
                    .contains("ok");
            assertThat(Verb.run(new Certs(), verbAs("ada", "list")).err())
                    .doesNotContain("no edge");

            Verb.Done refused = Verb.run(new Status(), verbAs("cart"));
            assertThat(refused.exit()).isEqualTo(69);
            assertThat(refused.err())
                    .startsWith("no edge answers at 127.0.0.1:" + port + " by TLS");
            Verb.Done plain = Verb.run(new Status(), "--address", "127.0.0.1:" + port);
            assertThat(plain.exit()).isEqualTo(69);
            Verb.Done remote = Verb.run(new Status(), "--address", "192.0.2.1:9901");
            assertThat(remote.err()).contains("not a loopback address (expected: --ca-file");
            assertThat(Verb.run(new Status(), "--ca-file", pkiBundle()).exit()).isEqualTo(2);
            assertThat(Verb.run(new Status(), "--address", "edge").exit()).isEqualTo(2);
        }
    }

    @Test
    void speaksNoTlsOlderThan12AndForwardSecretCiphersAlone() throws Exception {
        try (Edge _ = edge("127.0.0.1", internal())) {
            assertThat(Program.hello(port, "-tls1_3")).contains("TLSv1.3").contains("CN");
            assertThat(Program.hello(port, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"))
                    .contains("ECDHE-ECDSA-AES128-GCM-SHA256");
            assertThat(Program.hello(port, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"))
                    .contains("no peer certificate available");
            assertThat(Program.hello(port, "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"))
                    .contains("no peer certificate available");
        }
    }

    @Test
    void crowdOfSilentClientsKeepsNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (Edge _ = edge("127.0.0.1", internal())) {
            for (int i = 0; i < 100; i++) {
                Socket each = new Socket(InetAddress.getLoopbackAddress(), port);
                silent.add(each);
                if (i % 2 == 0) {
                    // a record of a hello that never ends
                    each.getOutputStream().write(new byte[] {22, 3, 1, 1, 0});
                }
            }
            // the one that was there first went for those that came, before its ten seconds
            silent.getFirst().setSoTimeout(5_000);
            assertThat(silent.getFirst().getInputStream().read()).isEqualTo(-1);
            assertThat(curl("edge.internal", pkiBundle(), "/ready", as("ada")).require())
                    .contains("status=200");
            assertThat(Verb.run(new Health(), "--socket", to("admin.sock")).exit()).isZero();
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @Test
    void brokenKeyIsOneErrorAndOpensNothing() throws Exception {
        Path key = Files.writeString(folder.resolve("broken.key"), "no key\n");
        String tls =
                "{certificate-file: \"%s\", key-file: \"%s\", client-certificates: [\"%s\"]}"
                        .formatted(to("ada/fullchain.pem"), key, pkiBundle());

        assertThatThrownBy(() -> edge("0.0.0.0", tls).close())
                .isInstanceOf(Failure.class)
                .hasMessageContaining("sallyport.yaml:8:8 admin.tls: ")
                .hasMessageContaining("broken.key")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(java.net.ConnectException.class);
        assertThat(folder.resolve("admin.sock")).doesNotExist();
    }

    @Test
    void followsFilesWhileItRunsAndKeepsWhatWasGood() throws Exception {
        OpensslAuthority first = OpensslAuthority.create(folder, "first");
        OpensslAuthority second = OpensslAuthority.create(folder, "second");
        first.issue("edge-1", "subjectAltName=DNS:edge.internal");
        second.issue("edge-2", "subjectAltName=DNS:edge.internal");
        Path certificate = folder.resolve("edge.pem");
        Path key = folder.resolve("edge.key");
        Files.copy(first.certificate("edge-1"), certificate);
        Files.copy(first.key("edge-1"), key);
        Path clients = folder.resolve("clients.pem");
        Files.copy(Path.of(pkiBundle()), clients);
        String tls =
                "{certificate-file: \"%s\", key-file: \"%s\", client-certificates: [\"%s\"]}"
                        .formatted(certificate, key, clients);
        String oldCa = first.certificate("first").toString();
        String newCa = second.certificate("second").toString();

        try (Edge _ = edge("127.0.0.1", tls)) {
            assertThat(curl("edge.internal", oldCa, "/ready", as("ada")).require()).contains("200");
            Files.writeString(key, "half");
            awaitCurl("edge.internal", oldCa, "/status", "edge.key");
            Files.copy(
                    second.certificate("edge-2"), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(second.key("edge-2"), key, StandardCopyOption.REPLACE_EXISTING);
            awaitCurl("edge.internal", newCa, "/ready", "status=200");
            // trust that is taken away is gone, and comes back with the file
            Files.delete(clients);
            awaitCurl("edge.internal", newCa, "/ready", "status=000");
            Files.copy(Path.of(pkiBundle()), clients);
            awaitCurl("edge.internal", newCa, "/ready", "status=200");
            assertThat(curl("edge.internal", newCa, "/metrics", as("ada")).require())
                    .containsPattern("admin_refused_total\\{reason=\"no-authority\"} [1-9]");
        }
    }

    private void awaitCurl(String host, String ca, String path, String expected) throws Exception {
        long start = System.nanoTime();
        String seen;
        do {
            seen = curl(host, ca, path, as("ada")).output();
            if (System.nanoTime() - start > PATIENCE) {
                throw new AssertionError(seen + "\n(expected: " + expected + ")");
            }
            LockSupport.parkNanos(100_000_000);
        } while (!seen.contains(expected));
    }
}
