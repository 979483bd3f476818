package dev.sallyport.acme.manage;

import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.History;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is remembered of certificates beside them. When the disk refuses, the work goes on. */
final class Records {
    private static final Logger log = LoggerFactory.getLogger(Records.class);

    private final AcmeFolder folder;
    private final History history;
    private final AcmeCounters counters;
    private final Clock clock;

    Records(AcmeFolder folder, History history, AcmeCounters counters, Clock clock) {
        this.folder = folder;
        this.history = history;
        this.counters = counters;
        this.clock = clock;
    }

    static String stateFile(String id) {
        return "live/" + id + "/state.json";
    }

    /** What is remembered of the efforts for one; what cannot be read is as nothing. */
    CertificateState state(String id) {
        try {
            var text = folder.read(stateFile(id));
            var read = text == null ? CertificateState.NEW : CertificateState.read(text);
            // Nearly all are like this: one object for all of them.
            return read.equals(CertificateState.NEW) ? CertificateState.NEW : read;
        } catch (IOException e) {
            counters.storeError("read");
            log.warn("certificate state unreadable id={} error={}", id, e.getMessage());
            return CertificateState.NEW;
        }
    }

    void keep(ManagedCertificate certificate) {
        var id = certificate.spec().id();
        try {
            folder.write(stateFile(id), certificate.state().text());
        } catch (IOException e) {
            counters.storeError("state");
            log.warn("certificate state not kept id={} error={}", id, e.toString());
        }
    }

    void note(String id, String what, Effort.Outcome.Issued issued) {
        var serial = issued.material().serial().toString(16);
        try {
            history.add(
                    id,
                    new History.Event(
                            clock.instant(), what, issued.authority().name(), "serial " + serial));
        } catch (IOException e) {
            counters.storeError("history");
        }
    }
}
