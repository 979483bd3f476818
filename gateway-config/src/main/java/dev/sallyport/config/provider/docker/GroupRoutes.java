package dev.sallyport.config.provider.docker;

import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.provider.docker.ContainerLabels.RouteLabels;
import dev.sallyport.config.read.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes and upstreams of the replicas of one service, read from their labels. Where the newest
 * have labels that cannot be read, those before them say how: a mistake takes nothing away.
 */
final class GroupRoutes {
    private static final String PREFIX = ContainerLabels.PREFIX;
    private static final int MOST_WEIGHT = 1000;

    private final Parts reader;
    private final List<Member> members;
    private final String suffix;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Upstream> upstreams = new LinkedHashMap<>();

    /** {@code members} are of one owner and name, the one whose labels count most first. */
    GroupRoutes(Parts reader, List<Member> members, String suffix) {
        this.reader = reader;
        this.members = List.copyOf(members);
        this.suffix = suffix;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (var member : members) {
            problems.addAll(member.labels().problems());
        }
        var first = members.getFirst().labels();
        if (first.routes().isEmpty() && first.problems().isEmpty()) {
            problems.add(
                    Problem.error(first.place(), PREFIX + "host", "missing", "a host to route"));
        }
        for (var key : first.routes().keySet()) {
            boolean isShared = key.equals(ContainerLabels.ONLY) && first.routes().size() > 1;
            var labels = first.routes().get(key);
            if (isShared && labels != null && labels.settings().isEmpty()) {
                // Only a port or scheme, for the routes that have a name.
                continue;
            }
            var route = route(key);
            if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    List<Upstream> upstreams() {
        return List.copyOf(upstreams.values());
    }

    List<Problem> problems() {
        return problems;
    }

    private @Nullable Route route(String key) {
        for (var member : members) {
            var labels = member.labels().routes().get(key);
            if (labels != null) {
                var read = route(key, labels, member);
                if (read != null) {
                    return read;
                }
            }
        }
        return null;
    }

    private @Nullable Route route(String key, RouteLabels labels, Member member) {
        var settings = labels.settings();
        boolean forwards = !settings.has("redirect") && !settings.has("respond");
        var upstream = forwards ? upstream(key, member) : null;
        if (forwards && upstream == null) {
            return null;
        }
        var name = nameOf(key);
        var path = pathOf(key);
        var section = settings.section();
        if (upstream != null) {
            var place = member.labels().place();
            var entries = new LinkedHashMap<>(section.entries());
            entries.put(
                    "forward", new Node.Entry(place, new Node.Text(place, upstream.name(), false)));
            section = new Node.Section(place, entries);
        }
        var part = reader.read(Route.class, section, path, name);
        problems.addAll(part.problems());
        var route = part.value();
        if (route != null && route.match().hosts().isEmpty()) {
            problems.add(
                    Problem.error(
                            member.labels().place(), path + ".host", "missing", "a host to route"));
            return null;
        }
        if (route != null && upstream != null) {
            upstreams.put(upstream.name(), upstream);
        }
        return route;
    }

    /** {@code shop/web@docker}, or {@code shop/web:api@docker} of several. */
    private String nameOf(String key) {
        var name = members.getFirst().name();
        return key.equals(ContainerLabels.ONLY) ? name + suffix : name + ":" + key + suffix;
    }

    /** The label that says the hosts of a route. */
    static String hostLabel(Route route) {
        int colon = route.name().indexOf(':');
        int end = route.name().indexOf('@');
        return pathOf(colon < 0 ? ContainerLabels.ONLY : route.name().substring(colon + 1, end))
                + ".host";
    }

    private static String pathOf(String key) {
        return key.equals(ContainerLabels.ONLY) ? "sallyport" : PREFIX + "routes." + key;
    }

    /** Routes that say nothing of the endpoint share the upstream of the service. */
    private @Nullable Upstream upstream(String key, Member by) {
        boolean isOwn = hasEndpoint(key, by);
        var name = isOwn ? nameOf(key) : nameOf(ContainerLabels.ONLY);
        var known = upstreams.get(name);
        if (known != null) {
            return known;
        }
        var part = reader.read(Upstream.class, by.labels().upstream(), PREFIX + "upstream", name);
        problems.addAll(part.problems());
        var read = part.value();
        if (read == null) {
            return null;
        }
        var endpoints = new ArrayList<Upstream.Endpoint>();
        boolean isBroken = false;
        for (var member : members) {
            if (member.isServing()) {
                var endpoint = endpoint(key, member);
                isBroken |= endpoint == null && member.equals(by);
                if (endpoint != null) {
                    endpoints.add(endpoint);
                }
            }
        }
        endpoints.sort(Comparator.comparing(each -> each.address().toString()));
        return isBroken ? null : read.withEndpoints(endpoints);
    }

    private static boolean hasEndpoint(String key, Member by) {
        var labels = by.labels().routes().get(key);
        return labels != null
                && !key.equals(ContainerLabels.ONLY)
                && (labels.endpoint("port") != null || labels.endpoint("scheme") != null);
    }

    private Upstream.@Nullable Endpoint endpoint(String key, Member member) {
        var port = port(key, member);
        var scheme = label(key, "scheme", member);
        if (scheme != null && !scheme.equals("http") && !scheme.equals("https")) {
            problem(member, pathOf(key) + ".scheme", Problem.quote(scheme), "http or https");
            return null;
        }
        int weight = weight(member);
        if (port == 0 || weight == 0) {
            return null;
        }
        return new Upstream.Endpoint(
                new EndpointAddress.Container(
                        member.workload().name(),
                        member.address(),
                        port,
                        "https".equals(scheme),
                        member.identity()),
                weight);
    }

    /** The port of a route's endpoints; 0 after a problem. */
    private int port(String key, Member member) {
        var written = label(key, "port", member);
        if (written != null) {
            if (written.matches("[1-9][0-9]{0,4}") && Integer.parseInt(written) < 65_536) {
                return Integer.parseInt(written);
            }
            problem(member, pathOf(key) + ".port", Problem.quote(written), "a port of 1..65535");
            return 0;
        }
        var exposed = member.workload().ports();
        if (exposed.size() == 1) {
            return exposed.getFirst();
        }
        problem(
                member,
                PREFIX + "port",
                exposed.isEmpty()
                        ? "missing, and the image exposes no port"
                        : "missing, and the image exposes several ports: "
                                + String.join(", ", exposed.stream().map(String::valueOf).toList()),
                "the port that serves");
        return 0;
    }

    /** What a route says of its endpoint, or else what is said for all. */
    private static @Nullable String label(String key, String name, Member member) {
        var all = member.labels().routes();
        var labels = all.get(key);
        var own = labels == null ? null : labels.endpoint(name);
        var shared = all.get(ContainerLabels.ONLY);
        return own != null || shared == null ? own : shared.endpoint(name);
    }

    private int weight(Member member) {
        var written = member.labels().weight();
        if (written == null) {
            return 1;
        }
        if (written.matches("[1-9][0-9]{0,3}") && Integer.parseInt(written) <= MOST_WEIGHT) {
            return Integer.parseInt(written);
        }
        problem(member, PREFIX + "weight", Problem.quote(written), "1.." + MOST_WEIGHT);
        return 0;
    }

    private void problem(Member member, String path, String found, String expected) {
        problems.add(Problem.error(member.labels().place(), path, found, expected));
    }
}
