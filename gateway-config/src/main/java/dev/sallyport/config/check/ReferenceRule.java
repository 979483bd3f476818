package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RouteAction.Forward;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.Suggestion;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Names that are used exist, and what has a name is used. */
final class ReferenceRule implements Rule {
    @Override
    public void check(GatewayConfig config, Report report) {
        var upstreams = config.upstreams().stream().map(Upstream::name).toList();
        var listeners = config.listeners().stream().map(Listener::name).toList();
        var used = new HashSet<String>();
        Set<FilterSettings> usedFilters = Collections.newSetFromMap(new IdentityHashMap<>());
        for (var route : config.routes()) {
            var path = "routes." + route.name();
            if (route.action() instanceof Forward(var upstream)) {
                used.add(upstream);
                upstream(upstream, path, upstreams, report);
            }
            listeners(route.match().listeners(), path, listeners, report);
            usedFilters.addAll(route.filters());
        }
        for (var route : config.relayRoutes()) {
            var path = route.section() + "." + route.name();
            used.add(route.upstream());
            upstream(route.upstream(), path, upstreams, report);
            listeners(route.listeners(), path, listeners, report);
            usedFilters.addAll(route.filters());
        }
        for (var upstream : upstreams) {
            if (!used.contains(upstream)) {
                report.warning("upstreams." + upstream, "not used by any route", null);
            }
        }
        // A route that names a filter holds that very instance; equal settings are another step.
        config.filters()
                .forEach((name, filter) -> {
                    if (!usedFilters.contains(filter)) {
                        report.warning("filters." + name, "not used by any route", null);
                    }
                });
    }

    private static void upstream(String name, String path, List<String> upstreams, Report report) {
        if (!upstreams.contains(name)) {
            missing(
                    report,
                    path + ".forward",
                    name,
                    "the name of an upstream, or an address such as app:8080",
                    upstreams);
        }
    }

    private static void listeners(
            List<String> wanted, String path, List<String> listeners, Report report) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!listeners.contains(wanted.get(i))) {
                var under = path + ".listeners[" + i + "]";
                missing(report, under, wanted.get(i), "the name of a listener", listeners);
            }
        }
    }

    private static void missing(
            Report report, String path, String name, String expected, List<String> known) {
        var nearest = Suggestion.nearest(name, known);
        report.error(path, Problem.quote(name), expected, nearest);
    }
}
