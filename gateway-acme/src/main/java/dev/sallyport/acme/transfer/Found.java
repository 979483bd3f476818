package dev.sallyport.acme.transfer;

import dev.sallyport.acme.certificate.KeyMaterial;
import java.net.InetAddress;
import java.net.URI;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the files of another program.
 *
 * @param problems what could not be read, one line each; the rest is good all the same
 */
public record Found(List<Certificate> certificates, List<Account> accounts, List<String> problems) {
    private static final Map<String, String> DIRECTORIES =
            Map.of(
                    "acme-v02.api.letsencrypt.org",
                            "https://acme-v02.api.letsencrypt.org/directory",
                    "acme-staging-v02.api.letsencrypt.org",
                            "https://acme-staging-v02.api.letsencrypt.org/directory",
                    "acme.zerossl.com", "https://acme.zerossl.com/v2/DV90",
                    "dv.acme-v02.api.pki.goog", "https://dv.acme-v02.api.pki.goog/directory");

    public Found {
        certificates = List.copyOf(certificates);
        accounts = List.copyOf(accounts);
        problems = List.copyOf(problems);
    }

    /**
     * A certificate.
     *
     * @param source the file it was read from
     * @param authority directory of who issued it; null when that is not told
     * @param account URL of the account that ordered it; null when that is not told
     */
    public record Certificate(
            String source,
            KeyMaterial material,
            @Nullable String authority,
            @Nullable String account) {
        /** The names it is for. */
        public List<String> names() {
            var names = new ArrayList<>(material.names());
            for (InetAddress address : material.addresses()) {
                names.add(address.getHostAddress());
            }
            return names;
        }
    }

    /** An account at an authority. */
    public record Account(String source, URI directory, KeyPair key, String url) {
        @Override
        public String toString() {
            return "Account[" + url + "]";
        }
    }

    /** Puts together what is found. */
    static final class Gathering {
        final List<Certificate> certificates = new ArrayList<>();
        final List<Account> accounts = new ArrayList<>();
        final List<String> problems = new ArrayList<>();

        Found done() {
            return new Found(certificates, accounts, problems);
        }
    }

    /** The directory of an authority by the address of anything there; null for unknown ones. */
    static @Nullable String directoryOf(@Nullable String address) {
        if (address == null) {
            return null;
        }
        try {
            var host = URI.create(address).getHost();
            return host == null ? null : DIRECTORIES.get(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
