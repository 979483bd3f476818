package dev.sallyport.core.observe.metrics;

import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.observe.reason.HandshakeResult;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.observe.reason.UpstreamFailure;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the loops counted, as samples. Control threads only. */
@SuppressWarnings("EnumOrdinal")
final class LoopSources {
    private static final String[] CLASSES = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    private static final double MICROS = 1e6;
    private static final double[] BOUNDS = bounds();

    private final List<LoopMetrics> loops;
    private final NamedCounters routes;
    private final NamedCounters upstreams;
    private final NamedCounters listeners;
    private final NamedCounters malformed;
    private final NamedCounters edgeResponses;

    LoopSources(
            List<LoopMetrics> loops,
            NamedCounters routes,
            NamedCounters upstreams,
            NamedCounters listeners,
            NamedCounters malformed,
            NamedCounters edgeResponses) {
        this.loops = loops;
        this.routes = routes;
        this.upstreams = upstreams;
        this.listeners = listeners;
        this.malformed = malformed;
        this.edgeResponses = edgeResponses;
    }

    private static double[] bounds() {
        double[] bounds =
                Arrays.copyOf(
                        Arrays.stream(LoopMetrics.BUCKET_MICROS)
                                .mapToDouble(micros -> micros / MICROS)
                                .toArray(),
                        LoopMetrics.BUCKET_MICROS.length + 1);
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    void registerWith(Metrics metrics) {
        metrics.register(
                Metric.REQUESTS, samples -> classes(samples, routes, LoopMetrics.BY_CLASS));
        metrics.register(Metric.REQUEST_DURATION, this::durations);
        metrics.register(
                Metric.REQUESTS_IN_FLIGHT,
                samples -> difference(samples, routes, LoopMetrics.STARTED, LoopMetrics.ENDED));
        metrics.register(
                Metric.REQUEST_BYTES, samples -> column(samples, routes, LoopMetrics.BYTES_IN));
        metrics.register(
                Metric.RESPONSE_BYTES, samples -> column(samples, routes, LoopMetrics.BYTES_OUT));
        metrics.register(
                Metric.TUNNELS,
                samples ->
                        difference(
                                samples,
                                routes,
                                LoopMetrics.TUNNELS_OPENED,
                                LoopMetrics.TUNNELS_CLOSED));
        metrics.register(Metric.TUNNEL_BYTES, this::tunnelBytes);
        metrics.register(Metric.EDGE_RESPONSES, samples -> column(samples, edgeResponses, 0));
        metrics.register(Metric.MALFORMED, samples -> column(samples, malformed, 0));
        metrics.register(
                Metric.CONNECTIONS,
                samples ->
                        difference(samples, listeners, LoopMetrics.ACCEPTED, LoopMetrics.CLOSED));
        metrics.register(
                Metric.CONNECTIONS_ACCEPTED,
                samples -> column(samples, listeners, LoopMetrics.ACCEPTED));
        metrics.register(Metric.CONNECTIONS_REJECTED, this::rejections);
        metrics.register(Metric.TLS_HANDSHAKES, this::handshakes);
        metrics.register(Metric.CONNECTION_ENDS, this::connectionEnds);
        metrics.register(
                Metric.QUIC_DATAGRAMS_DROPPED, samples -> datagrams(samples, LoopMetrics.DROPPED));
        metrics.register(
                Metric.QUIC_DATAGRAMS_HANDED, samples -> datagrams(samples, LoopMetrics.HANDED));
        metrics.register(Metric.QUIC_RETRIES, samples -> datagrams(samples, LoopMetrics.RETRIES));
        metrics.register(
                Metric.UPSTREAM_CONNECTIONS,
                samples ->
                        difference(
                                samples,
                                upstreams,
                                LoopMetrics.CONNECTED,
                                LoopMetrics.DISCONNECTED));
        metrics.register(
                Metric.UPSTREAM_CONNECTS,
                samples -> column(samples, upstreams, LoopMetrics.CONNECTED));
        metrics.register(
                Metric.UPSTREAM_RESPONSES,
                samples -> classes(samples, upstreams, LoopMetrics.RESPONDED));
        metrics.register(Metric.UPSTREAM_FAILURES, this::failures);
        metrics.register(
                Metric.UPSTREAM_RETRIES,
                samples -> column(samples, upstreams, LoopMetrics.RETRIED));
        metrics.register(
                Metric.UPSTREAM_EJECTIONS,
                samples -> column(samples, upstreams, LoopMetrics.EJECTED));
    }

    private static void column(Samples samples, NamedCounters counters, int column) {
        counters.forEach((name, _, counts, _) -> samples.add(counts[column], name));
    }

    // The loop counts on while its columns are read, so the second may be ahead of the first for a
    // moment.
    private static void difference(Samples samples, NamedCounters counters, int more, int less) {
        counters.forEach((name, _, counts, _) ->
                samples.add(Math.max(0, counts[more] - counts[less]), name));
    }

    private static void classes(Samples samples, NamedCounters counters, int column) {
        counters.forEach((name, _, counts, _) -> {
            for (int i = 0; i < CLASSES.length; i++) {
                samples.add(counts[column + i], name, CLASSES[i]);
            }
        });
    }

    private void tunnelBytes(Samples samples) {
        routes.forEach((name, _, counts, _) -> {
            if (counts[LoopMetrics.TUNNELS_OPENED] > 0) {
                samples.add(counts[LoopMetrics.TUNNEL_UP], name, "upstream");
                samples.add(counts[LoopMetrics.TUNNEL_DOWN], name, "downstream");
            }
        });
    }

    private void rejections(Samples samples) {
        listeners.forEach((name, _, counts, _) -> {
            for (Rejection reason : Rejection.values()) {
                samples.add(counts[LoopMetrics.REJECTED + reason.ordinal()], name, reason.label());
            }
        });
    }

    private void connectionEnds(Samples samples) {
        for (ConnectionEnd end : ConnectionEnd.values()) {
            long[] count = new long[1];
            loops.forEach(loop -> loop.connectionEnds.sum(end.ordinal(), count));
            samples.add(count[0], end.label());
        }
    }

    private void handshakes(Samples samples) {
        for (HandshakeResult result : HandshakeResult.values()) {
            long[] count = new long[1];
            loops.forEach(loop -> loop.handshakes.sum(result.ordinal(), count));
            samples.add(count[0], result.label());
        }
    }

    private void datagrams(Samples samples, int column) {
        long[] count = new long[LoopMetrics.DATAGRAM_COLUMNS];
        loops.forEach(loop -> loop.datagrams.sum(0, count));
        samples.add(count[column]);
    }

    private void failures(Samples samples) {
        upstreams.forEach((name, _, counts, _) -> {
            for (UpstreamFailure failure : UpstreamFailure.values()) {
                samples.add(counts[LoopMetrics.FAILED + failure.ordinal()], name, failure.label());
            }
        });
    }

    private void durations(Samples samples) {
        routes.forEach((name, index, counts, since) ->
                samples.add(
                        new HistogramDataPointSnapshot(
                                ClassicHistogramBuckets.of(
                                        BOUNDS,
                                        Arrays.copyOfRange(
                                                counts,
                                                LoopMetrics.BUCKETS,
                                                LoopMetrics.ROUTE_COLUMNS)),
                                counts[LoopMetrics.DURATION_SUM] / MICROS,
                                samples.labels(name),
                                examples(index, since),
                                0)));
    }

    private Exemplars examples(int route, long since) {
        List<Exemplar> exemplars = new ArrayList<>();
        for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
            TraceExamples.@Nullable Example newest = null;
            for (LoopMetrics loop : loops) {
                newest = loop.examples.newest(route, bucket, newest);
            }
            if (newest != null && newest.epochMillis() >= since) {
                exemplars.add(exemplar(newest));
            }
        }
        return Exemplars.of(exemplars);
    }

    private static Exemplar exemplar(TraceExamples.Example example) {
        HexFormat hex = HexFormat.of();
        return Exemplar.builder()
                .value(example.micros() / MICROS)
                .traceId(hex.toHexDigits(example.traceHigh()) + hex.toHexDigits(example.traceLow()))
                .spanId(hex.toHexDigits(example.spanId()))
                .timestampMillis(example.epochMillis())
                .build();
    }
}
