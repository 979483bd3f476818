package dev.sallyport.acme.issue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks again until something is so: as the authority wishes, within bounds. */
public final class Poll {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration LONGEST_WISH = Duration.ofMinutes(1);

    private final Clock clock;
    private final Pause pause;
    private final Duration patience;

    public Poll(Clock clock, Pause pause, Duration patience) {
        this.clock = clock;
        this.pause = pause;
        this.patience = patience;
    }

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        void run(Duration time) throws InterruptedException;
    }

    /** Looks once. */
    @FunctionalInterface
    interface Look<T> {
        T look() throws CaException;
    }

    <T> T until(Look<T> look, Predicate<T> isDone, Function<T, @Nullable Instant> wish)
            throws CaException, InterruptedException {
        var end = clock.instant().plus(patience);
        var next = FIRST;
        while (true) {
            var seen = look.look();
            if (isDone.test(seen)) {
                return seen;
            }
            var now = clock.instant();
            if (!now.isBefore(end)) {
                throw new CaException(
                        CaException.Kind.NETWORK,
                        "no result within " + patience.toSeconds() + " s (expected: valid)");
            }
            var wished = wish.apply(seen);
            if (wished == null) {
                pause.run(next);
                next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
            } else {
                // Clocks differ: what lies in the past is not waited for, and not at once either.
                pause.run(clamp(Duration.between(now, wished)));
            }
        }
    }

    private static Duration clamp(Duration wished) {
        return wished.compareTo(FIRST) < 0
                ? FIRST
                : wished.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wished;
    }
}
