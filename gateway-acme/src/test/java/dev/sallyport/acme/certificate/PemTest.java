package dev.sallyport.acme.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private final MovedClock clock = new MovedClock();
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void readsEveryFormOfKeyOpenSslWrites(String type) throws Exception {
        var isRsa = type.equals("RSA");
        OpenSsl.run(
                folder,
                "req",
                "-x509",
                "-nodes",
                "-days",
                "5",
                "-subj",
                "/CN=a",
                "-addext",
                "subjectAltName=DNS:a.example,IP:192.0.2.1",
                "-newkey",
                isRsa ? "rsa:2048" : "ec",
                "-pkeyopt",
                isRsa ? "rsa_keygen_bits:2048" : "ec_paramgen_curve:P-256",
                "-keyout",
                "pkcs8.key",
                "-out",
                "a.pem");
        OpenSsl.run(
                folder,
                isRsa ? "rsa" : "ec",
                "-in",
                "pkcs8.key",
                "-out",
                "old.key",
                isRsa ? "-traditional" : "-text");

        var modern = Pem.read(file("a.pem"), file("pkcs8.key"));
        var old = Pem.read(file("a.pem"), file("old.key"));

        assertThat(Files.readString(file("old.key"))).contains("BEGIN " + type + " PRIVATE KEY");
        assertThat(modern.names()).containsExactly("a.example");
        assertThat(modern.addresses()).extracting(Object::toString).containsExactly("/192.0.2.1");
        assertSame(modern, old);
    }

    /** Its size is 0, and reading it to its end would end the process. */
    @Test
    void readsNoDeviceToItsEnd() {
        Path device = Path.of("/dev/zero");

        assertThatThrownBy(() -> Pem.read(device, device))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessage("/dev/zero: more than 1048576 bytes (expected: at most 1048576)");
    }

    @Test
    void readsAnEcKeyAfterItsParametersAndWithoutCurve() throws Exception {
        var leaf = leaf("a.example");
        Files.writeString(file("a.pem"), Pem.write(leaf.chain()));
        Files.writeString(file("pkcs8.key"), Pem.write(leaf.key()));
        OpenSsl.run(folder, "ec", "-in", "pkcs8.key", "-out", "a.key");
        OpenSsl.run(folder, "ec", "-in", "pkcs8.key", "-no_public", "-out", "short.key");
        var parameters = OpenSsl.run(folder, "ecparam", "-name", "prime256v1");
        Files.writeString(file("a.key"), parameters + Files.readString(file("a.key")));

        assertSame(Pem.read(file("a.pem"), file("a.key")), leaf);
        assertSame(Pem.read(file("a.pem"), file("short.key")), leaf);
    }

    /** The same chain and the same key, however that was written. */
    private static void assertSame(KeyMaterial one, KeyMaterial other) {
        assertThat(one.chain()).isEqualTo(other.chain());
        assertThat(secret(one.key())).isEqualTo(secret(other.key()));
    }

    private static BigInteger secret(PrivateKey key) {
        return switch (key) {
            case ECPrivateKey ec -> ec.getS();
            case RSAPrivateKey rsa -> rsa.getPrivateExponent();
            default -> throw new AssertionError(key.getAlgorithm());
        };
    }

    @Test
    void readsKeyAndChainFromOneFileInAnyOrder() throws Exception {
        var leaf = leaf("a.example");
        Files.writeString(
                file("all.pem"),
                Pem.write(leaf.key()) + "note to self\n" + Pem.write(leaf.chain()));

        assertThat(Pem.read(file("all.pem"), file("all.pem"))).isEqualTo(leaf);
    }

    @Test
    void neverPrintsTheKey() throws Exception {
        var leaf = leaf("a.example");

        assertThat(leaf.toString())
                .contains("a.example", "notAfter=")
                .doesNotContain("PRIVATE", "S=", "private");
    }

    @Test
    void saysWhichFileIsMissing() throws Exception {
        keep("a.pem", Pem.write(leaf("a.example").chain()));

        assertFails("no.pem", "a.key", "no.pem: does not exist (expected: a PEM file)");
        assertFails("a.pem", "no.key", "no.key: does not exist (expected: a PEM file)");
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() throws Exception {
        keep("a.pem", Pem.write(leaf("a.example").chain()));
        keep("b.key", Pem.write(leaf("b.example").key()));

        assertFails(
                "a.pem",
                "b.key",
                "the key does not belong to the certificate of CN=a.example (expected: ");
    }

    @Test
    void refusesAChainInTheWrongOrder() throws Exception {
        var leaf = leaf("a.example");
        var other = leaf("b.example");
        keep("a.key", Pem.write(leaf.key()));
        keep("reversed.pem", Pem.write(leaf.chain().reversed()));
        keep("foreign.pem", Pem.write(List.of(leaf.leaf(), other.leaf())));
        keep(
                "stranger.pem",
                Pem.write(
                        List.of(leaf.leaf(), InternalCa.create(clock, new SecureRandom()).root())));

        assertFails(
                "reversed.pem",
                "a.key",
                "the key belongs to certificate 2 of the file (expected: the leaf first)");
        assertFails(
                "foreign.pem",
                "a.key",
                "certificate 2 is CN=b.example (expected: CN=Sallyport internal root");
        assertFails("stranger.pem", "a.key", "certificate 2 is CN=Sallyport internal root");
    }

    @Test
    void refusesAnEncryptedKey() throws Exception {
        var leaf = leaf("a.example");
        keep("a.pem", Pem.write(leaf.chain()));
        keep("plain.key", Pem.write(leaf.key()));
        OpenSsl.run(
                folder,
                "pkcs8",
                "-topk8",
                "-in",
                "plain.key",
                "-out",
                "new.key",
                "-passout",
                "pass:x");
        OpenSsl.run(
                folder,
                "ec",
                "-aes128",
                "-in",
                "plain.key",
                "-out",
                "old.key",
                "-passout",
                "pass:x");

        assertFails("a.pem", "new.key", "new.key: the key is encrypted (expected: unencrypted");
        assertFails("a.pem", "old.key", "old.key: the key is encrypted (expected: unencrypted");
    }

    @Test
    void saysWhatIsWrongWithGarbage() throws Exception {
        var leaf = leaf("a.example");
        var certificate = Pem.write(List.of(leaf.leaf()));
        keep("a.pem", certificate);
        keep("a.key", Pem.write(leaf.key()));
        keep("empty.pem", "");
        keep("half.pem", certificate.substring(0, certificate.length() / 2));
        keep("bytes.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        keep("signs.pem", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n");
        keep("bytes.key", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
        keep("ec.key", "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n");

        assertFails(
                "empty.pem",
                "a.key",
                "empty.pem: no certificate (expected: \"-----BEGIN CERTIFICATE-----\")");
        assertFails(
                "half.pem",
                "a.key",
                "half.pem: cut short (expected: \"-----END CERTIFICATE-----\")");
        assertFails("bytes.pem", "a.key", "bytes.pem: certificate 1 is broken: ");
        assertFails("signs.pem", "a.key", "signs.pem: CERTIFICATE is not base64: ");
        assertFails("a.pem", "empty.pem", "empty.pem: no private key (expected: ");
        assertFails("a.pem", "bytes.key", "bytes.key: the RSA key is broken: ");
        assertFails("a.pem", "ec.key", "ec.key: the EC key is broken: ");
    }

    @Test
    void refusesACertificateThatNamesNobody() throws Exception {
        OpenSsl.run(
                folder,
                "req",
                "-x509",
                "-nodes",
                "-subj",
                "/CN=a.example",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-keyout",
                "a.key",
                "-out",
                "a.pem");

        assertFails(
                "a.pem",
                "a.key",
                "the certificate of CN=a.example names nobody (expected: a subjectAltName");
    }

    private KeyMaterial leaf(String name) throws UnusableCertificateException {
        return InternalCa.create(clock, new SecureRandom()).issue(List.of(name));
    }

    private void keep(String name, String text) throws IOException {
        Files.writeString(file(name), text);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void assertFails(String certificate, String key, String message) {
        assertThatThrownBy(() -> Pem.read(file(certificate), file(key)))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(message);
    }
}
