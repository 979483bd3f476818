package dev.sallyport.core.loop;

import org.jspecify.annotations.Nullable;

/**
 * A moment by which something must have happened, owned by a connection and set again and again.
 * Setting it later or clearing it writes a field and leaves it where it hangs in the {@link
 * TimerWheel}; the wheel looks when it comes by. Never expires early; expires at most 200 ms late
 * on a loop that is not blocked.
 *
 * <p>Touched by its loop alone.
 */
public final class Deadline {
    // Times are compared by difference, which overflows beyond 292 years.
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    private final TimerWheel wheel;
    private final Runnable expired;
    private boolean set;
    private long at;

    // The wheel's own: where this hangs. Hung exactly when next is not null.
    @Nullable Deadline previous;
    @Nullable Deadline next;
    long visitedAt;

    /** A deadline not yet set; {@code expired} runs on the loop, once per setting. */
    Deadline(TimerWheel wheel, Runnable expired) {
        this.wheel = wheel;
        this.expired = expired;
    }

    /** Expires {@code delayNanos} from now; what was set before no longer counts. */
    public void set(long delayNanos) {
        setAt(wheel.nanoTime() + Math.min(delayNanos, LONGEST_NANOS));
    }

    /** Expires at a time of {@link Loop#nanoTime}, for callers that have read the clock already. */
    public void setAt(long nanoTime) {
        at = nanoTime;
        set = true;
        if (next == null || nanoTime - visitedAt < 0) {
            wheel.hang(this);
        }
    }

    /**
     * No longer expires, until set again. The wheel may hold this for up to a turn; see {@link
     * #release}.
     */
    public void clear() {
        set = false;
    }

    /**
     * Clears and leaves the wheel at once, so that a closed connection is not kept in memory by it.
     */
    public void release() {
        set = false;
        wheel.unhang(this);
    }

    public boolean isSet() {
        return set;
    }

    long at() {
        return at;
    }

    void expire() {
        set = false;
        expired.run();
    }
}
