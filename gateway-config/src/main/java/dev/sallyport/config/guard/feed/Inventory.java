package dev.sallyport.config.guard.feed;

import java.util.List;

/**
 * All workloads at one time.
 *
 * @param generation counts up while one guard runs
 * @param engine what kind and version it is, for people
 * @param workloads by name
 */
public record Inventory(long generation, String engine, List<Workload> workloads) {
    public Inventory {
        workloads = List.copyOf(workloads);
    }
}
