package dev.sallyport.core.snapshot;

import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteMatch;
import dev.sallyport.config.model.RouteMatch.PathMatch;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.model.value.ValueMatch;
import dev.sallyport.core.match.HostPattern;
import dev.sallyport.core.match.NetworkSet;
import dev.sallyport.core.match.PathPattern;
import dev.sallyport.core.match.ValuePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From what a route's settings ask for to what the table matches by. */
final class Matching {
    private static final long MAPPED = 0xffff_0000_0000L;

    private Matching() {}

    static List<HostPattern> hosts(RouteMatch match) {
        List<HostPattern> hosts = new ArrayList<>();
        for (var host : match.hosts()) {
            String name = host.toString();
            // In requests, and so in the table, addresses of IPv6 stand in brackets.
            hosts.add(HostPattern.parse(name.indexOf(':') < 0 ? name : "[" + name + "]"));
        }
        return hosts;
    }

    static @Nullable PathPattern path(@Nullable PathMatch path) {
        return switch (path) {
            case null -> null;
            case RouteMatch.Exact(String exact) -> PathPattern.exact(exact);
            case RouteMatch.Prefix(String prefix) -> PathPattern.prefix(prefix);
            case RouteMatch.Regex(String regex) -> PathPattern.regex(regex);
        };
    }

    static Map<String, ValuePattern> values(Map<String, ValueMatch> values) {
        Map<String, ValuePattern> patterns = new LinkedHashMap<>();
        values.forEach((name, value) ->
                patterns.put(
                        name,
                        switch (value) {
                            case ValueMatch.Present _ -> new ValuePattern.Present();
                            case ValueMatch.Equal(String text) -> new ValuePattern.Exactly(text);
                            case ValueMatch.Regex(String regex) -> new ValuePattern.Fitting(regex);
                        }));
        return patterns;
    }

    static @Nullable NetworkSet clients(List<Network> networks) {
        if (networks.isEmpty()) {
            return null;
        }
        List<NetworkSet.Network> set = new ArrayList<>();
        for (Network network : networks) {
            // The table holds IPv4 as mapped IPv6 (::ffff:a.b.c.d), whose prefix is 96 bits longer.
            set.add(
                    network.v4()
                            ? new NetworkSet.Network(
                                    0, MAPPED | network.low(), network.prefix() + 96)
                            : new NetworkSet.Network(
                                    network.high(), network.low(), network.prefix()));
        }
        return NetworkSet.of(set);
    }

    /** How many segments of a path a stripped prefix takes away. */
    static int strippedSegments(Route settings) {
        if (!settings.stripPrefix()
                || !(path(settings.match().path()) instanceof PathPattern.Prefix(String prefix))) {
            return 0;
        }
        return (int) prefix.chars().filter(c -> c == '/').count();
    }
}
