package dev.sallyport.acme.certificate;

import dev.sallyport.acme.certificate.der.Der;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The self-signed certificate a validation by TLS-ALPN must see (RFC 8737 3). */
public final class ChallengeCertificate {
    private static final Duration BACKDATED = Duration.ofDays(1);
    private static final Duration LIFETIME = Duration.ofDays(7);

    private ChallengeCertificate() {}

    /**
     * One for an identifier alone.
     *
     * @param digest SHA-256 of the key authorization
     */
    public static KeyMaterial create(
            String identifier, byte[] digest, Clock clock, SecureRandom random)
            throws GeneralSecurityException, UnusableCertificateException {
        var pair = KeyKind.P256.generate(random);
        var now = clock.instant();
        var subject = InternalCa.name("acme-tls/1");
        var identifierOfAcme = Der.oid(1, 3, 6, 1, 5, 5, 7, 1, 31);
        var extensions =
                Der.sequence(
                        InternalCa.extension(17, InternalCa.alternatives(List.of(identifier))),
                        Der.sequence(
                                identifierOfAcme,
                                Der.bool(true),
                                Der.of(Der.OCTET_STRING, Der.of(Der.OCTET_STRING, digest))));
        var body =
                InternalCa.body(
                        InternalCa.newSerial(random),
                        subject,
                        now.minus(BACKDATED),
                        now.plus(LIFETIME),
                        subject,
                        pair.getPublic(),
                        extensions);
        return KeyMaterial.trusted(
                pair.getPrivate(), List.of(InternalCa.sign(body, pair.getPrivate(), random)));
    }
}
