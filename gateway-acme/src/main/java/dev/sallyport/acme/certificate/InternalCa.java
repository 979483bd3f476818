package dev.sallyport.acme.certificate;

import dev.sallyport.acme.certificate.der.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of one's own on P-256: a root that signs itself, or an intermediate that
 * may issue for some names alone; and the leaves they issue.
 *
 * <p>Blocking (it computes); control threads only. The key never leaves but by {@link #bundle}.
 */
public final class InternalCa {
    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);
    private static final Duration LEAF_LIFETIME = Duration.ofDays(90);

    /** Clocks of clients differ by minutes. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final int LONGEST_COMMON_NAME = 64; // RFC 5280, upper bound ub-common-name
    private static final byte[] ECDSA_WITH_SHA256 =
            Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));

    private final PrivateKey key;
    private final X509Certificate root;
    private final Clock clock;
    private final SecureRandom random;

    private InternalCa(PrivateKey key, X509Certificate root, Clock clock, SecureRandom random) {
        this.key = key;
        this.root = root;
        this.clock = clock;
        this.random = random;
    }

    /** A new root. */
    public static InternalCa create(Clock clock, SecureRandom random)
            throws UnusableCertificateException {
        try {
            var pair = newKeyPair(random);
            var now = clock.instant();
            var serial = newSerial(random);
            var subject =
                    name(
                            "Sallyport internal root "
                                    + serial.toString(16).substring(0, 8).toUpperCase(Locale.ROOT));
            var extensions =
                    Der.sequence(
                            critical(19, Der.sequence(Der.bool(true), Der.integer(BigInteger.ONE))),
                            critical(15, Der.bits(1, new byte[] {0x06})), // keyCertSign, cRLSign
                            extension(
                                    14, Der.of(Der.OCTET_STRING, keyIdentifier(pair.getPublic()))));
            var body =
                    body(
                            serial,
                            subject,
                            now.minus(BACKDATED),
                            now.plus(ROOT_LIFETIME),
                            subject,
                            pair.getPublic(),
                            extensions);
            return new InternalCa(
                    pair.getPrivate(), sign(body, pair.getPrivate(), random), clock, random);
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "the internal root cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * A new authority below this one, which issues leaves alone.
     *
     * @param nameConstraints what it may issue for (RFC 5280 4.2.1.10), in DER form
     */
    public InternalCa intermediate(byte[] nameConstraints, Duration lifetime)
            throws UnusableCertificateException {
        try {
            var pair = newKeyPair(random);
            var now = clock.instant();
            var serial = newSerial(random);
            var extensions =
                    Der.sequence(
                            critical(
                                    19, Der.sequence(Der.bool(true), Der.integer(BigInteger.ZERO))),
                            critical(15, Der.bits(1, new byte[] {0x06})), // keyCertSign, cRLSign
                            critical(30, nameConstraints),
                            extension(
                                    14, Der.of(Der.OCTET_STRING, keyIdentifier(pair.getPublic()))),
                            authorityKey());
            var body =
                    body(
                            serial,
                            root.getSubjectX500Principal().getEncoded(),
                            now.minus(BACKDATED),
                            until(now.plus(lifetime)),
                            name("Sallyport internal " + serial.toString(16).substring(0, 8)),
                            pair.getPublic(),
                            extensions);
            return new InternalCa(pair.getPrivate(), signed(body), clock, random);
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "no intermediate authority: " + e.getMessage(), e);
        }
    }

    private byte[] authorityKey() throws GeneralSecurityException {
        // The one the authority has, which need not be one that was made here.
        var own = root.getExtensionValue("2.5.29.14");
        var identifier =
                own == null ? keyIdentifier(root.getPublicKey()) : Der.content(Der.content(own));
        return extension(35, Der.sequence(Der.of(Der.CONTEXT, identifier)));
    }

    /** Nothing outlives its issuer. */
    private Instant until(Instant wanted) {
        var ends = root.getNotAfter().toInstant();
        return wanted.isBefore(ends) ? wanted : ends;
    }

    private X509Certificate signed(byte[] body) throws GeneralSecurityException {
        var certificate = sign(body, key, random);
        try {
            certificate.verify(root.getPublicKey()); // a key of somebody else's signs as well
        } catch (SignatureException e) {
            throw new SignatureException(
                    "the key does not belong to the certificate of "
                            + root.getSubjectX500Principal(),
                    e);
        }
        return certificate;
    }

    /**
     * The authority that {@link #bundle} wrote; {@code place} begins the message of the exception.
     */
    public static InternalCa read(String bundle, String place, Clock clock, SecureRandom random)
            throws UnusableCertificateException {
        var root = Pem.certificates(bundle, place).getFirst();
        if (root.getBasicConstraints() < 0) {
            throw new UnusableCertificateException(
                    place + ": not an authority's certificate (expected: CA:TRUE)");
        }
        return new InternalCa(
                Pem.privateKey(bundle, place, root.getPublicKey()), root, clock, random);
    }

    /** Key and certificate in PEM form, for a file only its owner may read. */
    public String bundle() throws UnusableCertificateException {
        return Pem.write(key) + rootPem();
    }

    /** Its certificate; the root's is the one that clients are to trust. */
    public X509Certificate root() {
        return root;
    }

    /** The root's certificate in PEM form. */
    public String rootPem() throws UnusableCertificateException {
        try {
            return Pem.write(List.of(root));
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "the internal root cannot be written: " + e.getMessage(), e);
        }
    }

    /** What a leaf is good for. */
    public enum Usage {
        SERVER,
        CLIENT,
        BOTH;

        /** The extended key usage (RFC 5280 4.2.1.12). */
        private byte[] purposes() {
            var server = Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1);
            var client = Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 2);
            return switch (this) {
                case SERVER -> Der.sequence(server);
                case CLIENT -> Der.sequence(client);
                case BOTH -> Der.sequence(server, client);
            };
        }
    }

    /** Issues a leaf for servers, with the authority as its chain. */
    public KeyMaterial issue(List<String> names) throws UnusableCertificateException {
        return issue(names, Usage.SERVER, LEAF_LIFETIME);
    }

    /**
     * Issues a leaf, with the authority as its chain.
     *
     * @param names DNS names, wildcards, IP addresses and URIs such as a SPIFFE ID
     */
    public KeyMaterial issue(List<String> names, Usage usage, Duration lifetime)
            throws UnusableCertificateException {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names: none (expected: at least one)");
        }
        try {
            var pair = newKeyPair(random);
            var now = clock.instant();
            // Of a URI there is none: it would be taken for a host that may not be permitted.
            var hasCommonName =
                    names.getFirst().length() <= LONGEST_COMMON_NAME && !isUri(names.getFirst());
            var alternatives = alternatives(names);
            var extensions =
                    Der.sequence(
                            critical(19, Der.sequence()),
                            critical(15, Der.bits(7, new byte[] {(byte) 0x80})), // digitalSignature
                            extension(37, usage.purposes()),
                            authorityKey(),
                            // RFC 5280 4.2.1.6: critical when there is no subject
                            hasCommonName
                                    ? extension(17, alternatives)
                                    : critical(17, alternatives));
            var body =
                    body(
                            newSerial(random),
                            root.getSubjectX500Principal().getEncoded(),
                            now.minus(BACKDATED),
                            until(now.plus(lifetime)),
                            hasCommonName ? name(names.getFirst()) : Der.sequence(),
                            pair.getPublic(),
                            extensions);
            return KeyMaterial.trustedClient(pair.getPrivate(), List.of(signed(body), root));
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "no leaf for " + names + ": " + e.getMessage(), e);
        }
    }

    /**
     * A leaf and its key as {@link Pem} wrote them; null when another authority issued it. That
     * they belong together is not tried here: a cold JVM signs slowly, and a start waits for it.
     */
    public @Nullable KeyMaterial readLeaf(String text, String place)
            throws UnusableCertificateException {
        var chain = Pem.certificates(text, place);
        var leafKey = Pem.privateKey(text, place, chain.getFirst().getPublicKey());
        return chain.size() == 2 && chain.getLast().equals(root)
                ? KeyMaterial.trustedClient(leafKey, chain)
                : null;
    }

    private static KeyPair newKeyPair(SecureRandom random) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    /** 127 bits: positive, and more than the 64 bits that make a serial unpredictable. */
    static BigInteger newSerial(SecureRandom random) {
        return new BigInteger(126, random).setBit(126);
    }

    static byte[] name(String commonName) {
        return Der.sequence(
                Der.of(Der.SET, Der.sequence(Der.oid(2, 5, 4, 3), Der.utf8(commonName))));
    }

    private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
        // RFC 7093 2, method 1 over the whole key info: any unique value will do, SHA-1 need not be
        return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
    }

    static byte[] extension(int arc, byte[] value) {
        return Der.sequence(Der.oid(2, 5, 29, arc), Der.of(Der.OCTET_STRING, value));
    }

    private static byte[] critical(int arc, byte[] value) {
        return Der.sequence(
                Der.oid(2, 5, 29, arc), Der.bool(true), Der.of(Der.OCTET_STRING, value));
    }

    static byte[] alternatives(List<String> names) {
        var entries = new ArrayList<byte[]>();
        for (var name : names) {
            if (isUri(name)) {
                entries.add(Der.of(Der.CONTEXT | 6, name.getBytes(StandardCharsets.US_ASCII)));
            } else if (isAddress(name)) {
                entries.add(Der.of(Der.CONTEXT | 7, InetAddress.ofLiteral(name).getAddress()));
            } else {
                entries.add(Der.of(Der.CONTEXT | 2, name.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        return Der.sequence(entries.toArray(byte[][]::new));
    }

    private static boolean isUri(String name) {
        return name.contains("://");
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0
                || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    static byte[] body(
            BigInteger serial,
            byte[] issuer,
            Instant from,
            Instant until,
            byte[] subject,
            PublicKey key,
            byte[] extensions) {
        return Der.sequence(
                Der.of(Der.CONTEXT | Der.CONSTRUCTED, Der.integer(BigInteger.TWO)), // version 3
                Der.integer(serial),
                ECDSA_WITH_SHA256,
                issuer,
                Der.sequence(Der.time(from), Der.time(until)),
                subject,
                key.getEncoded(),
                Der.of(Der.CONTEXT | Der.CONSTRUCTED | 3, extensions));
    }

    static X509Certificate sign(byte[] body, PrivateKey key, SecureRandom random)
            throws GeneralSecurityException {
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key, random);
        signer.update(body);
        var certificate = Der.sequence(body, ECDSA_WITH_SHA256, Der.bits(0, signer.sign()));
        var factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificate));
    }
}
