package dev.sallyport.core.observe.trace;

import java.util.SplittableRandom;

/** New ids of one loop, and the decision which of the traces begun here are sampled; loop only. */
public final class TraceIds {
    private final SplittableRandom random;
    private final double ratio;

    /** {@code ratio} of the traces that begin here is sampled, 0 to 1. */
    public TraceIds(SplittableRandom random, double ratio) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("sample: " + ratio + " (expected: 0..1)");
        }
        this.random = random;
        this.ratio = ratio;
    }

    /** Begins a trace. */
    public void start(TraceContext context) {
        long high = next();
        long low = next();
        // The upper 53 bits as a number in 0..1, as the trace-id ratio samplers of others do with
        // theirs.
        context.start(high, low, (low >>> 11) * 0x1.0p-53 < ratio);
    }

    /** An id of a span, or of a request: never 0. */
    public long next() {
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        return id;
    }
}
