package dev.sallyport.acme.storage;

import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of local names: issued by a root that stays the same from start to start,
 * renewed when a third of their time is left, published to the store.
 *
 * <p>Root and leaves lie in a {@link StateFolder}: {@code ca.pem} for clients to trust, the keys
 * for the owner alone. Blocking; one control thread runs it.
 */
public final class InternalCertificates implements Runnable {
    private static final String SOURCE = "internal";
    private static final String ROOT_FILE = "ca.pem";
    private static final String ROOT_BUNDLE = "ca.key";
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final Duration ROOT_RENEWED_BEFORE = Duration.ofDays(365);

    private final StateFolder folder;
    private final CertificateStore store;
    private final CertificateListener listener;
    private final Clock clock;
    private final SecureRandom random;
    private final Map<List<String>, KeyMaterial> leaves = new LinkedHashMap<>();
    private @Nullable InternalCa ca;

    public InternalCertificates(
            StateFolder folder,
            CertificateStore store,
            CertificateListener listener,
            Clock clock,
            SecureRandom random) {
        this.folder = folder;
        this.store = store;
        this.listener = listener;
        this.clock = clock;
        this.random = random;
    }

    /** Replaces what is served: one leaf for each list of names. No list, no authority is made. */
    public synchronized void serve(List<List<String>> wanted) {
        var kept = new LinkedHashMap<>(leaves);
        leaves.clear();
        for (var names : wanted) {
            var leaf = current(names, kept.get(names));
            if (leaf != null) {
                leaves.put(List.copyOf(names), leaf);
            }
        }
        store.publish(SOURCE, List.copyOf(leaves.values()));
    }

    /** Renews what is due and publishes when anything was; true when so. */
    public synchronized boolean refresh() {
        var due = false;
        for (var leaf : leaves.values()) {
            due |= isDue(leaf);
        }
        if (due) {
            serve(List.copyOf(leaves.keySet()));
        }
        return due;
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

    /** The root in PEM form, which clients are to trust. */
    public synchronized String rootPem() throws UnusableCertificateException {
        return authority().rootPem();
    }

    /**
     * The file of the root for {@code --cacert}; null when there is none, for state is kept in
     * memory.
     */
    public @Nullable Path rootFile() {
        return folder.pathOf(ROOT_FILE);
    }

    private @Nullable KeyMaterial current(List<String> names, @Nullable KeyMaterial served) {
        if (served != null && !isDue(served)) {
            return served;
        }
        try {
            var authority = authority();
            var read = served == null ? readLeaf(names, authority) : null;
            if (read != null) {
                listener.served(SOURCE, read);
                return read;
            }
            var issued = authority.issue(names);
            keep(
                    leafFile(names),
                    Pem.write(issued.key()) + Pem.write(issued.chain()),
                    StateFolder.Access.OWNER);
            listener.served(SOURCE, issued);
            return issued;
        } catch (UnusableCertificateException | GeneralSecurityException e) {
            listener.problem(SOURCE, names + ": " + e.getMessage());
            return served;
        }
    }

    private boolean isDue(KeyMaterial leaf) {
        var third = Duration.between(leaf.notBefore(), leaf.notAfter()).dividedBy(3);
        return clock.instant().isAfter(leaf.notAfter().minus(third));
    }

    private @Nullable KeyMaterial readLeaf(List<String> names, InternalCa authority) {
        var file = leafFile(names);
        try {
            var text = text(file);
            var leaf = text == null ? null : authority.readLeaf(text, file);
            return leaf == null || isDue(leaf) ? null : leaf;
        } catch (IOException | UnusableCertificateException e) {
            listener.problem(SOURCE, "a new leaf is issued: " + e.getMessage());
            return null;
        }
    }

    private InternalCa authority() throws UnusableCertificateException {
        var present = ca;
        if (present == null) {
            present = readAuthority();
        }
        if (present == null || endsSoon(present)) {
            present = InternalCa.create(clock, random);
            keep(ROOT_BUNDLE, present.bundle(), StateFolder.Access.OWNER);
        }
        if (present != ca) {
            keepIfOther(ROOT_FILE, present.rootPem());
            ca = present;
        }
        return present;
    }

    private boolean endsSoon(InternalCa authority) {
        return clock.instant()
                .isAfter(authority.root().getNotAfter().toInstant().minus(ROOT_RENEWED_BEFORE));
    }

    private @Nullable InternalCa readAuthority() {
        try {
            var text = text(ROOT_BUNDLE);
            return text == null ? null : InternalCa.read(text, ROOT_BUNDLE, clock, random);
        } catch (IOException | UnusableCertificateException e) {
            listener.problem(
                    SOURCE, "a new root is made, clients must trust it anew: " + e.getMessage());
            return null;
        }
    }

    private @Nullable String text(String name) throws IOException {
        var content = folder.read(name);
        return content == null ? null : new String(content, StandardCharsets.US_ASCII);
    }

    private void keepIfOther(String name, String content) {
        try {
            if (content.equals(text(name))) {
                return;
            }
        } catch (IOException e) {
            listener.problem(SOURCE, name + " is written anew: " + e.getMessage());
        }
        keep(name, content, StateFolder.Access.EVERYBODY);
    }

    /** What cannot be kept is served all the same. */
    private void keep(String name, String content, StateFolder.Access access) {
        try {
            folder.write(name, content.getBytes(StandardCharsets.US_ASCII), access);
        } catch (IOException e) {
            listener.problem(SOURCE, name + ": not kept: " + e.getMessage());
        }
    }

    private static String leafFile(List<String> names) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var name = digest.digest(String.join(" ", names).getBytes(StandardCharsets.UTF_8));
            return "leaf-" + HexFormat.of().formatHex(name, 0, 8) + ".pem";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
