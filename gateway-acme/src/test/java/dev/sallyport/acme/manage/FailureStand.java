package dev.sallyport.acme.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.MovedClock;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.manage.plan.CertificateState.Force;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.Meta;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One certificate, an authority that signs or refuses, and a clock that a test moves. */
abstract class FailureStand {
    private static final URI DIRECTORY = URI.create("https://ca.example/directory");
    static final String NAME = "shop.example";
    static final CertificateSpec SPEC = CertificateSpec.of(List.of(NAME));

    @TempDir Path root;
    final MovedClock clock = new MovedClock();
    final CertificateStore store = new CertificateStore(clock);
    SigningAuthority authority;
    AcmeCertificates certificates;

    @BeforeEach
    void begin() throws Exception {
        authority = SigningAuthority.create(root.resolve("ca"));
        certificates = create();
    }

    private AcmeCertificates create() {
        var folder = new AcmeFolder(root.resolve("acme"));
        return new AcmeCertificates(
                new AcmeCertificates.Parts(
                        folder,
                        Pem::parse,
                        store,
                        new OnDemandGate(folder, store, clock),
                        any -> authority,
                        clock,
                        new SecureRandom()));
    }

    @AfterEach
    void end() throws Exception {
        certificates.close();
    }

    KeyMaterial obtain() throws Exception {
        serve();
        settle();
        return Objects.requireNonNull(store.find(NAME));
    }

    void renew() throws Exception {
        certificates.force(managed(), Force.YES);
        settle();
    }

    void restart() throws Exception {
        certificates.close();
        certificates = create();
        serve();
    }

    void serve() throws Exception {
        certificates.serve(settings(null));
    }

    void save(Meta meta) throws Exception {
        new CertificateStorage(new AcmeFolder(root.resolve("acme")))
                .save(SPEC.id(), Objects.requireNonNull(store.find(NAME)), meta);
    }

    Meta meta(@Nullable String account) {
        return new Meta(SPEC.names(), DIRECTORY.toString(), account, null, null, clock.instant());
    }

    ManagedCertificate managed() {
        return Objects.requireNonNull(certificates.managed().get(SPEC.id()));
    }

    String failure() {
        return Objects.requireNonNull(managed().state().reason());
    }

    /** Does what is due, and what becomes due by that; returns when to look again. */
    Instant settle() {
        for (int i = 0; ; i++) {
            var next = certificates.tick();
            if (isQuiet()) {
                return next;
            }
            assertThat(i).as("something is always due").isLessThan(50);
            awaitRest(SPEC);
        }
    }

    void runFor(Duration time) {
        var end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            var next = settle();
            clock.advance(Duration.between(clock.instant(), next.isBefore(end) ? next : end));
        }
        settle();
    }

    /** Nothing is under way or due; an effort that is over already leaves more to be done. */
    private boolean isQuiet() {
        var present = certificates;
        synchronized (present) {
            return !managed().isBusy() && managed().quietUntil().isAfter(clock.instant());
        }
    }

    /** Waits for the end of what is under way for one. */
    void awaitRest(CertificateSpec spec) {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (isBusy(spec)) {
            assertThat(System.nanoTime()).as("an effort ends").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean isBusy(CertificateSpec spec) {
        var present = certificates;
        synchronized (present) {
            return Objects.requireNonNull(present.managed().get(spec.id())).isBusy();
        }
    }

    static AcmeSettings settings(@Nullable String email) {
        var one = new Authority("one", DIRECTORY, null, null, null, null, email);
        return new AcmeSettings(List.of(one), false, List.of(), KeyKind.P256, true, List.of(SPEC));
    }
}
