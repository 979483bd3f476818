package dev.sallyport.acme.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.InternalCa.Usage;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.MovedClock;
import dev.sallyport.acme.certificate.OpenSsl;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.pki.PrivateAuthority.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateAuthorityTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final List<String> SERVICE =
            List.of("billing.internal", "10.1.2.3", "spiffe://example.internal/billing");

    private final MovedClock clock = new MovedClock();
    private final List<String> problems = new ArrayList<>();
    @TempDir Path folder;

    @Test
    void leavesAreVerifiedStrictlyAsServersAndClients() throws Exception {
        var authority = authority();
        authority.init(List.of());
        var leaf = authority.issue(SERVICE, Usage.BOTH, WEEK);

        assertThat(verify(authority.bundle(), leaf, "-purpose", "sslserver")).contains("OK");
        assertThat(verify(authority.bundle(), leaf, "-purpose", "sslclient")).contains("OK");
        assertThat(OpenSsl.run(folder, "x509", "-in", "leaf.pem", "-noout", "-text"))
                .contains("URI:spiffe://example.internal/billing");
        assertThat(problems).isEmpty();
    }

    @Test
    void leavesForOneUseAreNotForTheOther() throws Exception {
        var authority = authority();
        authority.init(List.of());
        var leaf = authority.issue(SERVICE, Usage.CLIENT, WEEK);
        var bundle = authority.bundle();

        assertThatThrownBy(() -> verify(bundle, leaf, "-purpose", "sslserver"))
                .hasMessageContaining("unsuitable certificate purpose");
    }

    @Test
    void theIntermediateMayNotIssueForOthers() throws Exception {
        var authority = authority();
        authority.init(List.of("example.com"));
        var text = Files.readString(folder.resolve("pki/intermediate.key"));
        var stolen = InternalCa.read(text, "intermediate.key", clock, new SecureRandom());
        var bundle = authority.bundle();

        for (var name : List.of("bank.example", "8.8.8.8", "spiffe://other.example/x")) {
            var forged = stolen.issue(List.of(name), Usage.BOTH, WEEK);
            assertThatThrownBy(() -> verify(bundle, forged))
                    .hasMessageContaining("permitted subtree violation");
            assertThatThrownBy(() -> authority.issue(List.of(name), Usage.BOTH, WEEK))
                    .hasMessageStartingWith(name + ": not permitted (expected: under ");
        }
        assertThat(verify(bundle, authority.issue(List.of("a.example.com"), Usage.SERVER, WEEK)))
                .contains("OK");
    }

    @Test
    void theIntermediateMakesNoAuthorities() throws Exception {
        var authority = authority();
        authority.init(List.of());
        var text = Files.readString(folder.resolve("pki/intermediate.key"));
        var stolen = InternalCa.read(text, "intermediate.key", clock, new SecureRandom());
        var below = stolen.intermediate(Permitted.LOCAL.constraints(), WEEK);
        var leaf = below.issue(List.of("a.internal"), Usage.BOTH, WEEK);
        Files.writeString(folder.resolve("below.pem"), Pem.write(List.of(stolen.root())));
        var bundle = authority.bundle();

        assertThatThrownBy(() -> verify(bundle, leaf, "-untrusted", "below.pem"))
                .hasMessageContaining("path length constraint exceeded");
    }

    @Test
    void duringARotationOldAndNewVerifyWhoeverHasTheBundle() throws Exception {
        var authority = authority();
        authority.init(List.of());
        var old = authority.issue(SERVICE, Usage.BOTH, Duration.ofDays(30));

        authority.rotate(Step.BEGIN);
        var told = authority.bundle();
        var still = authority.issue(SERVICE, Usage.BOTH, WEEK);
        assertThat(Pem.certificates(told, "told")).hasSize(2);
        assertThatThrownBy(() -> authority.rotate(Step.BEGIN)).hasMessageContaining("was begun");
        assertThatThrownBy(() -> authority.rotate(Step.FINISH)).hasMessageContaining("no old root");

        authority.rotate(Step.ACTIVATE);
        var issued = authority.issue(SERVICE, Usage.BOTH, WEEK);
        var both = authority.bundle();
        assertThat(verify(told, issued)).contains("OK");
        for (var each : List.of(old, still, issued)) {
            assertThat(verify(both, each)).contains("OK");
        }
        assertThatThrownBy(() -> authority.rotate(Step.FINISH))
                .hasMessageContaining("leaves of the old root may be in use until ");

        clock.advance(Duration.ofDays(30));
        authority.rotate(Step.FINISH);
        assertThat(Pem.certificates(authority.bundle(), "last")).hasSize(1);
        var last = authority.bundle();
        assertThatThrownBy(() -> verify(last, old, "-no_check_time"))
                .hasMessageContaining("unable to get");
    }

    @Test
    void keptLeavesFollowTheRootAndTheirTime() throws Exception {
        var authority = authority();
        var first = authority.keep(SERVICE, Usage.CLIENT, null);
        assertThat(authority().keep(SERVICE, Usage.CLIENT, null)).isEqualTo(first);

        authority.rotate(Step.BEGIN);
        assertThat(authority.keep(SERVICE, Usage.CLIENT, first)).isEqualTo(first);
        authority.rotate(Step.ACTIVATE);
        var second = authority.keep(SERVICE, Usage.CLIENT, first);
        assertThat(second).isNotEqualTo(first);

        clock.advance(Duration.ofDays(5));
        assertThat(authority.keep(SERVICE, Usage.CLIENT, second)).isNotEqualTo(second);
    }

    @Test
    void whatTheConfigurationNamesIsPermittedByThat() throws Exception {
        var authority = authority();
        var leaf =
                authority.keep(
                        List.of("shop.example.com", "spiffe://example.org/edge"),
                        Usage.SERVER,
                        null);

        assertThat(verify(authority.bundle(), leaf)).contains("OK");
        assertThat(authority.init(List.of()).permitted())
                .contains("shop.example.com", "uri:example.org");
    }

    @Test
    void theIntermediateIsRenewedAtHalfItsLife() throws Exception {
        var authority = authority();
        var first = authority.init(List.of()).intermediate();
        clock.advance(Duration.ofDays(14));
        assertThat(authority.init(List.of()).intermediate()).isEqualTo(first);

        clock.advance(Duration.ofDays(2));

        var second = authority.init(List.of());
        assertThat(second.intermediate()).isNotEqualTo(first);
        assertThat(second.intermediate().getIssuerX500Principal())
                .isEqualTo(second.root().getSubjectX500Principal());
    }

    @Test
    void aKeyOfSomebodyElseIsToldByFileAndReason() throws Exception {
        var authority = authority();
        authority.init(List.of());
        var other = InternalCa.create(clock, new SecureRandom()).bundle();
        var root = Files.readString(folder.resolve("pki/root.key"));
        var key = other.substring(0, other.indexOf("-----BEGIN CERTIFICATE"));
        var certificate = root.substring(root.indexOf("-----BEGIN CERTIFICATE"));
        Files.writeString(folder.resolve("pki/root.key"), key + certificate);
        Files.delete(folder.resolve("pki/intermediate.key"));

        assertThatThrownBy(() -> authority.issue(SERVICE, Usage.BOTH, WEEK))
                .hasMessageContaining("root.key")
                .hasMessageContaining("the key does not belong to the certificate");
    }

    @Test
    void keysAreForTheOwnerAlone() throws Exception {
        authority().init(List.of());
        authority().keep(SERVICE, Usage.CLIENT, null);

        try (var files = Files.newDirectoryStream(folder.resolve("pki"))) {
            for (var file : files) {
                var permissions =
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertThat(permissions)
                        .isEqualTo(file.endsWith("ca.pem") ? "rw-r--r--" : "rw-------");
            }
        }
    }

    private PrivateAuthority authority() {
        return new PrivateAuthority(
                PkiFolder.of(folder.resolve("pki")), problems::add, clock, new SecureRandom());
    }

    private String verify(String bundle, KeyMaterial leaf, String... options) throws Exception {
        Files.writeString(folder.resolve("ca.pem"), bundle);
        Files.writeString(folder.resolve("leaf.pem"), Pem.write(leaf.chain()));
        var arguments =
                new ArrayList<>(
                        List.of(
                                "verify",
                                "-x509_strict",
                                "-attime",
                                "" + clock.instant().getEpochSecond(),
                                "-CAfile",
                                "ca.pem",
                                "-untrusted",
                                "leaf.pem"));
        arguments.addAll(List.of(options));
        arguments.add("leaf.pem");
        return OpenSsl.run(folder, arguments.toArray(String[]::new));
    }
}
