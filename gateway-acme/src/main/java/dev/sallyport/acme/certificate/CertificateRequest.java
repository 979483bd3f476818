package dev.sallyport.acme.certificate;

import dev.sallyport.acme.certificate.der.Der;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.List;

/** Requests for certificates (PKCS#10, RFC 2986): the key, and the names as alternatives alone. */
public final class CertificateRequest {
    private static final byte[] EXTENSION_REQUEST = Der.oid(1, 2, 840, 113549, 1, 9, 14);

    private CertificateRequest() {}

    /** The request in DER form, signed by the key it is for. */
    public static byte[] create(List<String> names, KeyPair pair, SecureRandom random)
            throws GeneralSecurityException {
        var extensions = Der.sequence(InternalCa.extension(17, InternalCa.alternatives(names)));
        var attributes =
                Der.of(
                        Der.CONTEXT | Der.CONSTRUCTED,
                        Der.sequence(EXTENSION_REQUEST, Der.of(Der.SET, extensions)));
        // No subject: authorities ignore it, and a common name of over 64 bytes is refused.
        var body =
                Der.sequence(
                        Der.integer(BigInteger.ZERO),
                        Der.sequence(),
                        pair.getPublic().getEncoded(),
                        attributes);
        var signer = Signature.getInstance(KeyKind.signatureOf(pair.getPrivate()));
        signer.initSign(pair.getPrivate(), random);
        signer.update(body);
        return Der.sequence(
                body, KeyKind.identifierOf(pair.getPrivate()), Der.bits(0, signer.sign()));
    }
}
