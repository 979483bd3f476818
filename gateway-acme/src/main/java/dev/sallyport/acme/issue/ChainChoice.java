package dev.sallyport.acme.issue;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/** Which of several chains is taken. */
final class ChainChoice {
    private ChainChoice() {}

    /**
     * The first whose topmost certificate was issued by someone of this common name; the
     * authority's favourite when there is none.
     */
    static List<X509Certificate> choose(
            List<List<X509Certificate>> chains, @Nullable String preferred) {
        if (preferred != null) {
            for (var chain : chains) {
                if (!chain.isEmpty() && preferred.equals(commonName(chain.getLast()))) {
                    return chain;
                }
            }
        }
        return chains.getFirst();
    }

    private static @Nullable String commonName(X509Certificate certificate) {
        try {
            var name = new LdapName(certificate.getIssuerX500Principal().getName());
            for (var part : name.getRdns()) {
                if (part.getType().toUpperCase(Locale.ROOT).equals("CN")) {
                    return part.getValue().toString();
                }
            }
        } catch (InvalidNameException e) {
            // not a name that could be preferred
        }
        return null;
    }
}
