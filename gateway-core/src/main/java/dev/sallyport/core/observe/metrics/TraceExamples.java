package dev.sallyport.core.observe.metrics;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One recent sampled trace per route and bucket of one loop; one writer, any readers.
 *
 * <p>An example stays for a second, so that a loop allocates at most one per bucket and second.
 * Routes beyond the first {@value #ROUTES} have none.
 */
final class TraceExamples {
    private static final int ROUTES = 4096;
    private static final int BUCKETS = LoopMetrics.BUCKET_MICROS.length + 1;
    private static final long KEPT_MILLIS = 1000;

    record Example(long micros, long traceHigh, long traceLow, long spanId, long epochMillis) {}

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Example>> routes =
            new AtomicReferenceArray<>(ROUTES);

    void offer(
            int route,
            int bucket,
            long micros,
            long traceHigh,
            long traceLow,
            long spanId,
            long epochMillis) {
        if (route >= ROUTES) {
            return;
        }
        AtomicReferenceArray<@Nullable Example> row = routes.getPlain(route);
        if (row == null) {
            row = new AtomicReferenceArray<>(BUCKETS);
            routes.setRelease(route, row);
        }
        Example known = row.getPlain(bucket);
        if (known == null || epochMillis - known.epochMillis() >= KEPT_MILLIS) {
            row.setRelease(bucket, new Example(micros, traceHigh, traceLow, spanId, epochMillis));
        }
    }

    /** The newer of the given example and this loop's; any thread. */
    @Nullable Example newest(int route, int bucket, @Nullable Example other) {
        if (route >= ROUTES) {
            return other;
        }
        AtomicReferenceArray<@Nullable Example> row = routes.getAcquire(route);
        Example mine = row == null ? null : row.getAcquire(bucket);
        if (mine == null || (other != null && other.epochMillis() >= mine.epochMillis())) {
            return other;
        }
        return mine;
    }
}
