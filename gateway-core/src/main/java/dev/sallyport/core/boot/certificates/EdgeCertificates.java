package dev.sallyport.core.boot.certificates;

import dev.sallyport.acme.certificate.CertificateFiles;
import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.acme.manage.AcmeCertificates;
import dev.sallyport.acme.manage.CertificateDesk;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.acme.pki.InternalCertificates;
import dev.sallyport.acme.pki.PkiFolder;
import dev.sallyport.config.model.CertificateSettings;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.core.tls.TlsEngine;
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
public final class EdgeCertificates implements CertificateListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeCertificates.class);
    private static final String FILES = "files";

    private final CertificateStore store;
    private final CertificateStore fromFiles;
    private final CertificateFiles files;
    private final InternalCertificates internal;
    private final ChallengeBoard challenges = new ChallengeBoard();
    private final ObtainedCertificates obtained;
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable GatewayConfig served;

    public EdgeCertificates(Path stateFolder, Clock clock, SecureRandom random) {
        this.store = new CertificateStore(clock);
        this.fromFiles = new CertificateStore(clock);
        this.files = new CertificateFiles(fromFiles, this, clock, TlsEngine.detect().fullProof());
        this.internal =
                new InternalCertificates(
                        PkiFolder.of(stateFolder.resolve("pki")), store, this, clock, random);
        this.obtained =
                new ObtainedCertificates(stateFolder, store, challenges, fromFiles, clock, random);
    }

    /** Who the edge is towards endpoints, by the private authority. */
    public KeyMaterial client(List<String> names) throws UnusableCertificateException {
        return internal.client(names);
    }

    /** Who the edge is at its admin address, by the private authority. */
    public KeyMaterial server(List<String> names) throws UnusableCertificateException {
        return internal.server(names);
    }

    /** What handshakes are served from. */
    public CertificateStore store() {
        return store;
    }

    /** What authorities must be answered. */
    public ChallengeBoard challenges() {
        return challenges;
    }

    /** Those that are obtained; null when the configuration wants none. */
    @Nullable AcmeCertificates obtained() {
        return obtained.certificates();
    }

    /** Those that clients ask for; null when the configuration wants none obtained. */
    public @Nullable OnDemandGate onDemand() {
        return obtained.onDemand();
    }

    /** Where those are asked about. */
    public @Nullable CertificateDesk desk() {
        AcmeCertificates present = obtained.certificates();
        return present == null ? null : new CertificateDesk(present);
    }

    /** The root of the internal authority for clients to trust; null when it is not in a file. */
    public @Nullable Path rootFile() {
        return internal.rootFile();
    }

    /** What is wrong at present. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(files.problems());
        CertificateDesk desk = desk();
        if (desk != null) {
            problems.addAll(desk.problems());
        }
        return problems;
    }

    /** Serves what a configuration asks for. */
    public synchronized void serve(GatewayConfig config) {
        serve(List.of(config));
        served = config;
    }

    /** Serves a configuration beside the one before it, while it is not sure which will stay. */
    public synchronized void prepare(GatewayConfig next) {
        GatewayConfig before = served;
        serve(before == null ? List.of(next) : List.of(before, next));
    }

    /** Goes back to what was served before {@link #prepare}. */
    public synchronized void revert() {
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
        obtained.serve(configs);
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
    public void follow() {
        fromFiles.onChange(() -> store.publish(FILES, List.copyOf(fromFiles.all())));
        threads.add(Thread.ofVirtual().name("certificate-files").start(files));
        threads.add(Thread.ofVirtual().name("internal-certificates").start(internal));
        obtained.follow();
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
        obtained.close();
    }
}
