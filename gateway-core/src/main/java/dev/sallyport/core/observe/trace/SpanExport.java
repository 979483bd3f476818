package dev.sallyport.core.observe.trace;

import dev.sallyport.core.observe.log.AccessEntry;
import dev.sallyport.core.observe.log.AccessSink;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Sends the spans of sampled exchanges to a collector by OTLP over HTTP; made only when tracing is
 * configured.
 *
 * <p>One batch is under way at a time; what comes meanwhile waits in a bounded list, and beyond it
 * is dropped and counted, as is a batch the collector did not take.
 */
public final class SpanExport implements AccessSink {
    private static final int WAITING = 2048;
    private static final int BATCH = 512;
    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    // Less than the access log waits for its last drain.
    private static final Duration LAST_BATCHES = Duration.ofSeconds(3);

    private final SpanExporter exporter;
    private final RequestSpans spans;
    private final LongSupplier nanoTime;
    private final List<SpanData> waiting = new ArrayList<>();
    private final AtomicLong exported = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private CompletableResultCode underWay = CompletableResultCode.ofSuccess();
    private long lastExport;

    SpanExport(SpanExporter exporter, Resource resource, LongSupplier nanoTime) {
        this.exporter = exporter;
        this.spans = new RequestSpans(resource);
        this.nanoTime = nanoTime;
        this.lastExport = nanoTime.getAsLong();
    }

    /**
     * An export to the collector at this URL, in the name of this service.
     *
     * @param headers sent with each batch, such as a token
     */
    public static SpanExport to(String url, String serviceName, Map<String, String> headers) {
        OtlpHttpSpanExporterBuilder builder =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(url)
                        .setTimeout(TIMEOUT)
                        .setConnectTimeout(TIMEOUT)
                        .setCompression("gzip");
        headers.forEach(builder::addHeader);
        SpanExporter exporter = builder.build();
        Resource resource =
                Resource.getDefault().toBuilder().put("service.name", serviceName).build();
        return new SpanExport(exporter, resource, System::nanoTime);
    }

    /** Spans the collector took. */
    public long exported() {
        return exported.get();
    }

    /** Spans dropped because too many waited or the collector did not take them. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public void accept(AccessEntry entry) {
        if (!entry.isSampled()) {
            return;
        }
        add(spans::server, entry);
        if (entry.upstreamSpanId() != 0) {
            add(spans::client, entry);
        }
    }

    private void add(Function<AccessEntry, SpanData> span, AccessEntry entry) {
        if (waiting.size() < WAITING) {
            waiting.add(span.apply(entry));
        } else {
            dropped.incrementAndGet();
        }
    }

    @Override
    public void flush() {
        long now = nanoTime.getAsLong();
        boolean due =
                waiting.size() >= BATCH || (!waiting.isEmpty() && now - lastExport >= PATIENCE);
        if (due && underWay.isDone()) {
            lastExport = now;
            export();
        }
    }

    private void export() {
        List<SpanData> some = waiting.subList(0, Math.min(BATCH, waiting.size()));
        List<SpanData> batch = List.copyOf(some);
        some.clear();
        CompletableResultCode result = exporter.export(batch);
        result.whenComplete(
                () -> (result.isSuccess() ? exported : dropped).addAndGet(batch.size()));
        underWay = result;
    }

    @Override
    public void close() {
        long end = nanoTime.getAsLong() + LAST_BATCHES.toNanos();
        while (isDoneBefore(end) && !waiting.isEmpty()) {
            export();
        }
        dropped.addAndGet(waiting.size());
        waiting.clear();
        exporter.shutdown().join(Math.max(0, end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
    }

    private boolean isDoneBefore(long end) {
        return underWay.join(Math.max(0, end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS)
                .isDone();
    }
}
