package dev.sallyport.core.downstream.http3;

import java.util.concurrent.TimeUnit;

/** How many of something a connection may do in ten seconds; beyond, it is let go. */
final class Budget {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int most;
    private long beganNanos;
    private int spent;

    Budget(int most) {
        this.most = most;
    }

    /** Spends one; false when there was none left. */
    boolean spend(long nowNanos) {
        if (spent == 0 || nowNanos - beganNanos > WINDOW_NANOS) {
            beganNanos = nowNanos;
            spent = 0;
        }
        return ++spent <= most;
    }
}
