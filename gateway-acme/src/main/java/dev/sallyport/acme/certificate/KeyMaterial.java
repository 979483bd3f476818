package dev.sallyport.acme.certificate;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A private key and the chain that vouches for it, leaf first: what one handshake shows.
 *
 * <p>Immutable. Two are equal when their chains are: the leaf names the key. The key itself is
 * never printed.
 */
public final class KeyMaterial {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final PrivateKey key;
    private final List<X509Certificate> chain;
    private final List<String> names;
    private final List<InetAddress> addresses;
    private final String fingerprint;

    private KeyMaterial(
            PrivateKey key,
            List<X509Certificate> chain,
            List<String> names,
            List<InetAddress> addresses,
            String fingerprint) {
        this.key = key;
        this.chain = List.copyOf(chain);
        this.names = List.copyOf(names);
        this.addresses = List.copyOf(addresses);
        this.fingerprint = fingerprint;
    }

    /**
     * The key with its chain, after checking that they belong together and the chain is in order.
     */
    public static KeyMaterial create(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        require(key, chain);
        return trusted(key, chain);
    }

    /** The same for a client, whose certificate need not name a host. */
    public static KeyMaterial ofClient(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        require(key, chain);
        return trustedClient(key, chain);
    }

    private static void require(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        if (chain.isEmpty()) {
            throw new UnusableCertificateException(
                    "no certificate (expected: the leaf first, then its issuers)");
        }
        var owner = indexOfOwner(key, chain);
        if (owner < 0) {
            throw new UnusableCertificateException(
                    "the key does not belong to the certificate of "
                            + chain.getFirst().getSubjectX500Principal()
                            + " (expected: the key this certificate was issued for)");
        }
        if (owner > 0) {
            throw new UnusableCertificateException(
                    "the key belongs to certificate "
                            + (owner + 1)
                            + " of the file (expected: the leaf first)");
        }
        requireOrder(chain);
    }

    /**
     * The same without the checks, for what was checked when it was kept: a cold JVM signs slowly.
     */
    public static KeyMaterial trusted(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        var material = trustedClient(key, chain);
        if (material.names.isEmpty() && material.addresses.isEmpty()) {
            throw new UnusableCertificateException(
                    "the certificate of "
                            + material.leaf().getSubjectX500Principal()
                            + " names nobody (expected: a subjectAltName with a DNS name or an IP address)");
        }
        return material;
    }

    /** The same for a client, whose certificate need not name a host. */
    public static KeyMaterial trustedClient(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        var leaf = chain.getFirst();
        var names = new ArrayList<String>();
        var addresses = new ArrayList<InetAddress>();
        try {
            var alternatives = leaf.getSubjectAlternativeNames();
            for (var entry : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (entry.get(0) instanceof Integer type && entry.get(1) instanceof String value) {
                    if (type == DNS_NAME) {
                        names.add(CertificateStore.canonical(value.toLowerCase(Locale.ROOT)));
                    } else if (type == IP_ADDRESS) {
                        addresses.add(InetAddress.ofLiteral(value));
                    }
                }
            }
            var digest = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
            return new KeyMaterial(key, chain, names, addresses, HexFormat.of().formatHex(digest));
        } catch (CertificateParsingException e) {
            throw new UnusableCertificateException(
                    "unreadable subjectAltName: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException("unreadable certificate: " + e.getMessage(), e);
        }
    }

    public PrivateKey key() {
        return key;
    }

    /** Leaf first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** DNS names in lower case without a trailing dot; a wildcard begins with {@code *.}. */
    public List<String> names() {
        return names;
    }

    public List<InetAddress> addresses() {
        return addresses;
    }

    public Instant notBefore() {
        return leaf().getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    /** SHA-256 of the leaf in hexadecimal. */
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof KeyMaterial that && chain.equals(that.chain));
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode();
    }

    @Override
    public String toString() {
        return "KeyMaterial[names="
                + names
                + ", addresses="
                + addresses
                + ", notAfter="
                + notAfter()
                + ", fingerprint="
                + fingerprint.substring(0, 16)
                + "]";
    }

    private static int indexOfOwner(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        var algorithm = signatureOf(key);
        var probe = "does this key belong to this certificate".getBytes(StandardCharsets.US_ASCII);
        try {
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            var signature = signer.sign();
            for (var i = 0; i < chain.size(); i++) {
                if (verifies(algorithm, chain.get(i).getPublicKey(), probe, signature)) {
                    return i;
                }
            }
            return -1;
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException("the key cannot sign: " + e.getMessage(), e);
        }
    }

    private static boolean verifies(
            String algorithm, PublicKey key, byte[] content, byte[] signature) {
        try {
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a key of another kind or size is another key
        }
    }

    private static String signatureOf(PrivateKey key) throws UnusableCertificateException {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default ->
                    throw new UnusableCertificateException(
                            "key of type " + key.getAlgorithm() + " (expected: EC or RSA)");
        };
    }

    private static void requireOrder(List<X509Certificate> chain)
            throws UnusableCertificateException {
        for (var i = 0; i + 1 < chain.size(); i++) {
            var subject = chain.get(i);
            var issuer = chain.get(i + 1);
            try {
                if (!subject.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                    throw new UnusableCertificateException(
                            "certificate "
                                    + (i + 2)
                                    + " is "
                                    + issuer.getSubjectX500Principal()
                                    + " (expected: "
                                    + subject.getIssuerX500Principal()
                                    + ", the issuer of certificate "
                                    + (i + 1)
                                    + ")");
                }
                subject.verify(issuer.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new UnusableCertificateException(
                        "certificate "
                                + (i + 2)
                                + " did not sign certificate "
                                + (i + 1)
                                + " (expected: the leaf first, each followed by its issuer)",
                        e);
            }
        }
    }
}
