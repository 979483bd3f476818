package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NativeProofTest {
    private KeyMaterial one;
    private KeyMaterial other;

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

    @Test
    void refusesWhatIsNoCertificate() {
        var proof = new NativeProof();
        assertThatThrownBy(() -> proof.require(Pem.write(one.key()), ""))
                .isInstanceOf(UnusableCertificateException.class);
        assertThatThrownBy(() -> proof.require(Pem.write(one.key()), Pem.write(one.key())))
                .isInstanceOf(UnusableCertificateException.class);
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
}
