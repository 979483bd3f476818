package dev.sallyport.acme.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A private key and the chain that vouches for it, leaf first: what one handshake shows.
 *
 * <p>Immutable, and small, for there may be ten thousand: key and leaf are kept as they are encoded
 * and parsed when asked for, issuers are shared. Two are equal when all of that is. The key itself
 * is never printed.
 */
public final class KeyMaterial {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final byte[] key;
    private final byte[] leaf;
    private final int hash;
    private final List<X509Certificate> issuers;
    private final List<String> names;
    private final List<InetAddress> addresses;
    private final Instant notBefore;
    private final Instant notAfter;

    /** Whether a key belongs to a certificate, each of them in PEM; throws when it does not. */
    @FunctionalInterface
    public interface Proof {
        /** Proves nothing, so that a signature must. */
        Proof NONE =
                (_, _) -> {
                    throw new UnusableCertificateException("not proved");
                };

        void require(String key, String leaf) throws UnusableCertificateException;
    }

    private KeyMaterial(
            byte[] key, byte[] leaf, List<X509Certificate> issuers, LeafReader.Leaf read) {
        this.key = key;
        this.leaf = leaf;
        this.hash = Arrays.hashCode(leaf);
        this.issuers = List.copyOf(issuers);
        this.names = List.copyOf(read.names());
        this.addresses = List.copyOf(read.addresses());
        this.notBefore = read.notBefore();
        this.notAfter = read.notAfter();
    }

    /**
     * The key with its chain, after checking that they belong together and the chain is in order.
     */
    public static KeyMaterial create(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        return create(key, chain, Proof.NONE);
    }

    /** The same with a proof that is asked first; a signature says what is wrong when it fails. */
    static KeyMaterial create(PrivateKey key, List<X509Certificate> chain, Proof proof)
            throws UnusableCertificateException {
        require(key, chain, proof);
        return trusted(key, chain);
    }

    /** The same for a client, whose certificate need not name a host. */
    public static KeyMaterial ofClient(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
        require(key, chain, Proof.NONE);
        return trustedClient(key, chain);
    }

    private static void require(PrivateKey key, List<X509Certificate> chain, Proof proof)
            throws UnusableCertificateException {
        if (chain.isEmpty()) {
            throw new UnusableCertificateException(
                    "no certificate (expected: the leaf first, then its issuers)");
        }
        try {
            proof.require(Pem.write(key), Pem.write(chain.subList(0, 1)));
        } catch (UnusableCertificateException | CertificateException _) {
            requireBySignature(key, chain);
        }
        requireOrder(chain);
    }

    private static void requireBySignature(PrivateKey key, List<X509Certificate> chain)
            throws UnusableCertificateException {
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
        try {
            return new KeyMaterial(
                    key.getEncoded(),
                    leaf.getEncoded(),
                    chain.subList(1, chain.size()),
                    read(leaf));
        } catch (CertificateParsingException e) {
            throw new UnusableCertificateException(
                    "unreadable subjectAltName: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException("unreadable certificate: " + e.getMessage(), e);
        }
    }

    /**
     * What was checked when it was kept, and proved to belong together since: key and leaf are not
     * parsed before they are asked for.
     *
     * @param key as PKCS#8
     * @param leaf the encoded certificate
     */
    public static KeyMaterial stored(byte[] key, byte[] leaf, List<X509Certificate> issuers)
            throws UnusableCertificateException {
        var read = LeafReader.read(leaf);
        if (read.names().isEmpty() && read.addresses().isEmpty()) {
            throw new UnusableCertificateException(
                    "the certificate names nobody (expected: a subjectAltName)");
        }
        return new KeyMaterial(key, leaf, issuers, read);
    }

    private static LeafReader.Leaf read(X509Certificate leaf) throws CertificateParsingException {
        var names = new ArrayList<String>();
        var addresses = new ArrayList<InetAddress>();
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
        return new LeafReader.Leaf(
                leaf.getSerialNumber(),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant(),
                names,
                addresses,
                null);
    }

    /**
     * Parses the private key, each time it is called.
     *
     * @throws IllegalStateException when what was kept is none
     */
    public PrivateKey key() {
        try {
            return Pem.key(key, Pem.algorithm(key), "the key");
        } catch (UnusableCertificateException e) {
            throw new IllegalStateException(this + ": " + e.getMessage(), e);
        }
    }

    /** Leaf first; see {@link #leaf}. */
    public List<X509Certificate> chain() {
        var chain = new ArrayList<X509Certificate>(issuers.size() + 1);
        chain.add(leaf());
        chain.addAll(issuers);
        return chain;
    }

    /**
     * Parses the leaf, each time it is called.
     *
     * @throws IllegalStateException when what was kept is none
     */
    public X509Certificate leaf() {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(leaf));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(this + ": " + e.getMessage(), e);
        }
    }

    /** DNS names in lower case without a trailing dot; a wildcard begins with {@code *.}. */
    public List<String> names() {
        return names;
    }

    public List<InetAddress> addresses() {
        return addresses;
    }

    public Instant notBefore() {
        return notBefore;
    }

    public Instant notAfter() {
        return notAfter;
    }

    /** The serial number of the leaf. */
    public BigInteger serial() {
        try {
            return LeafReader.read(leaf).serial();
        } catch (UnusableCertificateException e) {
            return leaf().getSerialNumber();
        }
    }

    /** Which key of its issuer signed the leaf; null when it does not say. */
    public byte @Nullable [] authorityKey() {
        try {
            return LeafReader.read(leaf).authorityKey();
        } catch (UnusableCertificateException e) {
            return null;
        }
    }

    /** SHA-256 of the leaf in hexadecimal. */
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(leaf));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }

    /** Of the same bytes: the same key in another encoding makes another one. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof KeyMaterial that
                        && hash == that.hash
                        && Arrays.equals(leaf, that.leaf)
                        && Arrays.equals(key, that.key)
                        && issuers.equals(that.issuers));
    }

    @Override
    public int hashCode() {
        return hash;
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
                + fingerprint().substring(0, 16)
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
