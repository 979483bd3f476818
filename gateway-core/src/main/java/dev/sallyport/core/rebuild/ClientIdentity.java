package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.config.model.Listener.ClientCertificates.Forward;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is by its certificate, which was verified. Made once per connection, so that its
 * requests cost no more than the fields they carry.
 *
 * @param subject of the certificate (RFC 2253), in ASCII
 * @param fingerprint SHA-256 of the certificate, in hexadecimal
 * @param names the alternative names: DNS, URI, e-mail; the common name where there is none
 * @param issuers SHA-256 of each authority on the way up, in hexadecimal
 * @param clientCert value of {@code Client-Cert} (RFC 9440); null when endpoints are not told
 * @param clientCertChain value of {@code Client-Cert-Chain}; null when endpoints are not told
 */
public record ClientIdentity(
        String subject,
        String fingerprint,
        List<String> names,
        List<String> issuers,
        byte @Nullable [] clientCert,
        byte @Nullable [] clientCertChain) {
    /** Kinds of alternative names (RFC 5280 4.2.1.6) that are text. */
    private static final List<Integer> TEXTS = List.of(1, 2, 6);

    private static final int DNS = 2;

    public ClientIdentity {
        names = List.copyOf(names);
        issuers = List.copyOf(issuers);
    }

    /**
     * The identity of a client.
     *
     * @param path its certificate first, an authority last
     */
    public static ClientIdentity of(List<X509Certificate> path, Forward forward)
            throws GeneralSecurityException {
        X509Certificate own = path.getFirst();
        List<String> issuers = new ArrayList<>();
        for (X509Certificate above : path.subList(1, path.size())) {
            issuers.add(fingerprint(above));
        }
        return new ClientIdentity(
                ascii(own.getSubjectX500Principal().getName(X500Principal.RFC2253)),
                fingerprint(own),
                names(own),
                issuers,
                forward == Forward.NONE ? null : field(List.of(own)),
                // RFC 9440 2.3: without the certificate itself; the last one endpoints know
                forward == Forward.CHAIN && path.size() > 2
                        ? field(path.subList(1, path.size() - 1))
                        : null);
    }

    /** SHA-256 of a certificate, in hexadecimal. */
    public static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    /** Byte sequences of structured fields (RFC 9651 3.3.5). */
    private static byte[] field(List<X509Certificate> certificates)
            throws CertificateEncodingException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : certificates) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(':')
                    .append(Base64.getEncoder().encodeToString(each.getEncoded()))
                    .append(':');
        }
        return text.toString().getBytes(US_ASCII);
    }

    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        var alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives == null) {
            String common = commonName(certificate.getSubjectX500Principal());
            return common == null ? List.of() : List.of(common);
        }
        for (List<?> each : alternatives) {
            if (each.get(0) instanceof Integer kind
                    && TEXTS.contains(kind)
                    && each.get(1) instanceof String name) {
                names.add(kind == DNS ? name.toLowerCase(Locale.ROOT) : name);
            }
        }
        return names;
    }

    private static @Nullable String commonName(X500Principal subject) {
        try {
            for (Rdn each : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
                if (each.getType().equalsIgnoreCase("CN") && each.getValue() instanceof String cn) {
                    return cn;
                }
            }
        } catch (InvalidNameException _) {
            // a subject that cannot be read has no common name
        }
        return null;
    }

    /** Logs hold ASCII alone. */
    private static String ascii(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] < ' ' || bytes[i] == 0x7f) {
                bytes[i] = '?';
            }
        }
        return new String(bytes, US_ASCII);
    }
}
