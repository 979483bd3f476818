package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.issue.AcmePort;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.issue.Issuance;
import dev.sallyport.acme.issue.Poll;
import dev.sallyport.acme.issue.RenewalId;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.manage.plan.Fuse;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.History;
import dev.sallyport.acme.storage.Meta;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One effort for one certificate: whether it may be made, whom to ask, and what comes of it. */
final class Effort {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final AcmeFolder folder;
    private final OnDemandGate onDemand;
    private final FileJournal.Stores stores;
    private final AcmePort.Opener opener;
    private final CaHealth health;
    private final Clock clock;
    private final SecureRandom random;

    Effort(AcmeCertificates.Parts parts, FileJournal.Stores stores, CaHealth health) {
        this.folder = parts.folder();
        this.onDemand = parts.onDemand();
        this.stores = stores;
        this.opener = parts.opener();
        this.health = health;
        this.clock = parts.clock();
        this.random = parts.random();
    }

    /** What came of an effort. */
    sealed interface Outcome {
        record Issued(KeyMaterial material, Meta meta, Authority authority) implements Outcome {}

        record Failed(CaException failure, @Nullable Authority authority) implements Outcome {}

        /** It was not made; it may be from then on. */
        record Held(String reason, Instant until, boolean byFuse) implements Outcome {}
    }

    /** What an effort begins with, read under the lock. */
    record Start(
            CertificateSpec spec,
            CertificateState state,
            @Nullable KeyMaterial served,
            @Nullable Meta meta) {
        static Start of(ManagedCertificate certificate) {
            return new Start(
                    certificate.spec(),
                    certificate.state(),
                    certificate.material(),
                    certificate.meta());
        }
    }

    Outcome run(Start start, AcmeSettings settings) throws InterruptedException {
        var refusal = refusal(settings);
        if (refusal != null) {
            return new Outcome.Failed(new CaException(CaException.Kind.HUMAN, refusal), null);
        }
        var served = start.served();
        var unwanted = onDemand.held(start.spec().names(), served != null);
        if (unwanted != null) {
            return new Outcome.Held(unwanted.reason(), unwanted.until(), false);
        }
        var lifetime =
                served == null ? null : Duration.between(served.notBefore(), served.notAfter());
        try {
            folder.probe();
            var until =
                    Fuse.blockedUntil(
                            stores.history().read(start.spec().id()), lifetime, clock.instant());
            boolean isUnderWay = stores.pending().find(start.spec().id()) != null;
            if (until != null
                    && !isUnderWay
                    && start.state().forced() != CertificateState.Force.PAST_FUSE) {
                return new Outcome.Held(
                        "our own limit of "
                                + Fuse.allowed(lifetime)
                                + " certificates a week for the same names is reached",
                        until,
                        true);
            }
        } catch (IOException e) {
            return new Outcome.Failed(
                    new CaException(CaException.Kind.LOCAL, "storage: " + e.getMessage(), null, e),
                    null);
        }
        return ask(start, settings);
    }

    private @Nullable String refusal(AcmeSettings settings) {
        return settings.production() && !settings.allowsVolatileStorage() && folder.isVolatile()
                ? folder.root()
                        + " does not outlive this container or machine, and each start would order"
                        + " anew (expected: storage.folder on a volume, or acme.volatile-storage:"
                        + " true)"
                : null;
    }

    private Outcome ask(Start start, AcmeSettings settings) throws InterruptedException {
        var authorities = settings.authorities();
        Instant earliest = null;
        for (int i = 0; i < authorities.size(); i++) {
            var authority = authorities.get((start.state().issuer() + i) % authorities.size());
            var closed = health.closedUntil(authority.name());
            if (closed == null) {
                return ask(start, settings, authority);
            }
            earliest = earliest == null || closed.isBefore(earliest) ? closed : earliest;
        }
        return new Outcome.Held(
                "every authority is left alone for a while",
                earliest == null ? clock.instant() : earliest,
                false);
    }

    private Outcome ask(Start start, AcmeSettings settings, Authority authority)
            throws InterruptedException {
        var id = start.spec().id();
        var journal = new FileJournal(id, authority, settings.keyKind(), stores, clock);
        try {
            var issued =
                    new Issuance(
                                    opener.connect(authority),
                                    authority,
                                    journal,
                                    settings.solvers(),
                                    new Poll(clock, Thread::sleep, PATIENCE),
                                    clock,
                                    random)
                            .run(
                                    start.spec().names(),
                                    replaced(start, authority, journal),
                                    start.state().failures());
            health.answered(authority.name());
            var meta =
                    new Meta(
                            start.spec().names(),
                            authority.directory().toString(),
                            issued.account(),
                            issued.order(),
                            authority.profile(),
                            clock.instant());
            return new Outcome.Issued(issued.material(), meta, authority);
        } catch (CaException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException(); // the edge ends: nobody failed
            }
            health.failed(authority.name(), e);
            note(id, authority, e);
            return new Outcome.Failed(e, authority);
        } catch (IOException e) {
            var failure =
                    new CaException(CaException.Kind.LOCAL, "storage: " + e.getMessage(), null, e);
            return new Outcome.Failed(failure, authority);
        }
    }

    /** RFC 9773 5: only a certificate of this account there can be replaced. */
    private static @Nullable String replaced(Start start, Authority authority, FileJournal journal)
            throws IOException {
        var meta = start.meta();
        var served = start.served();
        var account = journal.accountUrl();
        return meta != null
                        && served != null
                        && meta.authority().equals(authority.directory().toString())
                        && account != null
                        && account.equals(meta.account())
                ? RenewalId.of(served)
                : null;
    }

    private void note(String id, Authority authority, CaException failure) {
        try {
            stores.history()
                    .add(
                            id,
                            new History.Event(
                                    clock.instant(),
                                    "failed",
                                    authority.name(),
                                    failure.kind().word() + ": " + failure.getMessage()));
        } catch (IOException e) {
            // told by the next probe
        }
    }
}
