package dev.sallyport.config.guard.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Who one is and whom one trusts, in files.
 *
 * @param authority whose certificates the other side may have
 * @param certificate own chain, the leaf first
 * @param key own private key, not encrypted
 */
public record PemFiles(Path authority, Path certificate, Path key) {
    private static final int LARGEST = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)"
                            + "-----END (?:RSA |EC |)PRIVATE KEY-----");

    List<X509Certificate> authorities() throws IOException {
        return certificates(authority);
    }

    List<X509Certificate> chain() throws IOException {
        return certificates(certificate);
    }

    PrivateKey privateKey() throws IOException {
        var found = KEY.matcher(text(key));
        if (!found.find()) {
            throw new IOException(key + ": no private key (expected: PEM, not encrypted)");
        }
        var der = Base64.getMimeDecoder().decode(found.group(2));
        if (found.group(1).equals("EC ")) {
            throw new IOException(
                    key
                            + ": a key in the form of SEC 1 (expected: PKCS #8; openssl pkcs8 -topk8"
                            + " -nocrypt makes it)");
        }
        var encoded = found.group(1).isEmpty() ? der : wrapped(der);
        for (var algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException _) {
                // the next kind
            }
        }
        throw new IOException(key + ": no key that can be used (expected: RSA, EC or Ed25519)");
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        var bytes = text(file).getBytes(StandardCharsets.ISO_8859_1);
        var found = new ArrayList<X509Certificate>();
        try {
            for (var each :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))) {
                found.add((X509Certificate) each);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: PEM)", e);
        }
        if (found.isEmpty()) {
            throw new IOException(file + ": no certificate (expected: PEM)");
        }
        return found;
    }

    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
            throw new IOException(file + ": not there (expected: a PEM file)");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** PKCS #1 inside PKCS #8 (RFC 5208 5): version 0, rsaEncryption, the key as octets. */
    private static byte[] wrapped(byte[] rsa) {
        byte[] algorithm = {
            2,
            1,
            0,
            0x30,
            13,
            6,
            9,
            0x2a,
            (byte) 0x86,
            0x48,
            (byte) 0x86,
            (byte) 0xf7,
            13,
            1,
            1,
            1,
            5,
            0
        };
        return element(0x30, algorithm, element(4, rsa));
    }

    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (var part : parts) {
            length += part.length;
        }
        var out = new byte[length + 4];
        out[0] = (byte) tag;
        // Any key of use is longer than 255 bytes, so two bytes of length are the shortest form.
        out[1] = (byte) 0x82;
        out[2] = (byte) (length >> 8);
        out[3] = (byte) length;
        int at = 4;
        for (var part : parts) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }
}
