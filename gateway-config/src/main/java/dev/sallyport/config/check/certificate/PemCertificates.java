package dev.sallyport.config.check.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The certificates of a PEM file (RFC 7468 5), in its order. What else lies in it is passed over: a
 * key often stands in the same file, and before its certificate.
 */
final class PemCertificates {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN (?:X509 )?CERTIFICATE-----"
                            + "[^-]*+"
                            + "-----END (?:X509 )?CERTIFICATE-----");

    private PemCertificates() {}

    /** None where the file holds none. */
    static List<X509Certificate> read(Path file) throws IOException, CertificateException {
        var factory = CertificateFactory.getInstance("X.509");
        var found = new ArrayList<X509Certificate>();
        var blocks = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            var block = blocks.group().getBytes(StandardCharsets.ISO_8859_1);
            found.add(
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
        }
        return found;
    }
}
