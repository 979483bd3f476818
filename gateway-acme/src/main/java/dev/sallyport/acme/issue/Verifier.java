package dev.sallyport.acme.issue;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.issue.CaException.Kind;
import java.net.InetAddress;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** Looks at what an authority issued before anybody else does. */
final class Verifier {
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    /** Authorities backdate; one that comes from the future says that a clock is wrong. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    private Verifier() {}

    /** Key and chain, when they are what was asked for. */
    static KeyMaterial verify(
            PrivateKey key, List<X509Certificate> chain, List<String> names, Instant now)
            throws CaException {
        KeyMaterial material;
        try {
            material = KeyMaterial.create(key, chain);
        } catch (UnusableCertificateException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
        var leaf = material.leaf();
        var wanted = new TreeSet<>(names);
        var found = new TreeSet<>(material.names());
        for (InetAddress address : material.addresses()) {
            found.add(address.getHostAddress());
        }
        var wantedAddresses = new TreeSet<String>();
        for (var name : wanted) {
            wantedAddresses.add(canonical(name));
        }
        if (!found.equals(wantedAddresses)) {
            throw refused("it is for " + found + " (expected: " + wanted + ")");
        }
        if (leaf.getBasicConstraints() >= 0) {
            throw refused("it is an authority's certificate (expected: a leaf)");
        }
        try {
            var usages = leaf.getExtendedKeyUsage();
            if (usages != null && !usages.contains(SERVER_AUTHENTICATION)) {
                throw refused("it is for " + usages + " (expected: server authentication)");
            }
        } catch (CertificateParsingException e) {
            throw refused("unreadable extended key usage");
        }
        if (material.notBefore().isAfter(now.plus(CLOCK_DIFFERENCE))) {
            throw new CaException(
                    Kind.LOCAL,
                    "the certificate is valid from "
                            + material.notBefore()
                            + ", and it is "
                            + now
                            + " here (expected: clocks that agree)");
        }
        if (!material.notAfter().isAfter(now)) {
            throw new CaException(
                    Kind.LOCAL,
                    "the certificate ended "
                            + material.notAfter()
                            + ", and it is "
                            + now
                            + " here (expected: clocks that agree)");
        }
        return material;
    }

    private static String canonical(String name) {
        boolean isAddress =
                name.indexOf(':') >= 0
                        || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return isAddress ? InetAddress.ofLiteral(name).getHostAddress() : name;
    }

    private static CaException refused(String reason) {
        return new CaException(Kind.ORDER, "the certificate is not taken: " + reason);
    }
}
