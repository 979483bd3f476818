package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteMatch.PathMatch;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.model.value.ValueMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** No route is hidden by one before it, and hosts mean what they seem to. */
final class RouteRule implements Rule {
    private static final Set<String> REFUSED = Set.of("CONNECT", "TRACE");

    /** All that decides between routes of one host on one listener. */
    private record Spot(
            String listener,
            @Nullable HostPattern host,
            @Nullable PathMatch path,
            Set<String> methods,
            Map<String, ValueMatch> headers,
            Map<String, ValueMatch> query,
            Set<Network> client) {}

    @Override
    public void check(GatewayConfig config, Report report) {
        var all = config.listeners().stream().filter(Listener::isHttp).map(Listener::name).toList();
        var taken = new HashMap<Spot, String>();
        for (var route : config.routes()) {
            shadowed(route, all, taken, report);
            hosts(route, report);
            for (var method : route.match().methods()) {
                if (REFUSED.contains(method)) {
                    report.warning(
                            "routes." + route.name() + ".methods",
                            method + " never gets here: the edge refuses it",
                            null);
                }
            }
        }
    }

    private static void shadowed(
            Route route, List<String> all, Map<Spot, String> taken, Report report) {
        var match = route.match();
        var listeners = match.listeners().isEmpty() ? all : match.listeners();
        SequencedSet<String> others = new LinkedHashSet<>();
        int free = 0;
        for (var listener : listeners) {
            for (var host : hostsOf(route)) {
                var spot =
                        new Spot(
                                listener,
                                host,
                                match.path(),
                                Set.copyOf(match.methods()),
                                match.headers(),
                                match.query(),
                                Set.copyOf(match.client()));
                var other = taken.putIfAbsent(spot, route.name());
                if (other == null) {
                    free++;
                } else if (!other.equals(route.name())) {
                    others.add(other);
                }
            }
        }
        if (!others.isEmpty()) {
            tell(route, others, free == 0, report);
        }
    }

    private static void tell(
            Route route, SequencedSet<String> others, boolean whole, Report report) {
        var path = "routes." + route.name();
        var first = others.getFirst();
        var by = "route \"" + first + "\" at " + report.place("routes." + first);
        if (whole) {
            report.error(path, "never matched: the same match as " + by, "a match of its own");
        } else {
            report.warning(path, "partly hidden: hosts shared with " + by, "each host once");
        }
    }

    private static List<@Nullable HostPattern> hostsOf(Route route) {
        var hosts = new ArrayList<@Nullable HostPattern>(route.match().hosts());
        if (hosts.isEmpty()) {
            hosts.add(null);
        }
        return hosts;
    }

    private static void hosts(Route route, Report report) {
        var hosts = route.match().hosts();
        var known = new HashSet<HostPattern>();
        for (int i = 0; i < hosts.size(); i++) {
            var host = hosts.get(i);
            var path = "routes." + route.name() + ".host" + (hosts.size() > 1 ? "[" + i + "]" : "");
            if (host.kind() == HostPattern.Kind.WILDCARD
                    && host.name().indexOf('.') < 0
                    && !host.isLocal()) {
                report.warning(
                        path,
                        "\"" + host + "\" means every name of a top-level domain",
                        "at least two labels after the *");
            }
            if (!known.add(host)) {
                report.warning(path, "\"" + host + "\" a second time", null);
            }
        }
    }
}
