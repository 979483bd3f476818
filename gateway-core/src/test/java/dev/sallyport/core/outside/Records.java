package dev.sallyport.core.outside;

import dev.sallyport.core.observe.log.AccessEntry;
import dev.sallyport.core.observe.log.AccessRecord;
import dev.sallyport.core.observe.log.AccessSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** Keeps the access records of one edge. */
final class Records implements AccessSink {
    private static final int KEPT = 10_000;

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final LongAdder count = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    /** What tests ask of a record. */
    record Line(
            String route,
            String upstream,
            String method,
            String host,
            String path,
            String query,
            String client,
            int status,
            String reason,
            int attempts,
            boolean isTunnel,
            long bytesIn,
            long bytesOut,
            String protocol) {}

    @Override
    public void accept(AccessEntry entry) {
        count.increment();
        bytesIn.add(entry.bytesIn());
        bytesOut.add(entry.bytesOut());
        if (lines.size() < KEPT && count.sum() <= KEPT) {
            lines.add(
                    new Line(
                            entry.string(AccessEntry.ROUTE),
                            entry.string(AccessEntry.UPSTREAM),
                            entry.string(AccessRecord.METHOD),
                            entry.string(AccessRecord.HOST),
                            entry.string(AccessRecord.PATH),
                            entry.string(AccessRecord.QUERY),
                            entry.clientAddress(),
                            entry.status(),
                            entry.string(AccessEntry.REASON),
                            entry.attempts(),
                            entry.isTunnel(),
                            entry.bytesIn(),
                            entry.bytesOut(),
                            entry.string(AccessEntry.PROTOCOL)));
        }
    }

    long count() {
        return count.sum();
    }

    long bytesIn() {
        return bytesIn.sum();
    }

    long bytesOut() {
        return bytesOut.sum();
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Waits for the first record that fits. */
    Line await(Predicate<Line> wanted) {
        Await.until("a record that fits", () -> lines.stream().anyMatch(wanted), () -> lines);
        return lines.stream().filter(wanted).findFirst().orElseThrow();
    }

    void awaitCount(long expected) {
        Await.equal(expected, this::count);
    }
}
