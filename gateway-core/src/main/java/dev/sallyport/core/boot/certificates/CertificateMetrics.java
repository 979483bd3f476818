package dev.sallyport.core.boot.certificates;

import dev.sallyport.acme.challenge.ChallengeType;
import dev.sallyport.acme.manage.AcmeCertificates;
import dev.sallyport.acme.manage.AcmeCounters;
import dev.sallyport.acme.manage.CertificateDesk;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.core.observe.metrics.Metric;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.observe.metrics.Samples;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What there is to count about certificates that are obtained; nothing while none are. */
public final class CertificateMetrics {
    private static final String ON_DEMAND = "on-demand";

    private final EdgeCertificates certificates;

    public CertificateMetrics(EdgeCertificates certificates) {
        this.certificates = certificates;
    }

    public void registerWith(Metrics metrics) {
        metrics.register(Metric.CERTIFICATE_STATES, this::states);
        metrics.register(Metric.CERTIFICATE_REMAINING, samples -> each(samples, "remaining"));
        metrics.register(Metric.CERTIFICATE_RENEWAL, samples -> each(samples, "next"));
        metrics.register(
                Metric.CERTIFICATE_ISSUANCES,
                samples -> counted((counters, _) -> counters.issuances(taker(samples)), samples));
        metrics.register(
                Metric.CERTIFICATE_ISSUANCE_TIME,
                samples -> counted((counters, _) -> counters.seconds(taker(samples)), samples));
        metrics.register(
                Metric.RENEWAL_CHECKS,
                samples ->
                        counted((counters, _) -> counters.renewalChecks(taker(samples)), samples));
        metrics.register(
                Metric.RENEWAL_WINDOWS_CHANGED,
                samples -> counted((counters, to) -> to.add(counters.windowsChanged()), samples));
        metrics.register(
                Metric.CERTIFICATE_FUSE,
                samples -> counted((counters, to) -> to.add(counters.fuseBlocks()), samples));
        metrics.register(
                Metric.CERTIFICATE_STORE_ERRORS,
                samples -> counted((counters, _) -> counters.storeErrors(taker(samples)), samples));
        metrics.register(Metric.CHALLENGES, this::challenges);
        metrics.register(
                Metric.ON_DEMAND,
                samples ->
                        onDemand(
                                (gate, to) -> gate.decisions((word, count) -> to.add(count, word)),
                                samples));
        metrics.register(
                Metric.ON_DEMAND_NAMES,
                samples -> onDemand((gate, to) -> to.add(gate.size()), samples));
        metrics.register(
                Metric.ON_DEMAND_WAITING,
                samples -> onDemand((gate, to) -> to.add(gate.waiting()), samples));
    }

    private void counted(BiConsumer<AcmeCounters, Samples> work, Samples samples) {
        @Nullable AcmeCertificates present = certificates.obtained();
        if (present != null) {
            work.accept(present.counters(), samples);
        }
    }

    private void onDemand(BiConsumer<OnDemandGate, Samples> work, Samples samples) {
        @Nullable OnDemandGate present = certificates.onDemand();
        if (present != null) {
            work.accept(present, samples);
        }
    }

    private static AcmeCounters.Taker taker(Samples samples) {
        return (value, labels) -> samples.add(value, labels.toArray(String[]::new));
    }

    private void states(Samples samples) {
        @Nullable CertificateDesk desk = certificates.desk();
        if (desk != null) {
            desk.states().forEach((state, count) -> samples.add(count, state));
        }
    }

    private void each(Samples samples, String key) {
        @Nullable CertificateDesk desk = certificates.desk();
        if (desk == null) {
            return;
        }
        double least = Double.POSITIVE_INFINITY;
        for (Map<String, Object> tree : desk.list()) {
            double value = value(tree.get(key));
            if (Boolean.TRUE.equals(tree.get("on-demand"))) {
                least = Double.isNaN(value) ? least : Math.min(least, value);
            } else if (!Double.isNaN(value)) {
                samples.add(value, String.valueOf(tree.get("id")));
            }
        }
        // Clients choose these names: together they are one label.
        if (least < Double.POSITIVE_INFINITY) {
            samples.add(least, ON_DEMAND);
        }
    }

    /** Not a number where there is none. */
    private static double value(@Nullable Object value) {
        return switch (value) {
            case Double share -> share;
            case String time -> Instant.parse(time).getEpochSecond();
            case null, default -> Double.NaN;
        };
    }

    private void challenges(Samples samples) {
        for (ChallengeType type :
                new ChallengeType[] {ChallengeType.HTTP_01, ChallengeType.TLS_ALPN_01}) {
            samples.add(certificates.challenges().served(type, true), type.word(), "yes");
            samples.add(certificates.challenges().served(type, false), type.word(), "no");
        }
    }
}
