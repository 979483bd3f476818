package dev.sallyport.acme.ondemand;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * How often something may be done within a time that moves along, by all and by the clients of one
 * network. Control threads.
 */
final class Allowance {
    private final Duration window;
    private final ArrayDeque<Taken> taken = new ArrayDeque<>();

    private record Taken(Instant at, Network network) {}

    Allowance(Duration window) {
        this.window = window;
    }

    /** Whether it may be done once more. */
    synchronized boolean hasRoom(Network network, int most, int mostOfOne, Instant now) {
        forget(now);
        if (taken.size() >= most) {
            return false;
        }
        int ofOne = 0;
        for (var each : taken) {
            ofOne += each.network.equals(network) ? 1 : 0;
        }
        return ofOne < mostOfOne;
    }

    synchronized void take(Network network, Instant now) {
        taken.addLast(new Taken(now, network));
    }

    synchronized int size(Instant now) {
        forget(now);
        return taken.size();
    }

    private void forget(Instant now) {
        // One from the future was written by a clock that was set back since.
        taken.removeIf(each -> !each.at.plus(window).isAfter(now) || each.at.isAfter(now));
    }
}
