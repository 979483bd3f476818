package dev.sallyport.config.guard.feed;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A container, or a task of a swarm, with at least one label of ours. All there is to know of it;
 * environment, arguments and mounts are not.
 *
 * @param id of the container, or of the task
 * @param name as the engine shows it; unique at one time
 * @param created seconds since 1970; a name used again is another container
 * @param project of compose, or the stack; empty without
 * @param service of compose or the swarm; empty without
 * @param ports TCP ports that the image exposes, ascending
 * @param networks by name
 * @param labels those of ours, by name
 * @param excess why the labels were not passed on; empty when they were
 */
public record Workload(
        String id,
        String name,
        String image,
        State state,
        Health health,
        long created,
        String project,
        String service,
        List<Integer> ports,
        List<Attachment> networks,
        Map<String, String> labels,
        String excess) {
    /** Whether it runs, and means to go on. */
    public enum State {
        CREATED,
        RUNNING,
        PAUSED,
        RESTARTING,
        /** It runs, and was asked to stop. */
        STOPPING,
        STOPPED
    }

    /** What the engine's own check of it says. */
    public enum Health {
        /** It has none. */
        NONE,
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    public Workload {
        ports = List.copyOf(ports);
        networks = List.copyOf(networks);
        SortedMap<String, String> sorted = new TreeMap<>(labels);
        labels = Collections.unmodifiableSortedMap(sorted);
    }

    /** Whether requests may be sent to it. */
    public boolean isServing() {
        return state == State.RUNNING && (health == Health.NONE || health == Health.HEALTHY);
    }

    /** The same with other ports. */
    public Workload exposing(List<Integer> others) {
        return new Workload(
                id, name, image, state, health, created, project, service, others, networks, labels,
                excess);
    }

    /** The same in another state. */
    public Workload in(State other) {
        return new Workload(
                id, name, image, other, health, created, project, service, ports, networks, labels,
                excess);
    }

    /** The same with what its check says. */
    public Workload with(Health other) {
        return new Workload(
                id, name, image, state, other, created, project, service, ports, networks, labels,
                excess);
    }
}
