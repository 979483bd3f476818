package dev.sallyport.core.mutual;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.pki.InternalCertificates;
import dev.sallyport.acme.pki.PkiFolder;
import dev.sallyport.config.model.certificate.ClientNames;
import dev.sallyport.core.boot.admin.AdminAnswer;
import dev.sallyport.core.boot.admin.AdminServer;
import dev.sallyport.core.boot.admin.AdminTls;
import dev.sallyport.core.boot.pki.Pki;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the private authority issues for the admin address, as time goes by. */
final class AdminRenewalIT {
    @TempDir Path folder;
    private int port;

    private String to(String name) {
        return folder.resolve(name).toString();
    }

    private void pki(String words) {
        assertThat(
                        Verb.run(new Pki(), words(words, List.of("--storage", folder.toString())))
                                .exit())
                .isZero();
    }

    @Test
    void certificateOfThePrivateAuthorityIsRenewedAndRotatedWhileItRuns() throws Exception {
        pki("init");
        pki("issue spiffe://example.internal/op/ada --for client --to " + to("ada"));
        OffsetClock clock = new OffsetClock();
        clock.offset = Duration.ofDays(-5);
        Path state = folder.resolve("other");
        Files.createDirectories(state);
        InternalCertificates authority =
                new InternalCertificates(
                        PkiFolder.of(state.resolve("pki")),
                        new CertificateStore(clock),
                        new Quiet(),
                        clock,
                        new SecureRandom());
        AdminTls tls =
                AdminTls.create(
                        () -> authority.server(List.of("edge.internal")),
                        List.of(Path.of(to("pki/ca.pem"))),
                        ClientNames.of(List.of()),
                        Clock.systemUTC());
        try (AdminServer server =
                AdminServer.start(
                        _ -> AdminAnswer.text(200, "here"),
                        state.resolve("admin.sock"),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        tls)) {
            port = server.port();
            String ca = state.resolve("pki/ca.pem").toString();
            String before = serial();
            assertThat(curl("edge.internal", ca, "/", as("ada")).require()).contains("here");

            clock.offset = Duration.ZERO; // two of seven days are left
            server.refresh();

            assertThat(serial()).isNotEqualTo(before);
            assertThat(curl("edge.internal", ca, "/", as("ada")).require()).contains("here");

            Path oldRoot = Files.copy(Path.of(ca), state.resolve("old.pem"));
            List<String> storage = List.of("--storage", state.toString());
            assertThat(Verb.run(new Pki(), words("rotate", storage)).exit()).isZero();
            assertThat(Verb.run(new Pki(), words("rotate --activate", storage)).exit()).isZero();
            clock.offset = Duration.ofMinutes(2);
            server.refresh();

            assertThat(curl("edge.internal", oldRoot + "", "/", as("ada")).output())
                    .contains("status=000");
            assertThat(curl("edge.internal", ca, "/", as("ada")).require()).contains("here");
        }
    }

    private static String[] words(String first, List<String> more) {
        List<String> all = new ArrayList<>(List.of(first.split(" ")));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private Program.Run curl(String host, String ca, String path, String... more) throws Exception {
        return Program.curlTrusting(ca, port, host, path, more);
    }

    private String[] as(String who) {
        return new String[] {
            "--cert", to(who + "/fullchain.pem"), "--key", to(who + "/privkey.pem")
        };
    }

    private String serial() throws Exception {
        Path leaf =
                Files.writeString(
                        folder.resolve("leaf.pem"), Program.hello(port, "-tls1_3"), US_ASCII);
        return OpensslAuthority.openssl("x509", "-noout", "-serial", "-in", leaf.toString());
    }

    private static final class Quiet implements CertificateListener {
        @Override
        public void served(String source, KeyMaterial material) {}

        @Override
        public void problem(String source, String reason) {
            throw new AssertionError(reason);
        }
    }
}
