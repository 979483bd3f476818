package dev.sallyport.acme.manage.plan;

import dev.sallyport.acme.issue.CaException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait after a failure, by its kind. Pure. */
final class RetryTable {
    private static final List<Duration> NETWORK = minutes(1, 2, 5, 10, 20, 40, 60, 120, 240, 360);
    private static final List<Duration> VALIDATION = minutes(1, 10, 100, 1440);
    private static final List<Duration> LOCAL =
            List.of(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(10));
    private static final Duration LIMITED = Duration.ofHours(1);
    private static final Duration DAILY = Duration.ofDays(1);
    private static final Duration LEAST = Duration.ofSeconds(5);
    private static final Duration MOST_OFTEN = Duration.ofMinutes(15);

    private RetryTable() {}

    /**
     * When to try again.
     *
     * @param failures in a row, this one included
     * @param facts of the certificate in force; null when there is none
     */
    static Instant next(
            CaException failure,
            int failures,
            RenewalPlanner.@Nullable Facts facts,
            Instant now,
            RandomGenerator random) {
        var wish = failure.retryAfter();
        return switch (failure.kind()) {
            case NETWORK ->
                    wish != null
                            ? later(wish, now, random)
                            : soon(step(NETWORK, failures), facts, now, random);
            case RATE_LIMITED -> later(wish == null ? now.plus(LIMITED) : wish, now, random);
            case VALIDATION, ORDER -> soon(step(VALIDATION, failures), facts, now, random);
            case LOCAL -> soon(step(LOCAL, failures), facts, now, random);
            case ACCOUNT, HUMAN -> now.plus(DAILY);
        };
    }

    /** Never earlier than wished, up to a tenth later; and not at once, whatever is wished. */
    private static Instant later(Instant wish, Instant now, RandomGenerator random) {
        var in = Duration.between(now, wish);
        var least = in.compareTo(LEAST) < 0 ? LEAST : in;
        return now.plus(least).plusMillis((long) (least.toMillis() * 0.1 * random.nextDouble()));
    }

    /**
     * A fifth more or less; and more often while less time is left, or a certificate of six days
     * would see five efforts in all.
     */
    private static Instant soon(
            Duration step,
            RenewalPlanner.@Nullable Facts facts,
            Instant now,
            RandomGenerator random) {
        var delay = step;
        if (facts != null && !facts.remaining(now).isNegative()) {
            var share = facts.remaining(now).dividedBy(8);
            var floor = facts.lifetime().dividedBy(100);
            floor = floor.compareTo(LEAST) < 0 ? LEAST : floor;
            floor = floor.compareTo(MOST_OFTEN) > 0 ? MOST_OFTEN : floor;
            var cap = share.compareTo(floor) < 0 ? floor : share;
            delay = delay.compareTo(cap) > 0 ? cap : delay;
        }
        return now.plusMillis((long) (delay.toMillis() * (0.8 + 0.4 * random.nextDouble())));
    }

    private static Duration step(List<Duration> steps, int failures) {
        return steps.get(Math.clamp(failures - 1L, 0, steps.size() - 1));
    }

    private static List<Duration> minutes(int... minutes) {
        var steps = new Duration[minutes.length];
        for (int i = 0; i < minutes.length; i++) {
            steps[i] = Duration.ofMinutes(minutes[i]);
        }
        return List.of(steps);
    }
}
