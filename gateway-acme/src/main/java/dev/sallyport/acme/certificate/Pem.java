package dev.sallyport.acme.certificate;

import dev.sallyport.acme.certificate.der.Der;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Keys and certificates in PEM form (RFC 7468), read and written by the JDK alone.
 *
 * <p>Keys may be PKCS#8, PKCS#1 (RSA) or SEC1 (EC); the latter two are wrapped as PKCS#8, which is
 * all the JDK reads. Blocks of other kinds in between are passed over.
 */
public final class Pem {
    private static final int LARGEST_FILE = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final byte[] RSA_ENCRYPTION = Der.oid(1, 2, 840, 113549, 1, 1, 1);
    static final byte[] EC_PUBLIC_KEY = Der.oid(1, 2, 840, 10045, 2, 1);

    record Block(String label, String body) {}

    private Pem() {}

    /**
     * Reads a chain and its key, which may lie in one file; the message of the exception begins
     * with the file.
     */
    public static KeyMaterial read(Path certificateFile, Path keyFile)
            throws UnusableCertificateException {
        return read(certificateFile, keyFile, KeyMaterial.Proof.NONE);
    }

    /** The same with a proof that is quicker than a signature. */
    static KeyMaterial read(Path certificateFile, Path keyFile, KeyMaterial.Proof proof)
            throws UnusableCertificateException {
        var chain = certificates(certificateFile);
        var key = privateKey(text(keyFile), keyFile.toString(), chain.getFirst().getPublicKey());
        try {
            return KeyMaterial.create(key, chain, proof);
        } catch (UnusableCertificateException e) {
            throw new UnusableCertificateException(
                    certificateFile + " with " + keyFile + ": " + e.getMessage(), e);
        }
    }

    /** The same for a client, whose certificate need not name a host. */
    public static KeyMaterial readClient(Path certificateFile, Path keyFile)
            throws UnusableCertificateException {
        var chain = certificates(certificateFile);
        var key = privateKey(text(keyFile), keyFile.toString(), chain.getFirst().getPublicKey());
        try {
            return KeyMaterial.ofClient(key, chain);
        } catch (UnusableCertificateException e) {
            throw new UnusableCertificateException(
                    certificateFile + " with " + keyFile + ": " + e.getMessage(), e);
        }
    }

    /**
     * All certificates of a file, in its order; the message of the exception begins with the file.
     */
    public static List<X509Certificate> certificates(Path file)
            throws UnusableCertificateException {
        return certificates(text(file), file.toString());
    }

    /**
     * All certificates of a text, in its order; {@code place} begins the message of the exception.
     */
    public static List<X509Certificate> certificates(String text, String place)
            throws UnusableCertificateException {
        var certificates = new ArrayList<X509Certificate>();
        for (var block : blocks(text, place)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                try {
                    var factory = CertificateFactory.getInstance("X.509");
                    var read =
                            factory.generateCertificate(
                                    new ByteArrayInputStream(content(block, place)));
                    certificates.add((X509Certificate) read);
                } catch (CertificateException e) {
                    throw new UnusableCertificateException(
                            place
                                    + ": certificate "
                                    + (certificates.size() + 1)
                                    + " is broken: "
                                    + e.getMessage(),
                            e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new UnusableCertificateException(
                    place + ": no certificate (expected: \"-----BEGIN CERTIFICATE-----\")");
        }
        return List.copyOf(certificates);
    }

    /**
     * The first private key of a text. The public key completes an EC key that does not name its
     * curve.
     */
    public static PrivateKey privateKey(String text, String place, PublicKey owner)
            throws UnusableCertificateException {
        for (var block : blocks(text, place)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    var key = content(block, place);
                    return key(key, algorithm(key), place);
                }
                case "RSA PRIVATE KEY" -> {
                    var key = content(block, place);
                    return key(wrapRsa(key), "RSA", place);
                }
                case "EC PRIVATE KEY" -> {
                    var key = content(block, place);
                    return key(wrap(curve(key, owner, place), key), "EC", place);
                }
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted(place);
                default -> {
                    // EC PARAMETERS, certificates and the like stand beside the key
                }
            }
        }
        throw new UnusableCertificateException(
                place + ": no private key (expected: PKCS#8, PKCS#1 RSA or SEC1 EC in PEM form)");
    }

