package dev.sallyport.config.patience;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts, each longer than the last. */
public final class Pause {
    private Pause() {}

    /** Twice as long, at most {@code longest}. */
    public static Duration longer(Duration pause, Duration longest) {
        var next = pause.multipliedBy(2);
        return next.compareTo(longest) < 0 ? next : longest;
    }

    /** Sleeps for half of it to all of it, lest those who lost the same thing come back at once. */
    public static void sleep(Duration pause, RandomGenerator random) throws InterruptedException {
        Thread.sleep(pause.dividedBy(2).plusNanos(random.nextLong(pause.toNanos() / 2 + 1)));
    }
}
