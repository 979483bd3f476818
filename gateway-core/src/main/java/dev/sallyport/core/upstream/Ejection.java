package dev.sallyport.core.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes an endpoint out after failures of real requests. All loops report; a race between them can
 * miscount by one, which does not matter here.
 */
final class Ejection {
    private final int failures;
    private final long withinNanos;
    private final long forNanos;
    private final AtomicLong count = new AtomicLong();
    private volatile long windowStart;
    private volatile long until;
    private volatile boolean isOut;

    Ejection(int failures, long withinNanos, long forNanos) {
        this.failures = failures;
        this.withinNanos = withinNanos;
        this.forNanos = forNanos;
    }

    boolean isEjected(long now) {
        if (!isOut) {
            return false;
        }
        if (now - until < 0) {
            return true;
        }
        isOut = false;
        return false;
    }

    /** A request failed through the endpoint's fault; true when this takes it out. */
    boolean failed(long now) {
        if (count.get() == 0 || now - windowStart > withinNanos) {
            windowStart = now;
            count.set(0);
        }
        if (count.incrementAndGet() < failures || isEjected(now)) {
            return false;
        }
        count.set(0);
        until = now + forNanos;
        isOut = true;
        return true;
    }
}
