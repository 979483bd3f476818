package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.model.value.Suggestion;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.config.read.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one container, sorted by what they are about: routes, the upstream, the container
 * itself. Values are not judged here; that is the reader's, as for files.
 */
final class ContainerLabels {
    static final String PREFIX = "sallyport.";

    /** The route of labels that name none. */
    static final String ONLY = "";

    static final int MOST_ROUTES = 32;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,62}";
    private static final Set<String> OF_ENDPOINT = Set.of("port", "scheme");
    private static final Set<String> OF_CONTAINER =
            Set.of("enable", "network", "weight", "routes", "upstream");
    private static final Set<String> NOT_OF_LABELS = Set.of("endpoints", "allowed-networks");

    private final Place place;
    private final Map<String, RouteLabels> routes = new TreeMap<>();
    private final Branch upstream;
    private final Map<String, String> own = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Labels of one route: its settings, and what they say of the endpoint. */
    static final class RouteLabels {
        private final Branch settings;
        private final Map<String, String> endpoint = new TreeMap<>();

        private RouteLabels(Place place) {
            settings = new Branch(place);
        }

        Branch settings() {
            return settings;
        }

        @Nullable String endpoint(String name) {
            return endpoint.get(name);
        }
    }

    private ContainerLabels(Place place) {
        this.place = place;
        this.upstream = new Branch(place);
    }

    /** Where problems of a container are. */
    static Place placeOf(Workload workload) {
        return Place.of(new Source("container " + workload.name(), Path.of("/"), true));
    }

    static ContainerLabels of(Workload workload) {
        return of(placeOf(workload), workload.labels());
    }

    /** Labels of a service of a compose file, whose place each problem has. */
    static ContainerLabels of(Place place, Map<String, String> all) {
        var labels = new ContainerLabels(place);
        all.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                labels.take(name, name.substring(PREFIX.length()), value);
            }
        });
        return labels;
    }

    private void take(String label, String key, String value) {
        var path = List.of(key.split("\\.", -1));
        if (path.contains("")) {
            problem(label, "an empty word between dots", null);
            return;
        }
        var first = path.getFirst();
        switch (first) {
            case "routes" -> {
                if (path.size() < 3 || !path.get(1).matches(NAME)) {
                    problem(label, Problem.quote(key), "sallyport.routes.NAME.host or the like");
                } else {
                    route(label, path.get(1), path.subList(2, path.size()), value);
                }
            }
            case "upstream" -> upstream(label, path.subList(1, path.size()), value);
            default -> {
                if (OF_CONTAINER.contains(first)) {
                    if (path.size() == 1) {
                        own.put(first, value);
                    } else {
                        problem(label, "a label below sallyport." + first, "sallyport." + first);
                    }
                } else {
                    route(label, ONLY, path, value);
                }
            }
        }
    }

    private void route(String label, String name, List<String> path, String value) {
        if (!routes.containsKey(name) && routes.size() == MOST_ROUTES) {
            problem(label, "more than " + MOST_ROUTES + " routes", "fewer");
            return;
        }
        var first = path.getFirst();
        if (first.equals("forward")) {
            problem(label, "labels forward to their own container", "no forward; sallyport.port");
            return;
        }
        boolean ofEndpoint = OF_ENDPOINT.contains(first) && path.size() == 1;
        if (!ofEndpoint && !ConfigReader.keys(Route.class).contains(first)) {
            unknown(label, first, name.equals(ONLY));
            return;
        }
        var route = routes.computeIfAbsent(name, _ -> new RouteLabels(place));
        if (ofEndpoint) {
            route.endpoint.put(first, value);
        } else {
            put(label, route.settings, path, value);
        }
    }

    private void unknown(String label, String key, boolean isTop) {
        var known = new LinkedHashSet<>(ConfigReader.keys(Route.class));
        known.remove("forward");
        known.addAll(OF_ENDPOINT);
        if (isTop) {
            known.addAll(OF_CONTAINER);
        }
        var nearest = Suggestion.nearest(key, known);
        problems.add(
                Problem.error(
                                place,
                                label,
                                "unknown label",
                                nearest != null ? null : "one of " + String.join(", ", known))
                        .withHint(nearest == null ? null : label.replace(key, nearest)));
    }

    private void upstream(String label, List<String> path, String value) {
        if (path.isEmpty()) {
            problem(label, "a value of its own", "sallyport.upstream.balance or the like");
        } else if (NOT_OF_LABELS.contains(path.getFirst())) {
            problem(label, "labels forward to their own container", "no addresses");
        } else {
            put(label, upstream, path, value);
        }
    }

    private void put(String label, Branch into, List<String> path, String value) {
        if (!into.put(path, ConfigReader.flow(value, place, problems))) {
            problem(label, "given as a whole and in parts", "one of them");
        }
    }

    private void problem(String label, String found, @Nullable String expected) {
        problems.add(Problem.error(place, label, found, expected));
    }

    Place place() {
        return place;
    }

    Map<String, RouteLabels> routes() {
        return routes;
    }

    /** Settings of the upstream, as they are written under {@code upstreams}. */
    Node.Section upstream() {
        var section = upstream.section();
        var entries = new java.util.LinkedHashMap<>(section.entries());
        // Stands in for the endpoints, which no label has.
        var stand = new Node.Entry(place, new Node.Text(place, "127.0.0.1:9", false));
        entries.put("endpoints", stand);
        return new Node.Section(place, entries);
    }

    /** What upstream settings may be written. */
    static Set<String> upstreamKeys() {
        var keys = new LinkedHashSet<>(ConfigReader.keys(Upstream.class));
        keys.removeAll(NOT_OF_LABELS);
        return keys;
    }

    @Nullable String network() {
        return own.get("network");
    }

    @Nullable String weight() {
        return own.get("weight");
    }

    /** Whether the container is to be left alone; null without a problem, when it is not. */
    boolean isOff() {
        return "false".equals(own.get("enable"));
    }

    @Nullable String enable() {
        return own.get("enable");
    }

    List<Problem> problems() {
        return problems;
    }
}
