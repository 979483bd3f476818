package dev.sallyport.core.observe.metrics;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sums over all loops of counters that belong to names: routes, listeners, upstreams, reasons.
 * Control threads only.
 */
final class NamedCounters {
    /** What an index had counted when it was given to another name. */
    private static final class Baseline {
        final long[] counts;
        final long epochMillis;

        Baseline(long[] counts, long epochMillis) {
            this.counts = counts;
            this.epochMillis = epochMillis;
        }
    }

    /** Is told the sums of one name. */
    interface Row {
        /** {@code since} is when the index was given to this name, 0 for the first. */
        void accept(String name, int index, long[] counts, long since);
    }

    private final MetricNames names;
    private final List<CounterTable> tables;
    private final InstantSource clock;
    private final int[] pairs;
    private final Map<Integer, Baseline> baselines = new HashMap<>();

    /**
     * {@code pairs} are columns of which each second one catches up with the first when nothing is
     * in flight.
     */
    NamedCounters(int capacity, List<CounterTable> tables, InstantSource clock, int... pairs) {
        this.names = new MetricNames(capacity, this::tryReset);
        this.tables = tables;
        this.clock = clock;
        this.pairs = pairs;
    }

    MetricNames names() {
        return names;
    }

    /** Every live name that was counted at least once. */
    void forEach(Row row) {
        @Nullable String[] labels = names.labels();
        for (int index = 0; index < labels.length; index++) {
            String name = labels[index];
            if (name == null) {
                continue;
            }
            long[] counts = sum(index);
            long since = subtractBaseline(index, counts);
            if (Arrays.stream(counts).anyMatch(count -> count != 0)) {
                row.accept(name, index, counts, since);
            }
        }
    }

    private synchronized long subtractBaseline(int index, long[] counts) {
        Baseline baseline = baselines.get(index);
        if (baseline == null) {
            return 0;
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] -= baseline.counts[i];
        }
        return baseline.epochMillis;
    }

    private synchronized boolean tryReset(int index) {
        long[] counts = sum(index);
        for (int i = 0; i < pairs.length; i += 2) {
            if (counts[pairs[i]] != counts[pairs[i + 1]]) {
                return false;
            }
        }
        baselines.put(index, new Baseline(counts, clock.millis()));
        return true;
    }

    private long[] sum(int index) {
        long[] counts = new long[tables.getFirst().columns()];
        for (CounterTable table : tables) {
            table.sum(index, counts);
        }
        return counts;
    }
}
