package dev.sallyport.acme.certificate;

import dev.sallyport.acme.certificate.der.Der;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** Pairs of keys in PEM form: a private key that tells its public one, or the two side by side. */
public final class KeyPairs {
    private static final int PUBLIC_BITS = Der.CONTEXT | Der.CONSTRUCTED | 1; // RFC 5915 3

    private KeyPairs() {}

    /** Reads a pair; {@code place} begins the message of the exception. */
    public static KeyPair read(String text, String place) throws UnusableCertificateException {
        byte[] info = new byte[0];
        byte[] key = new byte[0];
        for (var block : Pem.blocks(text, place)) {
            switch (block.label()) {
                case "PUBLIC KEY" -> info = Pem.content(block, place);
                case "PRIVATE KEY" -> key = Pem.content(block, place);
                case "RSA PRIVATE KEY" -> key = Pem.wrapRsa(Pem.content(block, place));
                case "EC PRIVATE KEY" -> key = wrapEc(Pem.content(block, place), place);
                default -> {
                    // EC PARAMETERS and the like
                }
            }
        }
        if (key.length == 0) {
            throw new UnusableCertificateException(place + ": no private key (expected: PEM)");
        }
        try {
            var algorithm = Pem.algorithm(key);
            var privateKey = Pem.key(key, algorithm, place);
            return new KeyPair(publicKey(privateKey, key, info, algorithm, place), privateKey);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnusableCertificateException(
                    place + ": the key is broken: " + e.getMessage(), e);
        }
    }

    /** Both in PEM form: for a file only its owner may read. */
    public static String write(KeyPair pair) {
        var text = new StringBuilder();
        Pem.append(text, "PUBLIC KEY", pair.getPublic().getEncoded());
        return text + Pem.write(pair.getPrivate());
    }

    private static byte[] wrapEc(byte[] sec1, String place) throws UnusableCertificateException {
        var parameters = Der.child(sec1, Der.CONTEXT | Der.CONSTRUCTED);
        if (parameters.length == 0) {
            throw new UnusableCertificateException(place + ": an EC key without its curve");
        }
        return Pem.wrap(Der.sequence(Pem.EC_PUBLIC_KEY, Der.content(parameters)), sec1);
    }

    private static PublicKey publicKey(
            PrivateKey privateKey, byte[] key, byte[] info, String algorithm, String place)
            throws GeneralSecurityException, UnusableCertificateException {
        var factory = KeyFactory.getInstance(algorithm);
        if (info.length > 0) {
            return factory.generatePublic(new X509EncodedKeySpec(info));
        }
        if (privateKey instanceof RSAPrivateCrtKey rsa) {
            return factory.generatePublic(
                    new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        }
        var sec1 = Der.content(Der.child(key, Der.OCTET_STRING));
        var bits = Der.child(sec1, PUBLIC_BITS);
        if (bits.length == 0) {
            throw new UnusableCertificateException(
                    place
                            + ": a private key that does not tell its public one (expected: beside it)");
        }
        return factory.generatePublic(
                new X509EncodedKeySpec(
                        Der.sequence(Der.child(key, Der.SEQUENCE), Der.content(bits))));
    }
}
