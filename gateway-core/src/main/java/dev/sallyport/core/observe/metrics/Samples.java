package dev.sallyport.core.observe.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The values of one metric at one scrape, being gathered. */
public final class Samples {
    private final Metric metric;
    private final List<DataPointSnapshot> points = new ArrayList<>();

    Samples(Metric metric) {
        this.metric = metric;
    }

    /** One count; as many label values as the metric has labels, in its order. Exact up to 2^53. */
    public void add(long value, String... labelValues) {
        add((double) value, labelValues);
    }

    /**
     * One value, of an info always 1; as many label values as the metric has labels, in its order.
     */
    public void add(double value, String... labelValues) {
        Labels labels = labels(labelValues);
        points.add(
                switch (metric.type()) {
                    case COUNTER -> new CounterDataPointSnapshot(value, labels, null, 0);
                    case GAUGE -> new GaugeDataPointSnapshot(value, labels, null);
                    case INFO -> new InfoDataPointSnapshot(labels);
                    case HISTOGRAM ->
                            throw new IllegalArgumentException(
                                    metric.exportedName() + ": one number (expected: buckets)");
                });
    }

    void add(HistogramDataPointSnapshot point) {
        points.add(point);
    }

    Labels labels(String... values) {
        if (values.length != metric.labels().size()) {
            throw new IllegalArgumentException(
                    metric.exportedName()
                            + ": "
                            + List.of(values)
                            + " (expected: values for "
                            + metric.labels()
                            + ")");
        }
        return Labels.of(metric.labels(), List.of(values));
    }

    MetricSnapshot snapshot() {
        // The model wants a counter's and an info's name bare, and its writers put the suffix back.
        return switch (metric.type()) {
            case COUNTER ->
                    new CounterSnapshot(named("_total"), all(CounterDataPointSnapshot.class));
            case GAUGE -> new GaugeSnapshot(named(""), all(GaugeDataPointSnapshot.class));
            case INFO -> new InfoSnapshot(named("_info"), all(InfoDataPointSnapshot.class));
            case HISTOGRAM ->
                    new HistogramSnapshot(named(""), all(HistogramDataPointSnapshot.class));
        };
    }

    private MetricMetadata named(String withoutSuffix) {
        String name = metric.exportedName();
        return new MetricMetadata(
                name.substring(0, name.length() - withoutSuffix.length()), metric.help());
    }

    private <T> List<T> all(Class<T> type) {
        return points.stream().map(type::cast).toList();
    }
}
