package dev.sallyport.acme.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.MovedClock;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.Meta;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many certificates at rest, and an authority that does not answer. */
final class AcmeCertificatesTest {
    private static final int MANY = 100;
    private static final URI DIRECTORY = URI.create("https://127.0.0.1:1/directory");

    @TempDir private Path root;
    private final MovedClock clock = new MovedClock();
    private final CertificateStore store = new CertificateStore(clock);
    private final AtomicInteger asked = new AtomicInteger();
    private final Map<String, KeyMaterial> kept = new HashMap<>();
    private AcmeFolder folder;
    private InternalCa ca;
    private AcmeCertificates certificates;

    @BeforeEach
    void begin() throws Exception {
        folder = new AcmeFolder(root.resolve("acme"));
        ca = InternalCa.create(clock, new SecureRandom());
        var parts =
                new AcmeCertificates.Parts(
                        folder,
                        Pem::parse,
                        store,
                        new OnDemandGate(folder, store, clock),
                        authority -> {
                            asked.incrementAndGet();
                            throw new CaException(CaException.Kind.NETWORK, "no answer");
                        },
                        clock,
                        new SecureRandom());
        certificates = new AcmeCertificates(parts);
    }

    @AfterEach
    void end() throws Exception {
        certificates.close();
    }

    @Test
    void servesAllThatAreAtRest() throws Exception {
        certificates.serve(settings(keep(MANY)));

        assertThat(store.all()).hasSize(MANY);
        kept.forEach((name, material) -> assertThat(store.find(name)).isEqualTo(material));
    }

    @Test
    void servesTheOneBeforeOfThoseThatAreDamaged() throws Exception {
        var specs = keep(MANY);
        var damaged = specs.subList(0, 10);
        for (var spec : damaged) {
            var before = Objects.requireNonNull(kept.get(spec.names().getFirst()));
            keep(spec);
            kept.put(spec.names().getFirst(), before);
            Files.writeString(root.resolve("acme/live/" + spec.id() + "/2/bundle.pem"), "no more");
        }

        certificates.serve(settings(specs));

        kept.forEach((name, material) -> assertThat(store.find(name)).isEqualTo(material));
        for (var spec : damaged) {
            var one = Objects.requireNonNull(certificates.managed().get(spec.id()));
            assertThat(one.damages()).hasSize(1);
            assertThat(one.seen()).isEqualTo(2);
        }
    }

    @Test
    void asksAnAuthorityThatDoesNotAnswerFewTimesAndEverMoreSeldom() throws Exception {
        certificates.serve(settings(keep(MANY)));

        runUntil(clock.instant().plus(Duration.ofMinutes(2)));
        int first = asked.get();
        runUntil(clock.instant().plus(Duration.ofHours(2)));
        int later = asked.get() - first;

        // Three failures close it, and as many as are asked at once may be on their way.
        assertThat(first).isBetween(3, 3 + 4);
        // After 5, 10, 20 and 40 minutes, and then each hour, again as many as are asked at once.
        assertThat(later).isBetween(3, 5 * 4);
    }

    @Test
    void spreadsQuestionsThatMightBeAskedAtOnce() {
        assertThat(RenewalChecks.spread(1)).isEqualTo(Duration.ofMinutes(1).toMillis());
        assertThat(RenewalChecks.spread(10_000)).isEqualTo(Duration.ofSeconds(1000).toMillis());
    }

    /** Looks after them as the loop does, and moves the clock to when it would look again. */
    private void runUntil(Instant end) {
        while (clock.instant().isBefore(end)) {
            var next = certificates.tick();
            awaitEfforts();
            if (next.isAfter(clock.instant())) {
                var again = certificates.tick(); // the end of an effort wakes the loop
                awaitEfforts();
                var step = Duration.between(clock.instant(), again);
                clock.advance(step.isPositive() ? step : Duration.ofMillis(1));
            } else {
                clock.advance(Duration.ofMillis(1));
            }
        }
    }

    private void awaitEfforts() {
        var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (isBusy()) {
            assertThat(System.nanoTime()).as("an effort ends").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean isBusy() {
        var present = certificates;
        synchronized (present) {
            return present.managed().values().stream().anyMatch(each -> each.isBusy());
        }
    }

    private List<CertificateSpec> keep(int count) throws Exception {
        var specs = new ArrayList<CertificateSpec>();
        for (int i = 0; i < count; i++) {
            var spec = CertificateSpec.of(List.of("site-" + i + ".example"));
            keep(spec);
            specs.add(spec);
        }
        return specs;
    }

    private void keep(CertificateSpec spec) throws Exception {
        var material = ca.issue(spec.names());
        var meta = new Meta(spec.names(), DIRECTORY.toString(), null, null, null, clock.instant());
        new CertificateStorage(folder).save(spec.id(), material, meta);
        kept.put(spec.names().getFirst(), material);
    }

    private static AcmeSettings settings(List<CertificateSpec> wanted) {
        var authority = new Authority("one", DIRECTORY, null, null, null, null, null);
        return new AcmeSettings(List.of(authority), false, List.of(), KeyKind.P256, true, wanted);
    }
}
