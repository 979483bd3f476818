package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.PendingOrders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes certificates from the disk, puts new ones there, and shows all of them to handshakes. */
final class Shelf {
    private static final Logger log = LoggerFactory.getLogger(Shelf.class);
    private static final String SOURCE = "acme";
    private static final int FEW = 64;

    private final AcmeCertificates.Parts parts;
    private final CertificateStorage storage;
    private final PendingOrders pending;
    private final Records records;
    private final AcmeCounters counters;

    Shelf(
            AcmeCertificates.Parts parts,
            CertificateStorage storage,
            PendingOrders pending,
            Records records,
            AcmeCounters counters) {
        this.parts = parts;
        this.storage = storage;
        this.pending = pending;
        this.records = records;
        this.counters = counters;
    }

    /** All that are wanted, in their order: those known, and the others from the disk. */
    List<ManagedCertificate> load(
            List<CertificateSpec> wanted, Map<String, ManagedCertificate> known) {
        var loaded =
                load(wanted.stream().filter(spec -> !known.containsKey(spec.id())).toList())
                        .iterator();
        var all = new ArrayList<ManagedCertificate>();
        for (var spec : wanted) {
            var kept = known.get(spec.id());
            all.add(kept == null ? loaded.next() : kept);
        }
        return all;
    }

    /** Takes all of these from the disk, on every processor when they are many; in their order. */
    private List<ManagedCertificate> load(List<CertificateSpec> specs) {
        long spread = RenewalChecks.spread(specs.size());
        var loaded = new AtomicReferenceArray<@Nullable ManagedCertificate>(specs.size());
        var next = new AtomicInteger();
        Runnable reader =
                () -> {
                    for (int i; (i = next.getAndIncrement()) < specs.size(); ) {
                        loaded.set(i, load(specs.get(i), spread));
                    }
                };
        int helpers = specs.size() < FEW ? 0 : Runtime.getRuntime().availableProcessors() - 1;
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < helpers; i++) {
            threads.add(Thread.ofVirtual().name("acme-reader-" + i).start(reader));
        }
        reader.run();
        threads.forEach(Shelf::await);
        var all = new ArrayList<ManagedCertificate>();
        for (int i = 0; i < specs.size(); i++) {
            var each = loaded.get(i);
            all.add(each == null ? load(specs.get(i), spread) : each); // null: its reader broke
        }
        return all;
    }

    /** It reads a few files at most: to leave it alone would be to serve less than there is. */
    private static void await(Thread thread) {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ManagedCertificate load(CertificateSpec spec, long spread) {
        // A fleet that starts at once does not ask at once.
        var asksAt = parts.clock().instant().plusMillis(parts.random().nextLong(spread));
        var certificate = new ManagedCertificate(spec, records.state(spec.id()), asksAt);
        read(certificate);
        return certificate;
    }

    private void read(ManagedCertificate certificate) {
        var problems = new ArrayList<String>();
        var id = certificate.spec().id();
        remember(certificate);
        var stored = storage.load(id, problems);
        if (stored != null && problems.isEmpty()) {
            certificate.seen(stored.generation());
        } else {
            // First what there is, then what of it can be read: more may come in between.
            certificate.seen(storage.newest(id));
            problems.clear();
            stored = storage.load(id, problems);
        }
        certificate.stored(stored);
        tell(certificate, problems);
    }

    /** How its folder looks before it is looked into; unless it may change and still look so. */
    private void remember(ManagedCertificate certificate) {
        var stamp = storage.stamp(certificate.spec().id());
        certificate.stamp(stamp.isYoung(parts.clock().instant()) ? null : stamp);
    }

    private void tell(ManagedCertificate certificate, List<String> problems) {
        certificate.damages(problems);
        for (var problem : problems) {
            log.error(
                    "certificate generation damaged id={} reason={}",
                    certificate.spec().id(),
                    problem);
            counters.storeError("read");
        }
    }

    /** Takes what another process, or an import, put there; true when it is newer. */
    boolean reloadIfNewer(ManagedCertificate certificate) {
        var stamp = certificate.stamp();
        var id = certificate.spec().id();
        if (stamp != null && stamp.equals(storage.stamp(id))) {
            return false;
        }
        var stored = certificate.stored();
        int before = stored == null ? 0 : stored.generation();
        remember(certificate);
        if (storage.newest(id) <= Math.max(before, certificate.seen())) {
            return false;
        }
        read(certificate);
        var read = certificate.stored();
        return read != null && read.generation() > before;
    }

    /** Keeps what was issued; while the disk refuses it is served from memory. */
    void save(ManagedCertificate certificate, ManagedCertificate.Unsaved unsaved) {
        var id = certificate.spec().id();
        try {
            int generation = storage.save(id, unsaved.material(), unsaved.meta());
            certificate.stored(
                    new CertificateStorage.Stored(
                            id, generation, unsaved.material(), unsaved.meta(), List.of()));
            forgetOrder(certificate);
        } catch (IOException e) {
            counters.storeError("save");
            if (!unsaved.problem().equals(e.toString())) {
                log.error(
                        "certificate not kept on disk, served from memory id={} error={}",
                        id,
                        e.toString());
            }
            certificate.unsaved(
                    new ManagedCertificate.Unsaved(
                            unsaved.material(), unsaved.meta(), e.toString()));
        }
    }

    /** The order is done with; when it stays, it is found finished and for this very key. */
    private void forgetOrder(ManagedCertificate certificate) {
        try {
            pending.drop(certificate.spec().id());
        } catch (IOException e) {
            counters.storeError("order");
        }
        records.keep(certificate);
    }

    void publish(Collection<ManagedCertificate> all, List<KeyMaterial> bridges) {
        var materials = new ArrayList<KeyMaterial>();
        for (var certificate : all) {
            var material = certificate.material();
            if (material != null) {
                materials.add(material);
            }
        }
        materials.addAll(bridges);
        parts.store().publish(SOURCE, materials);
    }
}
