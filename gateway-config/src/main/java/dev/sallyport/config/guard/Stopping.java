package dev.sallyport.config.guard;

import dev.sallyport.config.guard.engine.EngineEvent;
import dev.sallyport.config.guard.feed.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which containers were asked to stop and have not yet. The engine calls them running until they
 * end, which may take minutes.
 */
final class Stopping {
    /** One that still runs long after a signal did not take it for the end. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int MOST = 10_000;

    /** Until when each counts as stopping, by id. */
    private final Map<String, Long> until = new LinkedHashMap<>();

    /** Those that have ended since the last list, which still calls them running. */
    private final Set<String> ended = new HashSet<>();

    /** Whether something was asked to stop just now. */
    boolean take(EngineEvent event, long now) {
        if (event.asksToStop() && until.size() < MOST) {
            return until.put(event.id(), now + LONGEST.toNanos()) == null;
        }
        if (event.endsLife()) {
            ended.add(event.id());
        }
        return false;
    }

    /** Everything was listed anew, so that ends are seen there. */
    void listed() {
        until.keySet().removeAll(ended);
        ended.clear();
    }

    /** Workloads with their state put right. */
    List<Workload> mark(List<Workload> workloads, long now) {
        until.values().removeIf(end -> now - end > 0);
        if (until.isEmpty()) {
            return workloads;
        }
        var marked = new ArrayList<Workload>();
        for (var each : workloads) {
            boolean is = each.state() == Workload.State.RUNNING && until.containsKey(each.id());
            marked.add(is ? each.in(Workload.State.STOPPING) : each);
        }
        return marked;
    }
}
