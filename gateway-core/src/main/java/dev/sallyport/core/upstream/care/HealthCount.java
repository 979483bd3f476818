package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What checks in a row make of an endpoint. One that was never good is taken in by its first good
 * check and is checked more often until then; after that, the thresholds count both ways.
 */
final class HealthCount {
    private static final Duration IMPATIENT = Duration.ofSeconds(1);
    private static final double JITTER = 0.1;

    private final Upstream.Health settings;
    private boolean isHealthy;
    private boolean wasHealthy;
    private int streak;

    /** {@code isHealthy} for an endpoint whose address was good a moment ago. */
    HealthCount(Upstream.Health settings, boolean isHealthy) {
        this.settings = settings;
        this.isHealthy = isHealthy;
        this.wasHealthy = isHealthy;
    }

    void add(boolean good) {
        if (good == isHealthy) {
            streak = 0;
            return;
        }
        streak++;
        int needed = good ? (wasHealthy ? settings.healthy() : 1) : settings.unhealthy();
        if (streak >= needed) {
            streak = 0;
            isHealthy = good;
            wasHealthy |= good;
        }
    }

    boolean isHealthy() {
        return isHealthy;
    }

    /** Until the next check; a little more or less, so that checks do not fall together. */
    Duration pause(RandomGenerator jitter) {
        Duration interval = settings.interval();
        Duration wanted = wasHealthy || interval.compareTo(IMPATIENT) < 0 ? interval : IMPATIENT;
        double factor = 1 + JITTER * (2 * jitter.nextDouble() - 1);
        return Duration.ofNanos((long) (wanted.toNanos() * factor));
    }
}
