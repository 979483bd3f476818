package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.PendingOrders;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes certificates from the disk, puts new ones there, and shows all of them to handshakes. */
final class Shelf {
    private static final Logger log = LoggerFactory.getLogger(Shelf.class);
    private static final String SOURCE = "acme";
    private static final Duration SPREAD = Duration.ofMinutes(1);

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

    ManagedCertificate load(CertificateSpec spec) {
        // A fleet that starts at once does not ask at once.
        long spread = parts.random().nextLong(SPREAD.toMillis());
        var certificate =
                new ManagedCertificate(
                        spec, records.state(spec.id()), parts.clock().instant().plusMillis(spread));
        reload(certificate);
        return certificate;
    }

    private void reload(ManagedCertificate certificate) {
        var problems = new ArrayList<String>();
        var id = certificate.spec().id();
        certificate.seen(storage.newest(id));
        certificate.stored(storage.load(id, problems));
        certificate.damages(problems);
        for (var problem : problems) {
            log.error("certificate generation damaged id={} reason={}", id, problem);
            counters.storeError("read");
        }
    }

    /** Takes what another process, or an import, put there; true when it is newer. */
    boolean reloadIfNewer(ManagedCertificate certificate) {
        var stored = certificate.stored();
        int before = stored == null ? 0 : stored.generation();
        if (storage.newest(certificate.spec().id()) <= Math.max(before, certificate.seen())) {
            return false;
        }
        reload(certificate);
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
