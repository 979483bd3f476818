package dev.sallyport.acme.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads what the JDK reads, and refuses what is damaged instead of guessing. */
final class LeafReaderTest {
    private static final String AUTHORITY_KEY = "2.5.29.35";

    /** Octet string, sequence and tag, each with a length of one byte, come before it. */
    private static final int BEFORE_IDENTIFIER = 6;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"30, P-256", "30, RSA", "12000, P-256", "12000, RSA"}) // UTCTime, GeneralizedTime
    void agreesWithTheJdk(int days, String kind) throws Exception {
        var leaf = openssl(days, kind);

        var read = LeafReader.read(leaf.getEncoded());

        assertThat(read.serial()).isEqualTo(leaf.getSerialNumber());
        assertThat(read.notBefore()).isEqualTo(leaf.getNotBefore().toInstant());
        assertThat(read.notAfter()).isEqualTo(leaf.getNotAfter().toInstant());
        assertThat(read.names())
                .containsExactly("shop.example.com", "*.many.example", "old.example");
        assertThat(read.addresses())
                .extracting(each -> each.getHostAddress())
                .containsExactly("192.0.2.7", "2001:db8:0:0:0:0:0:7");
        var extension = leaf.getExtensionValue(AUTHORITY_KEY);
        assertThat(Objects.requireNonNull(read.authorityKey()))
                .isEqualTo(Arrays.copyOfRange(extension, BEFORE_IDENTIFIER, extension.length))
                .hasSize(20);
    }

    @Test
    void readsWhatWeIssue() throws Exception {
        var ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        var material = ca.issue(List.of("shop.example.com", "192.0.2.7"));

        var read = LeafReader.read(material.leaf().getEncoded());

        assertThat(read.names()).isEqualTo(material.names());
        assertThat(read.addresses()).isEqualTo(material.addresses());
        assertThat(read.notAfter()).isEqualTo(material.notAfter());
    }

    @Test
    void refusesWhatIsCutShort() throws Exception {
        var der = openssl(30, "P-256").getEncoded();

        for (int length = 0; length < der.length; length++) {
            var cut = Arrays.copyOf(der, length);
            assertThatThrownBy(() -> LeafReader.read(cut))
                    .as("%d of %d bytes", length, der.length)
                    .isInstanceOf(UnusableCertificateException.class);
        }
        assertThatThrownBy(() -> LeafReader.read(Arrays.copyOf(der, der.length + 1)))
                .isInstanceOf(UnusableCertificateException.class);
    }

    @Test
    void endsInNothingElseForAnyOtherByte() throws Exception {
        var der = openssl(30, "P-256").getEncoded();

        int refused = 0;
        for (int at = 0; at < der.length; at++) {
            for (int value : new int[] {0x00, 0x7f, 0x80, 0x84, 0xff}) {
                var other = der.clone();
                other[at] = (byte) value;
                try {
                    LeafReader.read(other);
                } catch (UnusableCertificateException e) {
                    refused++; // anything else fails the test
                }
            }
        }
        assertThat(refused).isPositive();
    }

    private X509Certificate openssl(int days, String kind) throws Exception {
        var config = folder.resolve("c.cnf");
        Files.writeString(
                config,
                """
                [req]
                distinguished_name = dn
                prompt = no
                x509_extensions = ext
                [dn]
                CN = shop.example.com
                [ext]
                subjectKeyIdentifier = hash
                authorityKeyIdentifier = keyid:always
                basicConstraints = critical, CA:FALSE
                subjectAltName = DNS:Shop.Example.com, DNS:*.many.example, \
                DNS:old.example., IP:192.0.2.7, IP:2001:db8::7, email:a@b.example
                """);
        var key =
                kind.equals("RSA")
                        ? List.of("-newkey", "rsa:2048")
                        : List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:" + kind);
        var words = new ArrayList<>(List.of("req", "-x509", "-nodes", "-config", "c.cnf"));
        words.addAll(key);
        words.addAll(
                List.of("-days", days + "", "-keyout", "k.pem", "-out", "c.pem", "-set_serial"));
        words.add("0x" + HexFormat.of().formatHex(new byte[] {(byte) 0x87, 0x65, 0x43, 0x21}));
        OpenSsl.run(folder, words.toArray(String[]::new));
        return Pem.certificates(Files.readString(folder.resolve("c.pem")), "c.pem").getFirst();
    }
}
