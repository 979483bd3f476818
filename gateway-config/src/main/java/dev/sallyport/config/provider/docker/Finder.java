package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteAction.Forward;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.discovery.Providers;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.Found;
import dev.sallyport.config.provider.docker.place.OwnNetworks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From containers and their labels to routes and upstreams. One call for each look at the whole;
 * what it remembers lies with {@link Claims}.
 */
final class Finder {
    private static final String SUFFIX = "@docker";

    private final Parts reader;
    private final Claims claims;
    private final Providers.Docker settings;
    private final OwnNetworks own;
    private final Instant now;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Upstream> upstreams = new ArrayList<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, String> networks = new TreeMap<>();
    private final Map<String, Instant> seenAt = new HashMap<>();
    private final HostGate gate;

    Finder(
            Parts reader,
            Claims claims,
            GatewayConfig base,
            Providers.Docker settings,
            OwnNetworks own,
            Instant now) {
        this.reader = reader;
        this.claims = claims;
        this.settings = settings;
        this.own = own;
        this.now = now;
        this.gate = new HostGate(claims, base, settings.grants(), problems);
    }

    /**
     * All there is of these workloads.
     *
     * @param workloads those that are gone, too, while their routes are kept
     */
    Found find(List<Roster.Entry> workloads) {
        var groups = new LinkedHashMap<String, List<Member>>();
        var placing = new Placing(own, settings.networks(), problems);
        for (var entry : workloads) {
            var workload = entry.workload();
            var member = member(workload, placing, entry.network());
            seenAt.put(workload.id(), entry.seen());
            if (member != null) {
                networks.put(workload.id(), member.network().name());
                var key = member.name() + " " + member.owner();
                groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(member);
            }
        }
        var inOrder = new ArrayList<>(groups.values());
        inOrder.sort(
                Comparator.comparing(this::seniority).thenComparingLong(group -> created(group)));
        inOrder.forEach(this::group);
        return new Found(routes, upstreams, places, problems.stream().distinct().toList());
    }

    /** Where each workload was found, by id. */
    Map<String, String> networks() {
        return networks;
    }

    private @Nullable Member member(Workload workload, Placing placing, @Nullable String before) {
        var place = ContainerLabels.placeOf(workload);
        if (!workload.excess().isEmpty()) {
            problems.add(Problem.error(place, "", workload.excess(), null));
            return null;
        }
        if (!Owner.isFit(workload)) {
            problems.add(
                    Problem.error(
                            place,
                            "",
                            "project "
                                    + Problem.quote(workload.project())
                                    + ", service "
                                    + Problem.quote(workload.service()),
                            "names of letters, digits, - . and _, as compose gives them"));
            return null;
        }
        var labels = ContainerLabels.of(workload);
        var enable = labels.enable();
        if (enable != null && !enable.equals("true") && !enable.equals("false")) {
            problems.add(
                    Problem.error(
                            place,
                            ContainerLabels.PREFIX + "enable",
                            Problem.quote(enable),
                            "true or false"));
            return null;
        }
        if (labels.isOff()) {
            return null;
        }
        var network = placing.choose(workload, labels, before);
        return network == null
                ? null
                : new Member(workload, labels, network, Owner.of(workload, network.name()));
    }

    private Instant seniority(List<Member> group) {
        var first = group.getFirst();
        var since = claims.oldest(first.name(), first.owner());
        return since == null ? now : since;
    }

    private static long created(List<Member> group) {
        return group.stream().mapToLong(member -> member.workload().created()).min().orElse(0);
    }

    private Instant lastSeen(List<Member> group) {
        var last = Instant.EPOCH;
        for (var member : group) {
            var when = seenAt.getOrDefault(member.workload().id(), now);
            last = when.isAfter(last) ? when : last;
        }
        return last;
    }

    /** Replicas of one service: the newest that serves says how, all that serve are asked. */
    private void group(List<Member> group) {
        var inOrder = new ArrayList<>(group);
        inOrder.sort(
                Comparator.comparing((Member member) -> !member.isServing())
                        .thenComparingLong(member -> -member.workload().created())
                        .thenComparing(member -> member.workload().name()));
        var first = inOrder.getFirst();
        var seen = lastSeen(group);
        var inTheWay = claims.claimName(first.name(), first.owner(), seen);
        if (inTheWay != null) {
            problems.add(
                    Problem.error(
                            first.labels().place(),
                            "",
                            first.name() + " is the name of " + inTheWay.owner() + " already",
                            "a project or service name of its own"));
            return;
        }
        var made = new GroupRoutes(reader, inOrder, SUFFIX);
        var wishes = made.routes();
        problems.addAll(made.problems());
        var used = new HashSet<String>();
        for (var wish : wishes) {
            var hosts = gate.pass(wish, first, seen);
            if (hosts.isEmpty()) {
                continue;
            }
            var route = wish.withHosts(hosts);
            routes.add(route);
            places.put("routes." + route.name(), first.labels().place());
            if (route.action() instanceof Forward(var target)) {
                used.add(target);
            }
        }
        for (var upstream : made.upstreams()) {
            if (used.contains(upstream.name())) {
                upstreams.add(upstream);
                places.put("upstreams." + upstream.name(), first.labels().place());
            }
        }
    }
}
