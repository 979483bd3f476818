package dev.sallyport.acme.pki;

import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa.Usage;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the private authority issues to a running edge: certificates of sites, published to the
 * store, and those the edge shows to endpoints. Renewed when a third of their life is left or when
 * another root issues.
 *
 * <p>Blocking; control threads.
 */
public final class InternalCertificates implements Runnable {
    private static final String SOURCE = "internal";
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final PrivateAuthority authority;
    private final CertificateStore store;
    private final CertificateListener listener;
    private final Map<List<String>, KeyMaterial> leaves = new LinkedHashMap<>();
    private final Map<Shown, Own> own = new LinkedHashMap<>();
    private final Clock clock;

    /** Which certificate of the edge itself. */
    private record Shown(List<String> names, Usage usage) {
        private Shown {
            names = List.copyOf(names);
        }
    }

    /** A certificate of the edge itself, and when it was last looked after. */
    private record Own(KeyMaterial key, Instant looked) {}

    public InternalCertificates(
            PkiFolder folder,
            CertificateStore store,
            CertificateListener listener,
            Clock clock,
            SecureRandom random) {
        this.authority =
                new PrivateAuthority(
                        folder, problem -> listener.problem(SOURCE, problem), clock, random);
        this.clock = clock;
        this.store = store;
        this.listener = listener;
    }

    /** Replaces what is served: one leaf for each list of names. No list, no authority is made. */
    public synchronized void serve(List<List<String>> wanted) {
        Map<List<String>, KeyMaterial> kept = new LinkedHashMap<>(leaves);
        leaves.clear();
        for (List<String> names : wanted) {
            KeyMaterial served = kept.get(names);
            try {
                KeyMaterial leaf = authority.keep(names, Usage.SERVER, served);
                leaves.put(List.copyOf(names), leaf);
                if (!leaf.equals(served)) {
                    listener.served(SOURCE, leaf);
                }
            } catch (IOException | UnusableCertificateException | IllegalArgumentException e) {
                listener.problem(SOURCE, names + ": " + e.getMessage());
                if (served != null) {
                    leaves.put(List.copyOf(names), served);
                }
            }
        }
        store.publish(SOURCE, List.copyOf(leaves.values()));
    }

    /** Renews what is due and publishes when anything was; true when so. */
    public synchronized boolean refresh() {
        Map<List<String>, KeyMaterial> before = Map.copyOf(leaves);
        if (!before.isEmpty()) {
            serve(List.copyOf(leaves.keySet()));
        }
        return !before.equals(leaves);
    }

    /**
     * The certificate that the edge shows to endpoints, as it is now.
     *
     * @throws UnusableCertificateException when there is none and none can be issued
     */
    public KeyMaterial client(List<String> names) throws UnusableCertificateException {
        return own(new Shown(names, Usage.CLIENT));
    }

    /**
     * The certificate that the edge shows to operators, as it is now; published to no store.
     *
     * @throws UnusableCertificateException when there is none and none can be issued
     */
    public KeyMaterial server(List<String> names) throws UnusableCertificateException {
        return own(new Shown(names, Usage.SERVER));
    }

    private synchronized KeyMaterial own(Shown shown) throws UnusableCertificateException {
        Own known = own.get(shown);
        if (known != null && clock.instant().isBefore(known.looked().plus(INTERVAL))) {
            return known.key();
        }
        try {
            KeyMaterial present =
                    authority.keep(
                            shown.names(), shown.usage(), known == null ? null : known.key());
            own.put(shown, new Own(present, clock.instant()));
            return present;
        } catch (IOException | IllegalArgumentException e) {
            throw new UnusableCertificateException(shown.names() + ": " + e.getMessage(), e);
        }
    }

    /** Refreshes until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whom clients are to trust, in PEM form. */
    public synchronized String rootPem() throws IOException, UnusableCertificateException {
        return authority.bundle();
    }

    /**
     * The file of the root for {@code --cacert}; null when there is none, for state is kept in
     * memory.
     */
    public @Nullable Path rootFile() {
        return authority.bundleFile();
    }
}
