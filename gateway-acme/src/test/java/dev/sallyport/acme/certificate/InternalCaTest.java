package dev.sallyport.acme.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InternalCaTest {
    private final MovedClock clock = new MovedClock();
    private final SecureRandom random = new SecureRandom();
    @TempDir Path folder;

    @Test
    void leafIsVerifiedStrictlyByOpenSsl() throws Exception {
        var ca = InternalCa.create(clock, random);
        var leaf = ca.issue(List.of("localhost", "*.dev.localhost", "127.0.0.1", "::1"));
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        Files.writeString(folder.resolve("leaf.pem"), Pem.write(List.of(leaf.leaf())));

        for (var check : List.of("-verify_hostname", "-verify_ip")) {
            var value = check.equals("-verify_ip") ? "127.0.0.1" : "shop.dev.localhost";
            assertThat(
                            OpenSsl.run(
                                    folder,
                                    "verify",
                                    "-x509_strict",
                                    "-purpose",
                                    "sslserver",
                                    check,
                                    value,
                                    "-CAfile",
                                    "ca.pem",
                                    "leaf.pem"))
                    .contains("leaf.pem: OK");
        }
        assertThat(OpenSsl.run(folder, "x509", "-in", "leaf.pem", "-noout", "-text"))
                .contains(
                        "DNS:localhost, DNS:*.dev.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1")
                .contains("TLS Web Server Authentication", "CA:FALSE", "Digital Signature");
    }

    @Test
    void leafLivesNinetyDaysAndBeginsFiveMinutesAgo() throws Exception {
        var leaf = InternalCa.create(clock, random).issue(List.of("localhost"));

        assertThat(Duration.between(leaf.notBefore(), clock.instant()))
                .isBetween(Duration.ofMinutes(5), Duration.ofSeconds(301));
        assertThat(Duration.between(clock.instant(), leaf.notAfter()))
                .isBetween(Duration.ofDays(90).minusSeconds(1), Duration.ofDays(90));
    }

    @Test
    void leafNeverOutlivesTheRoot() throws Exception {
        var ca = InternalCa.create(clock, random);
        clock.advance(Duration.ofDays(3640));

        assertThat(ca.issue(List.of("localhost")).notAfter())
                .isEqualTo(ca.root().getNotAfter().toInstant());
    }

    @Test
    void datesAfter2049AreWrittenInTheLongForm() throws Exception {
        clock.advance(Duration.ofDays(365 * 20));
        var root = InternalCa.create(clock, random).root();

        assertThat(Duration.between(clock.instant(), root.getNotAfter().toInstant()))
                .isGreaterThan(Duration.ofDays(3649));
    }

    @Test
    void isReadBackFromItsBundle() throws Exception {
        var ca = InternalCa.create(clock, random);

        var read = InternalCa.read(ca.bundle(), "ca.key", clock, random);

        assertThat(read.root()).isEqualTo(ca.root());
        read.issue(List.of("localhost")).leaf().verify(ca.root().getPublicKey());
    }

    @Test
    void refusesALeafAsRoot() throws Exception {
        var leaf = InternalCa.create(clock, random).issue(List.of("localhost"));
        var bundle = Pem.write(leaf.key()) + Pem.write(List.of(leaf.leaf()));

        assertThatThrownBy(() -> InternalCa.read(bundle, "ca.key", clock, random))
                .hasMessage("ca.key: not an authority's certificate (expected: CA:TRUE)");
    }

    @Test
    void nameLongerThanACommonNameIsServedAllTheSame() throws Exception {
        var name = "a".repeat(60) + ".example.internal";
        var ca = InternalCa.create(clock, random);
        var leaf = ca.issue(List.of(name));
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        Files.writeString(folder.resolve("leaf.pem"), Pem.write(List.of(leaf.leaf())));

        assertThat(leaf.names()).containsExactly(name);
        assertThat(
                        OpenSsl.run(
                                folder,
                                "verify",
                                "-x509_strict",
                                "-verify_hostname",
                                name,
                                "-CAfile",
                                "ca.pem",
                                "leaf.pem"))
                .contains("OK");
    }
}
