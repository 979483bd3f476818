package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All workloads that count: those there are, and those that went not long ago, whose routes answer
 * 503 until they are back.
 */
final class Roster {
    private final Map<String, Entry> byId = new LinkedHashMap<>();

    /**
     * One of them.
     *
     * @param seen when it was last there
     * @param network it was found on; null when it never was
     */
    record Entry(Workload workload, Instant seen, @Nullable String network) {}

    /** The guard told what there is. */
    void update(List<Workload> workloads, Instant now) {
        var ids = new HashSet<String>();
        var services = new HashSet<String>();
        for (var each : workloads) {
            ids.add(each.id());
            services.add(service(each));
            var before = byId.get(each.id());
            byId.put(each.id(), new Entry(each, now, before == null ? null : before.network));
        }
        // One whose service has others again was replaced.
        byId.values()
                .removeIf(each ->
                        !ids.contains(each.workload.id())
                                && services.contains(service(each.workload)));
        byId.replaceAll((id, each) ->
                ids.contains(id)
                        ? each
                        : new Entry(
                                each.workload.in(Workload.State.STOPPED), each.seen, each.network));
    }

    private static String service(Workload workload) {
        return workload.project().isEmpty() || workload.service().isEmpty()
                ? "/" + workload.project() + "/" + workload.name()
                : workload.project() + "/" + workload.service();
    }

    /** Nothing is served by any of them, as after the machine began anew. */
    void stopAll() {
        byId.replaceAll((_, each) ->
                new Entry(each.workload.in(Workload.State.STOPPED), each.seen, each.network));
    }

    /** Notes on which network each was found. */
    void found(Map<String, String> networks) {
        byId.replaceAll((id, each) ->
                new Entry(each.workload, each.seen, networks.getOrDefault(id, each.network)));
    }

    /** Forgets those that have been gone for this long. */
    void release(Instant now, Duration keep) {
        byId.values().removeIf(each -> each.seen.plus(keep).isBefore(now));
    }

    /** When the next of them has been gone for this long; null while none is gone. */
    @Nullable Instant nextRelease(Instant now, Duration keep) {
        Instant next = null;
        for (var each : byId.values()) {
            if (each.seen.isBefore(now) && (next == null || each.seen.isBefore(next))) {
                next = each.seen;
            }
        }
        return next == null ? null : next.plus(keep);
    }

    void restore(List<Entry> entries) {
        entries.forEach(each -> byId.putIfAbsent(each.workload.id(), each));
    }

    List<Entry> all() {
        return List.copyOf(byId.values());
    }
}
