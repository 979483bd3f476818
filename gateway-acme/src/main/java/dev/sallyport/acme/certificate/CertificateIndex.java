package dev.sallyport.acme.certificate;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The immutable look-up of a {@link CertificateStore}: exact names, wildcards by parent, addresses.
 */
final class CertificateIndex {
    private final Map<String, KeyMaterial> exact;
    private final Map<String, KeyMaterial> wildcards;
    private final Map<InetAddress, KeyMaterial> addresses;
    private final Set<KeyMaterial> all;
    private final @Nullable KeyMaterial only;

    private CertificateIndex(
            Map<String, KeyMaterial> exact,
            Map<String, KeyMaterial> wildcards,
            Map<InetAddress, KeyMaterial> addresses,
            Set<KeyMaterial> all) {
        this.exact = exact;
        this.wildcards = wildcards;
        this.addresses = addresses;
        this.all = all;
        this.only = all.size() == 1 ? all.iterator().next() : null;
    }

    static CertificateIndex of(List<KeyMaterial> materials, Instant now) {
        var best = new ArrayList<>(materials);
        best.sort((one, other) -> {
            var isEarly = one.notBefore().isAfter(now);
            return isEarly == other.notBefore().isAfter(now)
                    ? other.notAfter().compareTo(one.notAfter())
                    : isEarly ? 1 : -1;
        });
        var exact = new HashMap<String, KeyMaterial>();
        var wildcards = new HashMap<String, KeyMaterial>();
        var addresses = new HashMap<InetAddress, KeyMaterial>();
        for (var material : best) {
            for (var name : material.names()) {
                if (name.startsWith("*.")) {
                    wildcards.putIfAbsent(name.substring(2), material);
                } else {
                    exact.putIfAbsent(name, material);
                }
            }
            for (var address : material.addresses()) {
                addresses.putIfAbsent(address, material);
            }
        }
        return new CertificateIndex(exact, wildcards, addresses, new LinkedHashSet<>(best));
    }

    @Nullable KeyMaterial find(String name) {
        var found = exact.get(name);
        if (found != null) {
            return found;
        }
        var dot = name.indexOf('.');
        // A wildcard stands for one whole label, so never for none (RFC 6125 6.4.3).
        return dot <= 0 ? null : wildcards.get(name.substring(dot + 1));
    }

    @Nullable KeyMaterial find(InetAddress address) {
        return addresses.get(address);
    }

    @Nullable KeyMaterial only() {
        return only;
    }

    Set<KeyMaterial> all() {
        return Collections.unmodifiableSet(all);
    }
}
