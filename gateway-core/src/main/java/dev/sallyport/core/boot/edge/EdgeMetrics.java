package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.config.feed.FeedStatus;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.DiscoveryStatus;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.boot.admin.AdminServer;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.loop.Watchdog;
import dev.sallyport.core.observe.metrics.Metric;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.observe.metrics.ProcessMetrics;
import dev.sallyport.core.observe.metrics.Samples;
import dev.sallyport.core.upstream.Endpoint;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the edge as a whole adds to the metrics of its loops. */
final class EdgeMetrics {
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong unchanged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Counts an attempt to put a configuration in force. */
    void count(FeedStatus status) {
        switch (status.outcome()) {
            case APPLIED -> applied.incrementAndGet();
            case UNCHANGED -> unchanged.incrementAndGet();
            case REFUSED -> refused.incrementAndGet();
            case NONE -> {}
        }
    }

    void register(
            Gateway gateway,
            AccessOutput output,
            Watchdog watchdog,
            Supplier<FeedStatus> status,
            String version) {
        Metrics metrics = gateway.metrics();
        metrics.register(
                Metric.ACCESS_LOG_RECORDS, samples -> samples.add(gateway.accessLog().accepted()));
        metrics.register(
                Metric.ACCESS_LOG_DROPPED, samples -> samples.add(gateway.accessLog().dropped()));
        metrics.register(Metric.ACCESS_LOG_LOST, samples -> samples.add(output.lost()));
        metrics.register(Metric.SPANS_EXPORTED, samples -> samples.add(output.spansExported()));
        metrics.register(Metric.SPANS_DROPPED, samples -> samples.add(output.spansDropped()));
        metrics.register(Metric.CONFIG_RELOADS, this::reloads);
        metrics.register(
                Metric.CONFIG_REJECTED, samples -> samples.add(status.get().isRefused() ? 1 : 0));
        metrics.register(
                Metric.DISCOVERY_PROBLEMS,
                samples ->
                        samples.add(
                                status.get().found().stream().filter(Problem::isError).count()));
        metrics.register(
                Metric.CONFIG_APPLIED,
                samples -> {
                    Instant at = status.get().appliedAt();
                    if (at != null) {
                        samples.add(at.toEpochMilli() / 1e3);
                    }
                });
        metrics.register(Metric.CERTIFICATE_EXPIRY, samples -> expiry(gateway, samples));
        metrics.register(Metric.LOOPS_BLOCKED, samples -> samples.add(blocked(gateway, watchdog)));
        metrics.register(Metric.UPSTREAM_ENDPOINTS, samples -> endpoints(gateway, samples));
        metrics.register(
                Metric.BUILD,
                samples -> samples.add(1, version, gateway.transport().transport().word()));
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
            new ProcessMetrics(buffers.metric()).registerWith(metrics);
        }
    }

    static void register(Metrics metrics, AdminServer admin) {
        metrics.register(
                Metric.ADMIN_REFUSED,
                samples -> admin.refusals((reason, count) -> samples.add(count, reason)));
    }

    void register(Metrics metrics, Supplier<@Nullable DiscoveryStatus> discovery) {
        metrics.register(
                Metric.DISCOVERY_STALE,
                samples -> {
                    DiscoveryStatus status = discovery.get();
                    if (status != null) {
                        samples.add(status.isStale() ? 1 : 0, status.name());
                    }
                });
        metrics.register(
                Metric.DISCOVERY_WORKLOADS,
                samples -> {
                    DiscoveryStatus status = discovery.get();
                    if (status != null) {
                        samples.add(status.workloads(), status.name());
                    }
                });
    }

    private void reloads(Samples samples) {
        samples.add(applied.get(), "applied");
        samples.add(unchanged.get(), "unchanged");
        samples.add(refused.get(), "refused");
    }

    private static void expiry(Gateway gateway, Samples samples) {
        CertificateDemand demand = gateway.certificates().demand();
        long first = Long.MAX_VALUE;
        for (KeyMaterial material : gateway.certificates().all()) {
            long end = material.notAfter().getEpochSecond();
            if (demand != null && demand.isOnDemand(material.names())) {
                first = Math.min(first, end);
            } else {
                samples.add(end, label(material));
            }
        }
        // Clients choose these names: together they are one label.
        if (first < Long.MAX_VALUE) {
            samples.add(first, "on-demand");
        }
    }

    /** A certificate is named by its first name, and by the beginning of its fingerprint. */
    static String label(KeyMaterial material) {
        String name =
                material.names().isEmpty()
                        ? material.addresses().isEmpty()
                                ? "unnamed"
                                : material.addresses().getFirst().getHostAddress()
                        : material.names().getFirst();
        return name + " " + material.fingerprint().substring(0, 8);
    }

    private static long blocked(Gateway gateway, Watchdog watchdog) {
        long sum = 0;
        for (Loop loop : gateway.loops().all()) {
            sum += watchdog.blocked(loop);
        }
        return sum;
    }

    private static void endpoints(Gateway gateway, Samples samples) {
        long now = System.nanoTime();
        gateway.snapshot()
                .upstreams()
                .forEach((name, upstream) -> {
                    long healthy = 0;
                    long unhealthy = 0;
                    long ejected = 0;
                    for (Endpoint endpoint : upstream.endpoints()) {
                        if (!endpoint.isHealthy()) {
                            unhealthy++;
                        } else if (endpoint.isEjected(now)) {
                            ejected++;
                        } else {
                            healthy++;
                        }
                    }
                    samples.add(healthy, name, "healthy");
                    samples.add(unhealthy, name, "unhealthy");
                    samples.add(ejected, name, "ejected");
                });
    }
}
