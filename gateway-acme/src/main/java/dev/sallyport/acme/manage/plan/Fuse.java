package dev.sallyport.acme.manage.plan;

import dev.sallyport.acme.storage.History;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many certificates of the same names may be ordered in a week, whatever the reason: the limit
 * of ours that ends every loop before an authority's does. Pure; what it counts is on the disk.
 */
public final class Fuse {
    private static final Duration WINDOW = Duration.ofDays(7);
    private static final int MOST = 3;

    private Fuse() {}

    /**
     * When the next may be ordered; null for now.
     *
     * @param lifetime of the certificates; those of hours or days are renewed more often
     */
    public static @Nullable Instant blockedUntil(
            List<History.Event> events, @Nullable Duration lifetime, Instant now) {
        var counted = counted(events, now);
        long allowed = allowed(lifetime);
        return counted.size() < allowed
                ? null
                : counted.get((int) (counted.size() - allowed)).plus(WINDOW);
    }

    /** How many more may be ordered now. */
    public static long left(List<History.Event> events, @Nullable Duration lifetime, Instant now) {
        return Math.max(0, allowed(lifetime) - counted(events, now).size());
    }

    private static List<Instant> counted(List<History.Event> events, Instant now) {
        return events.stream()
                .filter(each -> each.what().equals(History.FINALIZED))
                .map(History.Event::at)
                .filter(at -> at.isAfter(now.minus(WINDOW)) && !at.isAfter(now.plus(WINDOW)))
                .sorted()
                .toList();
    }

    /** Certificates a week. */
    public static long allowed(@Nullable Duration lifetime) {
        if (lifetime == null || lifetime.compareTo(WINDOW) >= 0) {
            return MOST;
        }
        var half = lifetime.dividedBy(2);
        return Math.max(MOST, 2 + (half.isZero() ? WINDOW.toSeconds() : WINDOW.dividedBy(half)));
    }
}
