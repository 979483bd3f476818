package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Attachment;
import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.discovery.Providers;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.provider.docker.place.OwnNetworks;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.config.read.Node;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Labels of compose files, judged before anything runs: each service stands in for its container,
 * and all that follows is what is done with those of a guard.
 */
public final class ComposeLabels {
    private static final OwnNetworks EDGE = new OwnNetworks(List.of(Network.parse("10.0.0.0/8")));

    private final Map<String, Labelled> byContainer = new LinkedHashMap<>();
    private final ConfigReader reader;

    private ComposeLabels(ConfigReader reader) {
        this.reader = reader;
    }

    /**
     * A service of a compose file.
     *
     * @param labels in their order, with their places
     * @param ports that it is known to have; empty: its image is not known
     * @param networks by name, each with whether the edge is on it
     */
    public record Labelled(
            String project,
            String service,
            Place place,
            Map<String, String> labels,
            Map<String, Place> places,
            List<Integer> ports,
            Map<String, Boolean> networks) {
        public Labelled {
            labels = Map.copyOf(labels);
            places = Map.copyOf(places);
            ports = List.copyOf(ports);
            networks = Map.copyOf(networks);
        }
    }

    /**
     * All that is wrong with the labels of these.
     *
     * @param base the configuration of the edge beside them; null when it is not known, so that
     *     names of filters are not either
     */
    public static List<Problem> check(
            ConfigReader reader, @Nullable GatewayConfig base, List<Labelled> services) {
        var check = new ComposeLabels(reader);
        var known = base == null ? check.nothing() : base;
        var parts = new Parts(reader);
        parts.begin(known.filters());
        var docker = known.providers().docker();
        var settings = docker == null ? check.defaults() : docker;
        var entries = new ArrayList<Roster.Entry>();
        var now = Instant.EPOCH;
        for (var each : services) {
            entries.add(new Roster.Entry(check.workload(each), now, null));
        }
        var found =
                new Finder(parts, new Claims(), known, settings, EDGE, now)
                        .find(entries)
                        .problems();
        return found.stream()
                .map(problem -> base == null ? forgiving(problem) : problem)
                .map(check::atItsLabel)
                .toList();
    }

    private GatewayConfig nothing() {
        var place = Place.of(new Source("", Path.of("")));
        var empty = new Node.Section(place, new LinkedHashMap<>());
        return Objects.requireNonNull(reader.read(Node.Section.of("dns", empty)).config());
    }

    private Providers.Docker defaults() {
        var place = Place.of(new Source("", Path.of("")));
        var empty = new Node.Section(place, new LinkedHashMap<>());
        return Objects.requireNonNull(
                reader.readPart(Providers.Docker.class, empty, "providers.docker", "", Map.of())
                        .value());
    }

    private Workload workload(Labelled service) {
        var project = service.project().replaceAll("[^A-Za-z0-9_.-]", "-");
        var name = (project.isEmpty() ? "" : project + "-") + service.service() + "-1";
        byContainer.put("container " + name, service);
        var networks = new ArrayList<Attachment>();
        int number = 0;
        for (var each : service.networks().entrySet()) {
            var id = each.getKey() + "-" + name;
            var reached = each.getValue() ? "10.0.0." : "192.0.2.";
            number++;
            networks.add(new Attachment(each.getKey(), id, id, reached + number, ""));
        }
        return new Workload(
                name,
                name,
                "image",
                Workload.State.RUNNING,
                Workload.Health.NONE,
                0,
                project,
                service.service(),
                service.ports().isEmpty() ? List.of(80) : service.ports(),
                networks,
                new HashMap<>(service.labels()),
                "");
    }

    private static Problem forgiving(Problem problem) {
        return "one of the names under filters".equals(problem.expectation())
                ? Problem.warning(
                        problem.place(),
                        problem.path(),
                        problem.found(),
                        "a name under filters of the edge's configuration, which was not given")
                : problem;
    }

    /** The same with container and label, and where the label stands. */
    private Problem atItsLabel(Problem problem) {
        var service = byContainer.get(problem.place().source().name());
        if (service == null) {
            return problem;
        }
        Place place = null;
        var path = problem.path();
        var expectation = problem.expectation();
        while (place == null && !path.isEmpty()) {
            place = service.places().get(path);
            int dot = path.lastIndexOf('.');
            int bracket = path.lastIndexOf('[');
            path = path.substring(0, Math.max(0, Math.max(dot, bracket)));
        }
        return new Problem(
                problem.severity(),
                place == null ? service.place() : place,
                ("service " + service.service() + " " + problem.path()).strip(),
                problem.found().replace("this edge", "the edge"),
                expectation == null
                        ? null
                        : expectation
                                .replace(
                                        " attached to the edge, which is on " + EDGE,
                                        ", attached to the edge as well")
                                .replace(
                                        "a network of the edge, which is on " + EDGE,
                                        "a network of the edge"),
                problem.hint());
    }
}
