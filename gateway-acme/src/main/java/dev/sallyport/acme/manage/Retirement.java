package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates at rest that nobody wants: they bridge the time until one with other names is there,
 * and go to the archive a week after they were wanted last.
 */
final class Retirement {
    private static final Logger log = LoggerFactory.getLogger(Retirement.class);
    private static final Duration GRACE = Duration.ofDays(7);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final AcmeFolder folder;
    private final CertificateStorage storage;
    private final Clock clock;
    private Instant next = Instant.MIN;

    Retirement(AcmeFolder folder, CertificateStorage storage, Clock clock) {
        this.folder = folder;
        this.storage = storage;
        this.clock = clock;
    }

    /** What serves the names of certificates that are not there yet. */
    List<KeyMaterial> bridges(Collection<ManagedCertificate> wanted) {
        Set<String> missing = new LinkedHashSet<>();
        Set<String> known = new LinkedHashSet<>();
        for (var certificate : wanted) {
            known.add(certificate.spec().id());
            if (certificate.material() == null) {
                missing.addAll(certificate.spec().names());
            }
        }
        var bridges = new ArrayList<KeyMaterial>();
        if (missing.isEmpty()) {
            return bridges;
        }
        try {
            for (var id : storage.ids()) {
                var stored = known.contains(id) ? null : storage.load(id, new ArrayList<>());
                if (stored != null
                        && stored.material().names().stream().anyMatch(missing::contains)) {
                    bridges.add(stored.material());
                }
            }
        } catch (IOException e) {
            log.warn("certificates at rest not listed error={}", e.toString());
        }
        return bridges;
    }

    /** Archives what was not wanted for long; looks now and then. */
    void run(Map<String, ManagedCertificate> wanted, Records records) {
        var now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(INTERVAL);
        try {
            for (var id : storage.ids()) {
                var certificate = wanted.get(id);
                if (certificate == null) {
                    retire(id, now);
                } else if (certificate.state().retired() != null) {
                    certificate.state(certificate.state().withRetired(null));
                    records.keep(certificate);
                }
            }
        } catch (IOException e) {
            log.warn("certificates not retired error={}", e.toString());
        }
    }

    private void retire(String id, Instant now) throws IOException {
        var text = folder.read(Records.stateFile(id));
        var state = text == null ? CertificateState.NEW : CertificateState.read(text);
        var since = state.retired();
        if (since == null) {
            folder.write(Records.stateFile(id), state.withRetired(now).text());
        } else if (now.isAfter(since.plus(GRACE))) {
            storage.archive(id);
            log.info("certificate archived id={}", id);
        }
    }
}
