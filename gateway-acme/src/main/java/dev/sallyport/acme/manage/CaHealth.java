package dev.sallyport.acme.manage;

import dev.sallyport.acme.issue.CaException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which authorities are left alone for a while: one that failed for several certificates would fail
 * for the others, and one that limits us must not be asked by them either.
 */
final class CaHealth {
    private static final int FAILURES = 3;
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Clock clock;
    private final Map<String, State> states = new HashMap<>();

    private record State(int failures, Instant openUntil) {}

    CaHealth(Clock clock) {
        this.clock = clock;
    }

    synchronized void failed(String authority, CaException failure) {
        var now = clock.instant();
        var before = states.getOrDefault(authority, new State(0, Instant.EPOCH));
        var wish = failure.retryAfter();
        switch (failure.kind()) {
            case NETWORK -> {
                int failures = before.failures() + 1;
                var until =
                        failures < FAILURES
                                ? before.openUntil()
                                : now.plus(pause(failures - FAILURES));
                states.put(
                        authority,
                        new State(failures, wish != null && wish.isAfter(until) ? wish : until));
            }
            case RATE_LIMITED -> {
                if (wish != null && wish.isAfter(before.openUntil())) {
                    states.put(authority, new State(before.failures(), wish));
                }
            }
            case VALIDATION, ACCOUNT, ORDER, HUMAN -> answered(authority);
            case LOCAL -> {}
        }
    }

    /** It answers; what it limits stays limited. */
    synchronized void answered(String authority) {
        var before = states.get(authority);
        if (before != null && before.failures() > 0) {
            states.put(authority, new State(0, Instant.EPOCH));
        }
    }

    /** Until when it is left alone; null when it may be asked. */
    synchronized @Nullable Instant closedUntil(String authority) {
        var state = states.get(authority);
        return state != null && state.openUntil().isAfter(clock.instant())
                ? state.openUntil()
                : null;
    }

    private static Duration pause(int times) {
        var pause = FIRST.multipliedBy(1L << Math.min(times, 4));
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }
}
