package dev.sallyport.core.outside;

import java.util.concurrent.atomic.AtomicLong;

/** Whether a number that grew has not changed for half a second. */
final class Pause {
    private final AtomicLong number;
    private long last = -1;
    private long since;

    Pause(AtomicLong number) {
        this.number = number;
    }

    boolean isThere() {
        long now = System.nanoTime();
        if (number.get() != last || last == 0) {
            last = number.get();
            since = now;
        }
        return now - since > 500_000_000;
    }
}