    /** The certificates one after the other. */
    public static String write(List<X509Certificate> certificates) throws CertificateException {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            append(text, "CERTIFICATE", certificate.getEncoded());
        }
        return text.toString();
    }

    /** The key as PKCS#8, unencrypted: for a file only its owner may read. */
    public static String write(PrivateKey key) {
        var text = new StringBuilder();
        append(text, "PRIVATE KEY", key.getEncoded());
        return text.toString();
    }

    static void append(StringBuilder text, String label, byte[] content) {
        text.append(BEGIN).append(label).append(DASHES).append('\n');
        text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content))
                .append('\n');
        text.append(END).append(label).append(DASHES).append('\n');
    }

    private static String text(Path file) throws UnusableCertificateException {
        try (var in = Files.newInputStream(file)) {
            // Not by its size: a device has none.
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new UnusableCertificateException(
                        file
                                + ": more than "
                                + LARGEST_FILE
                                + " bytes (expected: at most "
                                + LARGEST_FILE
                                + ")");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new UnusableCertificateException(
                    file + ": does not exist (expected: a PEM file)", e);
        } catch (AccessDeniedException e) {
            throw new UnusableCertificateException(
                    file + ": may not be read (expected: readable by this user)", e);
        } catch (IOException e) {
            throw new UnusableCertificateException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    static List<Block> blocks(String text, String place) throws UnusableCertificateException {
        var blocks = new ArrayList<Block>();
        var at = 0;
        while ((at = text.indexOf(BEGIN, at)) >= 0) {
            var labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            if (labelEnd < 0) {
                throw new UnusableCertificateException(
                        place + ": a BEGIN line without its closing dashes");
            }
            var label = text.substring(at + BEGIN.length(), labelEnd);
            var end = text.indexOf(END + label + DASHES, labelEnd);
            if (end < 0) {
                throw new UnusableCertificateException(
                        place + ": cut short (expected: \"" + END + label + DASHES + "\")");
            }
            var body = text.substring(labelEnd + DASHES.length(), end);
            if (label.endsWith("PRIVATE KEY") && body.contains("ENCRYPTED")) {
                throw encrypted(
                        place); // the header of the traditional form: Proc-Type: 4,ENCRYPTED
            }
            blocks.add(new Block(label, body));
            at = end + END.length();
        }
        return blocks;
    }

    /**
     * The least {@link KeyMaterial.Proof}: that both can be parsed, which leaves to a digest that
     * they are those that were checked.
     */
    public static void parse(String key, String leaf) throws UnusableCertificateException {
        privateKey(key, "the key", certificates(leaf, "the leaf").getFirst().getPublicKey());
    }

    /** The content of the first block of a text, which must be of this kind. */
    public static byte[] content(String text, String label, String place)
            throws UnusableCertificateException {
        var blocks = blocks(text, place);
        if (blocks.isEmpty() || !blocks.getFirst().label().equals(label)) {
            throw new UnusableCertificateException(
                    place + ": another block (expected: " + label + ")");
        }
        return content(blocks.getFirst(), place);
    }

    static byte[] content(Block block, String place) throws UnusableCertificateException {
        try {
            return Base64.getDecoder().decode(withoutSpace(block.body()));
        } catch (IllegalArgumentException e) {
            throw new UnusableCertificateException(
                    place + ": " + block.label() + " is not base64: " + e.getMessage(), e);
        }
    }

    private static String withoutSpace(String text) {
        var kept = new StringBuilder(text.length());
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) > ' ') {
                kept.append(text.charAt(i));
            }
        }
        return kept.toString();
    }

    private static UnusableCertificateException encrypted(String place) {
        return new UnusableCertificateException(
                place
                        + ": the key is encrypted (expected: unencrypted, in a file only its owner may read)");
    }

    static PrivateKey key(byte[] pkcs8, String algorithm, String place)
            throws UnusableCertificateException {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    place + ": the " + algorithm + " key is broken: " + e.getMessage(), e);
        }
    }

    /** Which factory reads this PKCS#8 key; the JDK wants to be told. */
    static String algorithm(byte[] pkcs8) {
        try {
            var identifier = Der.child(Der.child(pkcs8, Der.SEQUENCE), 0x06);
            if (Arrays.equals(identifier, EC_PUBLIC_KEY)) {
                return "EC";
            }
            return Arrays.equals(identifier, RSA_ENCRYPTION) ? "RSA" : "EdDSA";
        } catch (IllegalArgumentException e) {
            return "RSA"; // broken: any factory will say so
        }
    }

    static byte[] wrap(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.of(Der.OCTET_STRING, key));
    }

    static byte[] wrapRsa(byte[] key) {
        return wrap(Der.sequence(RSA_ENCRYPTION, Der.nothing()), key);
    }

    private static byte[] curve(byte[] sec1, PublicKey owner, String place)
            throws UnusableCertificateException {
        try {
            var parameters = Der.child(sec1, Der.CONTEXT | Der.CONSTRUCTED);
            // RFC 5915 3: the curve may be left out; then it is the one of the certificate.
            return parameters.length > 0
                    ? Der.sequence(EC_PUBLIC_KEY, Der.content(parameters))
                    : Der.child(owner.getEncoded(), Der.SEQUENCE);
        } catch (IllegalArgumentException e) {
            throw new UnusableCertificateException(
                    place + ": the EC key is broken: " + e.getMessage(), e);
        }
    }
}
