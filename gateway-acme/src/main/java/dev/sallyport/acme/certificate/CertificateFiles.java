package dev.sallyport.acme.certificate;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Certificates an operator keeps in files, read again when the files change.
 *
 * <p>It lives beside the store because it needs nothing but the JDK. A pair that cannot be used
 * leaves the last good one in force and is reported once; a pair half written, certificate before
 * key, is such a pair until the key follows. Blocking; one control thread runs it.
 */
public final class CertificateFiles implements Runnable {
    private static final String SOURCE = "files";
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final CertificateStore store;
    private final CertificateListener listener;
    private final Clock clock;
    private final KeyMaterial.Proof proof;
    private final Map<Pair, State> states = new LinkedHashMap<>();

    /**
     * With a proof that is asked before a signature is, which a cold JVM makes in a tenth of a
     * second.
     */
    public CertificateFiles(
            CertificateStore store,
            CertificateListener listener,
            Clock clock,
            KeyMaterial.Proof proof) {
        this.store = store;
        this.listener = listener;
        this.clock = clock;
        this.proof = proof;
    }

    /** Replaces the pairs that are looked after, reads the new ones and publishes. */
    public synchronized void serve(List<Pair> pairs) {
        states.keySet().retainAll(pairs);
        for (var pair : pairs) {
            states.computeIfAbsent(pair, _ -> new State());
        }
        for (var entry : states.entrySet()) {
            readIfChanged(entry.getKey(), entry.getValue());
        }
        publish();
    }

    /** Reads what changed since the last time and publishes when anything did; true when so. */
    public synchronized boolean refresh() {
        var changed = false;
        for (var entry : states.entrySet()) {
            changed |= readIfChanged(entry.getKey(), entry.getValue());
        }
        if (changed) {
            publish();
        }
        return changed;
    }

    /** What is wrong at present, one line for each pair in trouble. */
    public synchronized List<String> problems() {
        var problems = new ArrayList<String>();
        for (var state : states.values()) {
            if (state.problem != null) {
                problems.add(state.problem);
            }
        }
        return List.copyOf(problems);
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

    private void publish() {
        var materials = new ArrayList<KeyMaterial>();
        for (var state : states.values()) {
            if (state.material != null) {
                materials.add(state.material);
            }
        }
        store.publish(SOURCE, materials);
    }

    /** True when another certificate is to be served. */
    private boolean readIfChanged(Pair pair, State state) {
        var now = clock.instant();
        var stamp = new Stamp(FileStamp.of(pair.certificateFile()), FileStamp.of(pair.keyFile()));
        if (stamp.equals(state.stamp) && !state.isFresh) {
            warnIfExpired(pair, state, now);
            return false;
        }
        state.stamp = stamp;
        state.isFresh = stamp.isYoung(now);
        try {
            var read = Pem.read(pair.certificateFile(), pair.keyFile(), proof);
            state.problem = null;
            state.said = null;
            var changed = !read.equals(state.material);
            if (changed) {
                state.material = read;
                listener.served(pair.name(), read);
            }
            warnIfExpired(pair, state, now);
            return changed;
        } catch (UnusableCertificateException e) {
            say(pair, state, e.getMessage());
            return false;
        }
    }

    private void warnIfExpired(Pair pair, State state, Instant now) {
        var material = state.material;
        if (material != null && state.problem == null && now.isAfter(material.notAfter())) {
            say(
                    pair,
                    state,
                    pair.certificateFile()
                            + ": expired "
                            + material.notAfter()
                            + " (expected: a renewed certificate)");
        }
    }

    private void say(Pair pair, State state, @Nullable String reason) {
        state.problem = reason;
        if (reason != null && !reason.equals(state.said)) {
            state.said = reason;
            listener.problem(pair.name(), reason);
        }
    }

    /**
     * One certificate as configured.
     *
     * @param name what the configuration calls it
     */
    public record Pair(String name, Path certificateFile, Path keyFile) {}

    private record Stamp(FileStamp certificate, FileStamp key) {
        boolean isYoung(Instant now) {
            return certificate.isYoung(now) || key.isYoung(now);
        }
    }

    private static final class State {
        private @Nullable Stamp stamp;
        private boolean isFresh;
        private @Nullable KeyMaterial material;
        private @Nullable String problem;
        private @Nullable String said;
    }
}
