package dev.sallyport.core.observe.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics as text: OpenMetrics, with exemplars, for who accepts it, else the classic Prometheus
 * format.
 */
public final class Exposition {
    private final Metrics metrics;
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private final ExpositionFormatWriter prometheus = PrometheusTextFormatWriter.create();

    public Exposition(Metrics metrics) {
        this.metrics = metrics;
    }

    /** The content type of the answer to a scrape with this {@code Accept}. */
    public String contentType(@Nullable String accept) {
        return writer(accept).getContentType();
    }

    /** Writes all metrics in the form for this {@code Accept}. */
    public void write(@Nullable String accept, OutputStream out) throws IOException {
        writer(accept).write(out, metrics.snapshots());
    }

    private ExpositionFormatWriter writer(@Nullable String accept) {
        return accept != null && openMetrics.accepts(accept) ? openMetrics : prometheus;
    }
}
