package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.issue.AcmePort;
import dev.sallyport.acme.manage.crew.Workers;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.manage.plan.Transitions;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.acme.storage.AccountStorage;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.FolderLock;
import dev.sallyport.acme.storage.History;
import dev.sallyport.acme.storage.PendingOrders;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates the edge obtains: those at rest are served at once, those that are missing or
 * due are ordered, a few at a time, each by a thread of its own.
 *
 * <p>Of several processes on one folder one orders; the others take what it writes, and the next of
 * them goes on when it ends. Control threads.
 */
public final class AcmeCertificates implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AcmeCertificates.class);
    private static final int MOST_EFFORTS = 4;
    // Timers are missed when a machine sleeps: the clock on the wall is looked at this often.
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration LOOK_AT_OTHERS = Duration.ofSeconds(2);
    private static final Duration SAVE_AGAIN = Duration.ofSeconds(10);

    private final Parts parts;
    private final CertificateStorage storage;
    private final FileJournal.Stores stores;
    private final FolderLock lock;
    private final CaHealth health;
    private final Effort effort;
    private final RenewalChecks checks;
    private final Retirement retirement;
    private final Records records;
    private final Shelf shelf;
    private final AcmeCounters counters = new AcmeCounters();
    private final Workers workers = new Workers("acme-");
    private final Workers helpers = new Workers("acme-on-demand-");
    private final Semaphore wake = new Semaphore(0);
    private final Map<String, ManagedCertificate> managed = new LinkedHashMap<>();
    private List<KeyMaterial> bridges = List.of();
    private @Nullable AcmeSettings settings;
    private boolean isOwner;

    /** What it works with. */
    public record Parts(
            AcmeFolder folder,
            KeyMaterial.Proof proof,
            CertificateStore store,
            OnDemandGate onDemand,
            AcmePort.Opener opener,
            Clock clock,
            SecureRandom random) {}

    public AcmeCertificates(Parts parts) {
        this.parts = parts;
        this.storage = new CertificateStorage(parts.folder(), parts.proof());
        this.stores =
                new FileJournal.Stores(
                        new AccountStorage(parts.folder(), parts.random()),
                        new PendingOrders(parts.folder(), parts.random()),
                        new History(parts.folder()));
        this.lock = new FolderLock(parts.folder().root());
        this.health = new CaHealth(parts.clock());
        this.effort = new Effort(parts, stores, health);
        this.checks = new RenewalChecks(parts.opener(), parts.clock(), parts.random());
        this.records = new Records(parts.folder(), stores.history(), counters, parts.clock());
        this.shelf = new Shelf(parts, storage, stores.pending(), records, counters);
        this.retirement = new Retirement(parts.folder(), storage, parts.clock());
    }

    /** Serves what is at rest of what is wanted; the rest is obtained by {@link #run}. */
    public synchronized void serve(AcmeSettings next) {
        var before = settings;
        boolean isOther = before == null || !before.authorities().equals(next.authorities());
        settings = next;
        var kept = new LinkedHashMap<>(managed);
        managed.clear();
        for (var certificate : shelf.load(next.wanted(), kept)) {
            certificate.reconsider(isOther);
            managed.put(certificate.spec().id(), certificate);
        }
        bridges = retirement.bridges(managed.values());
        publish();
        wake.release();
    }

    private void publish() {
        shelf.publish(managed.values(), bridges);
    }

    /** Looks after all of them until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                Instant next;
                try {
                    next = tick();
                } catch (RuntimeException e) {
                    log.error("certificates not looked after", e);
                    next = parts.clock().instant().plus(LONGEST_WAIT);
                }
                await(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Instant next) throws InterruptedException {
        var wait = Duration.between(parts.clock().instant(), next);
        wake.tryAcquire(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
        wake.drainPermits();
    }

    /** Does what is due now; returns when to look again. */
    synchronized Instant tick() {
        var now = parts.clock().instant();
        var present = settings;
        if (present == null) {
            return now.plus(LONGEST_WAIT);
        }
        if (!own()) {
            return follow(now);
        }
        var next = now.plus(LONGEST_WAIT);
        for (var certificate : managed.values()) {
            var due = certificate.quietUntil();
            if (!due.isAfter(now)) {
                Alarms.look(certificate, now);
                due = due(certificate, present, now);
            }
            next = due.isBefore(next) ? due : next;
        }
        retirement.run(managed, records);
        return next;
    }

    private boolean own() {
        boolean owns = false;
        try {
            owns = lock.tryAcquire();
            if (owns && !isOwner) {
                log.info(
                        "certificates are ordered by this process folder={}",
                        parts.folder().root());
                managed.values().forEach(shelf::reloadIfNewer);
            }
        } catch (IOException e) {
            counters.storeError("lock");
            log.error("certificate storage cannot be locked error={}", e.toString());
        }
        isOwner = owns;
        return owns;
    }

    /** Another process orders: what it writes is served here as well. */
    private Instant follow(Instant now) {
        boolean isNewer = false;
        for (var certificate : managed.values()) {
            isNewer |= shelf.reloadIfNewer(certificate);
            Alarms.look(certificate, now);
        }
        if (isNewer) {
            publish();
        }
        return now.plus(LOOK_AT_OTHERS);
    }

    /** Starts what is due for one; returns when something will be. */
    private Instant due(ManagedCertificate certificate, AcmeSettings present, Instant now) {
        if (certificate.isBusy()) {
            return now.plus(LONGEST_WAIT); // its end wakes us
        }
        var unsaved = certificate.unsaved();
        if (unsaved != null) {
            shelf.save(certificate, unsaved);
            return certificate.unsaved() == null ? now : now.plus(SAVE_AGAIN);
        }
        if (crew(certificate).count() >= MOST_EFFORTS) {
            return now.plus(LONGEST_WAIT); // the end of one wakes us
        }
        var facts = certificate.facts();
        var asks = Instant.MAX;
        if (facts != null && facts.renewalId() != null) {
            asks = certificate.asksAt();
            if (!asks.isAfter(now)) {
                start(certificate, () -> askAboutRenewal(certificate, present));
                return now.plus(LONGEST_WAIT);
            }
        }
        var renewal = certificate.renewAt();
        if (renewal.isAfter(now)) {
            var quiet = renewal.isBefore(asks) ? renewal : asks;
            var alarm = Alarms.next(certificate);
            certificate.quietUntil(alarm.isBefore(quiet) ? alarm : quiet);
            return certificate.quietUntil();
        }
        start(certificate, () -> obtain(certificate, present));
        return now.plus(LONGEST_WAIT);
    }

    /** Names that clients make up never keep those of the configuration waiting. */
    private Workers crew(ManagedCertificate certificate) {
        return parts.onDemand().isOnDemand(certificate.spec().names()) ? helpers : workers;
    }

    private void start(ManagedCertificate certificate, Workers.Work work) {
        certificate.busy(true);
        crew(certificate).start(work, failure -> ended(certificate, failure));
    }

    private synchronized void ended(
            ManagedCertificate certificate, @Nullable RuntimeException failure) {
        if (failure != null) {
            log.error("certificate effort broke id={}", certificate.spec().id(), failure);
            broke(certificate);
        }
        certificate.busy(false);
        parts.onDemand().ended(certificate.spec().names());
        wake.release();
    }

    private void broke(ManagedCertificate certificate) {
        var now = parts.clock().instant();
        var until = now.plus(LONGEST_WAIT.multipliedBy(10));
        certificate.asksAt(now.plus(LONGEST_WAIT));
        certificate.state(Transitions.held(certificate.state(), "a bug, see the log", until, now));
    }

    private void askAboutRenewal(ManagedCertificate certificate, AcmeSettings present) {
        RenewalChecks.Question question;
        synchronized (this) {
            question = RenewalChecks.Question.of(certificate);
        }
        var answer = checks.ask(question, present);
        synchronized (this) {
            counters.renewalCheck(answer.result());
            if (RenewalChecks.take(certificate, answer)) {
                counters.windowChanged();
            }
            if (answer.renewal() != null) {
                records.keep(certificate);
            }
        }
    }

    private void obtain(ManagedCertificate certificate, AcmeSettings present)
            throws InterruptedException {
        Effort.Start start;
        synchronized (this) {
            if (shelf.reloadIfNewer(certificate)) {
                publish();
                return;
            }
            start = Effort.Start.of(certificate);
        }
        long began = System.nanoTime();
        var outcome = effort.run(start, present);
        switch (outcome) {
            case Effort.Outcome.Issued issued -> {
                counters.took(issued.authority().name(), (System.nanoTime() - began) / 1e9);
                issued(certificate, issued);
            }
            case Effort.Outcome.Failed failed -> failed(certificate, failed, present);
            case Effort.Outcome.Held held -> held(certificate, held);
        }
    }

    private synchronized void issued(ManagedCertificate certificate, Effort.Outcome.Issued issued) {
        var id = certificate.spec().id();
        boolean isRenewal = certificate.material() != null;
        counters.issuance(issued.authority().name(), "issued");
        log.info(
                "certificate {} names={} until={} issuer={}",
                isRenewal ? "renewed" : "issued",
                certificate.spec().names(),
                issued.material().notAfter(),
                issued.authority().name());
        certificate.state(Transitions.issued(certificate.state()));
        certificate.asksAt(parts.clock().instant());
        shelf.save(
                certificate, new ManagedCertificate.Unsaved(issued.material(), issued.meta(), ""));
        publish();
        records.note(id, isRenewal ? "renewed" : "issued", issued);
    }

    private synchronized void failed(
            ManagedCertificate certificate, Effort.Outcome.Failed failed, AcmeSettings present) {
        var authority = failed.authority();
        var failure = failed.failure();
        counters.issuance(authority == null ? "none" : authority.name(), failure.kind().word());
        var now = parts.clock().instant();
        certificate.state(
                Transitions.failed(
                        certificate.state(),
                        failure,
                        certificate.facts(),
                        present.authorities().size(),
                        now,
                        parts.random()));
        log.error(
                "certificate not obtained names={} issuer={} kind={} again={} reason={}",
                certificate.spec().names(),
                authority == null ? "none" : authority.name(),
                failure.kind().word(),
                certificate.state().notBefore(),
                failure.getMessage());
        records.keep(certificate);
    }

    private synchronized void held(ManagedCertificate certificate, Effort.Outcome.Held held) {
        if (held.byFuse()) {
            counters.fuseBlocked();
        }
        log.error(
                "certificate not ordered names={} again={} reason={}",
                certificate.spec().names(),
                held.until(),
                held.reason());
        certificate.state(
                Transitions.held(
                        certificate.state(), held.reason(), held.until(), parts.clock().instant()));
        records.keep(certificate);
    }

    /** Looks after one more; what lies on the disk of it is served at once. */
    synchronized ManagedCertificate add(CertificateSpec spec) {
        var certificate = shelf.load(List.of(spec), Map.of()).getFirst();
        managed.put(spec.id(), certificate);
        publish();
        wake.release();
        return certificate;
    }

    synchronized void drop(CertificateSpec spec) {
        managed.remove(spec.id());
        publish();
    }

    /** All of them by id; to be looked at under the lock of this object. */
    Map<String, ManagedCertificate> managed() {
        return managed;
    }

    @Nullable AcmeSettings settings() {
        return settings;
    }

    boolean isOwner() {
        return isOwner;
    }

    Parts parts() {
        return parts;
    }

    FileJournal.Stores stores() {
        return stores;
    }

    /** A person wants it renewed now. */
    synchronized void force(ManagedCertificate certificate, CertificateState.Force force) {
        certificate.state(certificate.state().withForce(force));
        records.keep(certificate);
        wake.release();
    }

    /** What was done, counted. */
    public AcmeCounters counters() {
        return counters;
    }

    @Override
    public void close() throws IOException {
        workers.close();
        helpers.close();
        lock.close();
    }
}
