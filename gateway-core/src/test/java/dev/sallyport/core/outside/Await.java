package dev.sallyport.core.outside;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads bring about, with an end. */
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 1_000_000;

    private Await() {}

    /** Returns once {@code met}; fails saying what is and what was expected. */
    static void until(String expectation, BooleanSupplier met, Supplier<?> present) {
        if (!reached(PATIENCE, met)) {
            throw new AssertionError(present.get() + " (expected: " + expectation + ")");
        }
    }

    static <T> void equal(T expected, Supplier<T> actual) {
        until(String.valueOf(expected), () -> Objects.equals(expected, actual.get()), actual);
    }

    /** Whether {@code met} becomes true within {@code patience}. */
    static boolean reached(Duration patience, BooleanSupplier met) {
        long start = System.nanoTime();
        while (!met.getAsBoolean()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
