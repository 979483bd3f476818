package dev.sallyport.core.observe.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * All counters of the process: one {@link LoopMetrics} per event loop, and the names behind their
 * indices.
 *
 * <p>Control threads, except that a loop keeps and counts in its own {@link LoopMetrics}.
 */
public final class Metrics {
    private static final int ROUTES = 1 << 16;
    private static final int UPSTREAMS = 1 << 16;
    private static final int LISTENERS = 1 << 8;
    private static final int REASONS = 1 << 8;

    private final List<LoopMetrics> loops;
    private final MetricNames routes = new MetricNames(ROUTES, index -> false);
    private final MetricNames upstreams = new MetricNames(UPSTREAMS, index -> false);
    private final MetricNames listeners = new MetricNames(LISTENERS, index -> false);
    private final MetricNames malformed = new MetricNames(REASONS, index -> false);
    private final MetricNames edgeResponses = new MetricNames(REASONS, index -> false);

    public Metrics(int loopCount) {
        loops = IntStream.range(0, loopCount).mapToObj(_ -> new LoopMetrics()).toList();
    }

    /** The counters of one event loop, by its index. */
    public LoopMetrics loop(int index) {
        return loops.get(index);
    }

    /** Indices of route names. */
    public MetricNames routes() {
        return routes;
    }

    /** Indices of upstream names. */
    public MetricNames upstreams() {
        return upstreams;
    }

    /** Indices of listener names. */
    public MetricNames listeners() {
        return listeners;
    }

    /** Indices of the words for what made a request malformed. */
    public MetricNames malformedReasons() {
        return malformed;
    }

    /** Indices of the words for why the edge answered itself. */
    public MetricNames edgeReasons() {
        return edgeResponses;
    }
}
