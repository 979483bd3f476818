package dev.sallyport.acme.trust;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The authorities that clients' certificates must lead to. Without any, nobody is let in.
 *
 * <p>An authority need be no root: one of an intermediate ends the path there, which pins it. What
 * it may issue for (its name constraints) and when it ends hold all the same. Immutable.
 */
public final class Authorities {
    private static final int LONGEST_PATH = 8;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    /** Lets nobody in. */
    public static final Authorities NONE = new Authorities(List.of());

    private final List<X509Certificate> all;
    private final SortedSet<String> fingerprints;
    private final String digest;

    private Authorities(List<X509Certificate> all) {
        this.all = List.copyOf(new HashSet<>(all));
        this.fingerprints = fingerprints(this.all);
        this.digest = String.join("+", fingerprints);
    }

    /** These alone. */
    public static Authorities of(List<X509Certificate> authorities) {
        return authorities.isEmpty() ? NONE : new Authorities(authorities);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Their certificates, in no order. */
    public List<X509Certificate> all() {
        return all;
    }

    /** Which they are: equal for equal ones, in whatever order. */
    public String digest() {
        return digest;
    }

    /** Whether one of these, SHA-256 of certificates in hexadecimal, is an authority of these. */
    public boolean containsAny(List<String> others) {
        for (int i = 0; i < others.size(); i++) {
            if (fingerprints.contains(others.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether everybody that {@code others} let in is let in here. */
    public boolean containsAll(Authorities others) {
        return all.containsAll(others.all);
    }

    /**
     * The path from a client's certificate to an authority, which stands last.
     *
     * @param sent by the client, its own certificate first
     * @throws CertificateException when there is no path, or it is not good at {@code now}; the
     *     message says why
     */
    public List<X509Certificate> path(List<X509Certificate> sent, Instant now)
            throws CertificateException {
        if (sent.isEmpty()) {
            throw new CertificateException("no certificate (expected: one)");
        }
        X509Certificate client = sent.getFirst();
        requireClient(client);
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate at = client;
        path.add(at);
        Set<TrustAnchor> anchors = anchors(at.getIssuerX500Principal(), now);
        while (anchors.isEmpty()) {
            X509Certificate issuer = find(at.getIssuerX500Principal(), sent, path);
            if (issuer == null || path.size() == LONGEST_PATH) {
                throw new CertificateException(unknown(client, at, now));
            }
            at = issuer;
            path.add(at);
            anchors = anchors(at.getIssuerX500Principal(), now);
        }
        path.add(validate(path, anchors, now));
        return List.copyOf(path);
    }

    private static void requireClient(X509Certificate client) throws CertificateException {
        boolean[] usage = client.getKeyUsage();
        List<String> purposes = client.getExtendedKeyUsage();
        if (client.getBasicConstraints() >= 0) {
            throw new CertificateException(
                    name(client) + ": an authority's certificate (expected: a client's)");
        }
        if (purposes != null && !purposes.contains(CLIENT_AUTH) && !purposes.contains(ANY_USAGE)) {
            throw new CertificateException(
                    name(client) + ": not for clients (expected: extended key usage clientAuth)");
        }
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw new CertificateException(
                    name(client) + ": may not sign (expected: key usage digitalSignature)");
        }
    }

    /** Those of a name that are valid now: the platform would take an expired one. */
    private Set<TrustAnchor> anchors(X500Principal name, Instant now) throws CertificateException {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate each : all) {
            if (each.getSubjectX500Principal().equals(name) && isValid(each, now)) {
                anchors.add(new TrustAnchor(each, constraints(each)));
            }
        }
        return anchors;
    }

    private static boolean isValid(X509Certificate authority, Instant now) {
        return !now.isAfter(authority.getNotAfter().toInstant())
                && !now.isBefore(authority.getNotBefore().toInstant());
    }

    /** The platform does not look for these in the certificate of an anchor. */
    private static byte @Nullable [] constraints(X509Certificate authority)
            throws CertificateException {
        byte[] wrapped = authority.getExtensionValue(NAME_CONSTRAINTS);
        if (wrapped == null) {
            return null;
        }
        // an octet string: tag, length in one byte or in the next 1..3, content
        int length = wrapped.length < 2 ? 0 : wrapped[1] & 0xff;
        int start = length < 0x80 ? 2 : 2 + (length & 0x7f);
        if (start > wrapped.length) {
            throw new CertificateException(name(authority) + ": broken name constraints");
        }
        return Arrays.copyOfRange(wrapped, start, wrapped.length);
    }

    private static @Nullable X509Certificate find(
            X500Principal name, List<X509Certificate> sent, List<X509Certificate> path) {
        for (X509Certificate each : sent) {
            if (each.getSubjectX500Principal().equals(name) && !path.contains(each)) {
                return each;
            }
        }
        return null;
    }

    private String unknown(X509Certificate client, X509Certificate at, Instant now) {
        X500Principal wanted = at.getIssuerX500Principal();
        for (X509Certificate each : all) {
            if (each.getSubjectX500Principal().equals(wanted) && !isValid(each, now)) {
                return name(client)
                        + ": its authority "
                        + wanted
                        + " is not valid now (expected: between "
                        + each.getNotBefore().toInstant()
                        + " and "
                        + each.getNotAfter().toInstant()
                        + ")";
            }
        }
        return name(client) + ": issued by " + wanted + " (expected: by an authority of ca-files)";
    }

    private static X509Certificate validate(
            List<X509Certificate> path, Set<TrustAnchor> anchors, Instant now)
            throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            PKIXCertPathValidatorResult result =
                    (PKIXCertPathValidatorResult)
                            CertPathValidator.getInstance("PKIX")
                                    .validate(
                                            CertificateFactory.getInstance("X.509")
                                                    .generateCertPath(path),
                                            parameters);
            return result.getTrustAnchor().getTrustedCert();
        } catch (CertPathValidatorException e) {
            int index = Math.max(0, e.getIndex());
            throw new CertificateException(name(path.get(index)) + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(name(path.getFirst()) + ": " + e.getMessage(), e);
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().toString();
    }

    private static SortedSet<String> fingerprints(List<X509Certificate> all) {
        try {
            TreeSet<String> each = new TreeSet<>();
            for (X509Certificate certificate : all) {
                each.add(
                        HexFormat.of()
                                .formatHex(
                                        MessageDigest.getInstance("SHA-256")
                                                .digest(certificate.getEncoded())));
            }
            return each;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an authority cannot be encoded: " + e.getMessage(), e);
        }
    }
}
