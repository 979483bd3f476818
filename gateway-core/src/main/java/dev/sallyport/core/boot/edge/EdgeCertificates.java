package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.certificate.CertificateFiles;
import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.storage.InternalCertificates;
import dev.sallyport.acme.storage.StateFolder;
import dev.sallyport.config.model.CertificateSettings;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.value.HostPattern;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All certificates of the edge: those in files, and those of the internal authority for what the
 * configuration lists and for local hosts of routes that no file covers.
 */
final class EdgeCertificates implements CertificateListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeCertificates.class);
    private static final String FILES = "files";

    private final CertificateStore store;
    private final CertificateStore fromFiles;
    private final CertificateFiles files;
    private final StateFolder folder;
    private final InternalCertificates internal;
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable GatewayConfig served;

    EdgeCertificates(StateFolder folder, Clock clock, SecureRandom random) {
        this.folder = folder;
        this.store = new CertificateStore(clock);
        this.fromFiles = new CertificateStore(clock);
        this.files = new CertificateFiles(fromFiles, this, clock);
        this.internal = new InternalCertificates(folder, store, this, clock, random);
    }

    /** What handshakes are served from. */
    CertificateStore store() {
        return store;
    }

    /** The root of the internal authority for clients to trust; null when it is not in a file. */
    @Nullable Path rootFile() {
        return internal.rootFile();
    }

    /** What is wrong at present. */
    List<String> problems() {
        return files.problems();
    }

    /** Serves what a configuration asks for. */
    synchronized void serve(GatewayConfig config) {
        serve(List.of(config));
        served = config;
    }

    /** Serves a configuration beside the one before it, while it is not sure which will stay. */
    synchronized void prepare(GatewayConfig next) {
        GatewayConfig before = served;
        serve(before == null ? List.of(next) : List.of(before, next));
    }

    /** Goes back to what was served before {@link #prepare}. */
    synchronized void revert() {
        GatewayConfig before = served;
        if (before != null) {
            serve(List.of(before));
        }
    }

    private void serve(List<GatewayConfig> configs) {
        Set<CertificateFiles.Pair> pairs = new LinkedHashSet<>();
        for (GatewayConfig config : configs) {
            for (CertificateSettings settings : config.certificates()) {
                Path file = settings.certificateFile();
                if (file != null) {
                    pairs.add(
                            new CertificateFiles.Pair(
                                    settings.name(),
                                    file,
                                    Objects.requireNonNull(settings.keyFile())));
                }
            }
        }
        files.serve(List.copyOf(pairs));
        store.publish(FILES, List.copyOf(fromFiles.all()));
        Set<List<String>> leaves = new LinkedHashSet<>();
        for (GatewayConfig config : configs) {
            addInternal(config, leaves);
        }
        internal.serve(List.copyOf(leaves));
    }

    private void addInternal(GatewayConfig config, Set<List<String>> leaves) {
        Set<String> listed = new LinkedHashSet<>();
        for (CertificateSettings settings : config.certificates()) {
            if (!settings.internal().isEmpty()) {
                List<String> names = new ArrayList<>();
                for (HostPattern host : settings.internal()) {
                    names.add(host.toString());
                }
                leaves.add(names);
                listed.addAll(names);
            }
        }
        for (Route route : config.routes()) {
            addLocal(route.match().hosts(), listed, leaves);
        }
        for (RelayRoute.Tcp route : config.tcpRoutes()) {
            if (route.tls() == RelayRoute.Tcp.Tls.TERMINATE) {
                addLocal(route.sni(), listed, leaves);
            }
        }
    }

    private void addLocal(List<HostPattern> hosts, Set<String> listed, Set<List<String>> leaves) {
        List<String> names = new ArrayList<>();
        for (HostPattern host : hosts) {
            String name = host.toString();
            // A certificate of the operator's own goes before ours, whatever their terms.
            if (host.isLocal() && !listed.contains(name) && fromFiles.find(name) == null) {
                names.add(name);
            }
        }
        if (!names.isEmpty()) {
            leaves.add(names);
        }
    }

    /** Begins to follow files and to renew what is due. */
    void follow() {
        fromFiles.onChange(() -> store.publish(FILES, List.copyOf(fromFiles.all())));
        threads.add(Thread.ofVirtual().name("certificate-files").start(files));
        threads.add(Thread.ofVirtual().name("internal-certificates").start(internal));
    }

    @Override
    public void served(String source, KeyMaterial material) {
        log.info(
                "certificate served source={} names={} until={}",
                source,
                material.names(),
                material.notAfter());
    }

    @Override
    public void problem(String source, String reason) {
        log.error("certificate problem source={} reason={}", source, reason);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            folder.close();
        } catch (IOException e) {
            log.warn("state folder not closed error={}", e.toString());
        }
    }
}
