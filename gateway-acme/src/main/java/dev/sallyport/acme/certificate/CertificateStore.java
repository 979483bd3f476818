package dev.sallyport.acme.certificate;

import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Certificates by server name, read by event loops without locks and published by control threads.
 *
 * <p>Each source (files, the internal authority, a certificate authority's account) publishes all
 * it has; the index of every source's certificates is built aside and swapped in by one volatile
 * write. Of several certificates for one name those valid already come first, then the one valid
 * longest.
 */
public final class CertificateStore {
    private final Clock clock;
    private final Map<String, List<KeyMaterial>> sources = new LinkedHashMap<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile CertificateIndex index;
    private volatile @Nullable CertificateDemand demand;

    public CertificateStore(Clock clock) {
        this.clock = clock;
        this.index = CertificateIndex.of(List.of(), clock.instant());
    }

    /**
     * The certificate for a name: the exact one, else the wildcard of its parent. Any case; one
     * trailing dot is ignored.
     */
    public @Nullable KeyMaterial find(String serverName) {
        return index.find(canonical(serverName));
    }

    /** The certificate that names this address. */
    public @Nullable KeyMaterial find(InetAddress address) {
        return index.find(address);
    }

    /** The only certificate there is; null when there are none or several. */
    public @Nullable KeyMaterial findOnly() {
        return index.only();
    }

    /** Who is told of names that none is found for; null while nobody is. */
    public @Nullable CertificateDemand demand() {
        return demand;
    }

    /** Has {@code next} told of names that none is found for; null ends it. */
    public void demand(@Nullable CertificateDemand next) {
        demand = next;
    }

    /** Whether this certificate is published at present. */
    public boolean contains(KeyMaterial material) {
        return index.all().contains(material);
    }

    /** Every published certificate. */
    public Set<KeyMaterial> all() {
        return index.all();
    }

    /**
     * Replaces all that {@code source} published before, then tells the listeners, on this thread.
     */
    public void publish(String source, List<KeyMaterial> materials) {
        synchronized (sources) {
            sources.put(source, List.copyOf(materials));
            var all = new ArrayList<KeyMaterial>();
            for (var published : sources.values()) {
                all.addAll(published);
            }
            index = CertificateIndex.of(all, clock.instant());
        }
        for (var listener : listeners) {
            listener.run();
        }
    }

    /** Calls {@code listener} after each publication, on the publishing thread. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Ends what {@link #onChange} began. */
    public void forget(Runnable listener) {
        listeners.remove(listener);
    }

    /** Lower case without a trailing dot; the same string when it is so already. */
    static String canonical(String name) {
        var end = name.length();
        if (end > 1 && name.charAt(end - 1) == '.') {
            end--;
        }
        for (var i = 0; i < end; i++) {
            var c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return name.substring(0, end).toLowerCase(Locale.ROOT);
            }
        }
        return end == name.length() ? name : name.substring(0, end);
    }
}
