package dev.sallyport.acme.certificate;

import dev.sallyport.acme.certificate.der.Der;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** The kinds of keys that are made here. */
public enum KeyKind {
    P256,
    P384,
    RSA2048,
    RSA4096;

    /** A new pair. Slow for RSA. */
    public KeyPair generate(SecureRandom random) throws GeneralSecurityException {
        return switch (this) {
            case P256 -> generateEc("secp256r1", random);
            case P384 -> generateEc("secp384r1", random);
            case RSA2048 -> generateRsa(2048, random);
            case RSA4096 -> generateRsa(4096, random);
        };
    }

    private static KeyPair generateEc(String curve, SecureRandom random)
            throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve), random);
        return generator.generateKeyPair();
    }

    private static KeyPair generateRsa(int bits, SecureRandom random)
            throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4), random);
        return generator.generateKeyPair();
    }

    /** The name of the JDK for signatures of a key over SHA-256. */
    static String signatureOf(PrivateKey key) {
        return key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    }

    /** The same as an algorithm identifier (RFC 5758 3.2, RFC 4055 5). */
    static byte[] identifierOf(PrivateKey key) {
        return key.getAlgorithm().equals("EC")
                ? Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2))
                : Der.sequence(Der.oid(1, 2, 840, 113549, 1, 1, 11), Der.nothing());
    }
}
