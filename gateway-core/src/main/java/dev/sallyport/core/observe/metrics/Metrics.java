package dev.sallyport.core.observe.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * All metrics of the process: one {@link LoopMetrics} per event loop, the names behind their
 * indices, and what other rooms register.
 *
 * <p>Control threads, except that a loop keeps and counts in its own {@link LoopMetrics}.
 */
public final class Metrics {
    private static final int ROUTES = 1 << 14;
    private static final int UPSTREAMS = 1 << 14;
    private static final int LISTENERS = 1 << 8;
    private static final int REASONS = 1 << 8;

    private final List<LoopMetrics> loops;
    private final NamedCounters routes;
    private final NamedCounters upstreams;
    private final NamedCounters listeners;
    private final NamedCounters relays;
    private final NamedCounters malformed;
    private final NamedCounters edgeResponses;
    private final Map<Metric, Consumer<Samples>> sources = new EnumMap<>(Metric.class);

    public Metrics(int loopCount) {
        this(loopCount, InstantSource.system());
    }

    Metrics(int loopCount, InstantSource clock) {
        loops = IntStream.range(0, loopCount).mapToObj(_ -> new LoopMetrics()).toList();
        routes =
                new NamedCounters(
                        ROUTES,
                        tables(loop -> loop.routes),
                        clock,
                        LoopMetrics.STARTED,
                        LoopMetrics.ENDED,
                        LoopMetrics.TUNNELS_OPENED,
                        LoopMetrics.TUNNELS_CLOSED);
        upstreams =
                new NamedCounters(
                        UPSTREAMS,
                        tables(loop -> loop.upstreams),
                        clock,
                        LoopMetrics.CONNECTED,
                        LoopMetrics.DISCONNECTED);
        listeners =
                new NamedCounters(
                        LISTENERS,
                        tables(loop -> loop.listeners),
                        clock,
                        LoopMetrics.ACCEPTED,
                        LoopMetrics.CLOSED);
        relays =
                new NamedCounters(
                        ROUTES,
                        tables(loop -> loop.relays.routes),
                        clock,
                        RelayMetrics.OPENED,
                        RelayMetrics.CLOSED);
        malformed = new NamedCounters(REASONS, tables(loop -> loop.malformed), clock);
        edgeResponses = new NamedCounters(REASONS, tables(loop -> loop.edgeResponses), clock);
        new LoopSources(loops, routes, upstreams, listeners, malformed, edgeResponses)
                .registerWith(this);
        new RelayMetrics.Sources(relays).registerWith(this);
    }

    private List<CounterTable> tables(Function<LoopMetrics, CounterTable> which) {
        return loops.stream().map(which).toList();
    }

    /** The counters of one event loop, by its index. */
    public LoopMetrics loop(int index) {
        return loops.get(index);
    }

    /** Indices of route names. */
    public MetricNames routes() {
        return routes.names();
    }

    /** Indices of upstream names. */
    public MetricNames upstreams() {
        return upstreams.names();
    }

    /** Indices of listener names. */
    public MetricNames listeners() {
        return listeners.names();
    }

    /** Indices of names of TCP and UDP routes. */
    public MetricNames relays() {
        return relays.names();
    }

    /** Indices of the words for what made a request malformed. */
    public MetricNames malformedReasons() {
        return malformed.names();
    }

    /** Indices of the words for why the edge answered itself. */
    public MetricNames edgeReasons() {
        return edgeResponses.names();
    }

    /**
     * From now on the source is asked for this metric's values at each scrape; it must answer at
     * once.
     */
    public synchronized void register(Metric metric, Consumer<Samples> source) {
        if (sources.putIfAbsent(metric, source) != null) {
            throw new IllegalStateException(
                    metric.exportedName() + ": registered twice (expected: once)");
        }
    }

    /** All metrics as they are now. */
    MetricSnapshots snapshots() {
        Map<Metric, Consumer<Samples>> asked;
        synchronized (this) {
            asked = new EnumMap<>(sources);
        }
        List<MetricSnapshot> snapshots = new ArrayList<>();
        asked.forEach((metric, source) -> {
            Samples samples = new Samples(metric);
            source.accept(samples);
            snapshots.add(samples.snapshot());
        });
        return new MetricSnapshots(snapshots);
    }
}
