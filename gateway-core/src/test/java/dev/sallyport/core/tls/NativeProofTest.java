package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.CertificateFiles;
import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeProofTest {
    private KeyMaterial one;
    private KeyMaterial other;
    @TempDir Path folder;

    @BeforeEach
    void issue() throws Exception {
        var ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        one = ca.issue(List.of("one.example"));
        other = ca.issue(List.of("other.example"));
    }

    @Test
    void isTheProofOfTheNativeEngine() {
        assertThat(TlsEngine.detect().proof()).isInstanceOf(NativeProof.class);
    }

    @Test
    void acceptsTheKeyOfTheCertificate() {
        assertAccepted();
    }

    @Test
    void refusesTheKeyOfAnother() {
        assertRefused(Pem.write(other.key()), one);
        assertAccepted(); // nothing of it is left behind
    }

    @Test
    void refusesAKeyOfAnotherKind() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);

        assertRefused(Pem.write(generator.generateKeyPair().getPrivate()), one);
    }

    @Test
    void refusesWhatIsNoKey() {
        assertRefused("", one);
        var key = Pem.write(one.key());
        assertRefused(key.substring(0, 60) + "AAAA" + key.substring(64), one);
        assertRefused(key.substring(0, key.length() / 2), one);
    }

    /** The secret of one key beside the public point of another, which is the certificate's. */
    @Test
    void refusesAKeyThatOnlySaysItIsTheOne() throws Exception {
        var mixed = secretAndPoint(selfSigned("secret"), selfSigned("point"));
        var certificate = Files.readString(folder.resolve("point.pem"));

        assertThatThrownBy(() -> new NativeProof().require(mixed, certificate))
                .isInstanceOf(UnusableCertificateException.class);

        Files.writeString(folder.resolve("mixed.key"), mixed);
        var store = new CertificateStore(Clock.systemUTC());
        var files =
                new CertificateFiles(
                        store,
                        new SilentListener(),
                        Clock.systemUTC(),
                        TlsEngine.NATIVE.fullProof());
        files.serve(
                List.of(
                        new CertificateFiles.Pair(
                                "mixed",
                                folder.resolve("point.pem"),
                                folder.resolve("mixed.key"))));
        assertThat(files.problems())
                .singleElement()
                .asString()
                .contains("mixed.key: the key does not belong to the certificate of CN=point");
    }

    @Test
    void refusesWhatIsNoCertificate() {
        var proof = new NativeProof();
        assertThatThrownBy(() -> proof.require(Pem.write(one.key()), ""))
                .isInstanceOf(UnusableCertificateException.class);
        assertThatThrownBy(() -> proof.require(Pem.write(one.key()), Pem.write(one.key())))
                .isInstanceOf(UnusableCertificateException.class);
    }

    private byte[] selfSigned(String name) throws Exception {
        var openssl =
                new ProcessBuilder(
                                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj"
                                        .split(" "))
                        .redirectErrorStream(true)
                        .directory(folder.toFile());
        openssl.command()
                .addAll(
                        List.of(
                                "/CN=" + name,
                                "-addext",
                                "subjectAltName=DNS:" + name + ".example",
                                "-keyout",
                                name + ".key",
                                "-out",
                                name + ".pem"));
        var process = openssl.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Pem.content(
                Files.readString(folder.resolve(name + ".key")), "PRIVATE KEY", name + ".key");
    }

    /** An uncompressed point of P-256 ends the key: 65 bytes (RFC 5915, section 3). */
    private static String secretAndPoint(byte[] secret, byte[] point) {
        var mixed = secret.clone();
        System.arraycopy(point, point.length - 65, mixed, mixed.length - 65, 65);
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(mixed)
                + "\n-----END PRIVATE KEY-----\n";
    }

    private void assertAccepted() {
        assertThatCode(() -> require(Pem.write(one.key()), one)).doesNotThrowAnyException();
    }

    private static void assertRefused(String key, KeyMaterial material) {
        assertThatThrownBy(() -> require(key, material))
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessageContaining("the key does not belong to the certificate");
    }

    private static void require(String key, KeyMaterial material) throws Exception {
        new NativeProof().require(key, Pem.write(List.of(material.leaf())));
    }

    private static final class SilentListener implements CertificateListener {
        @Override
        public void served(String source, KeyMaterial material) {}

        @Override
        public void problem(String source, String reason) {}
    }
}
