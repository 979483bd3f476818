package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.HostPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Routes of requests, connections and datagrams each stand on listeners of their kind; {@link
 * Hello} tells apart what comes in on one.
 */
final class RelayRule implements Rule {
    @Override
    public void check(GatewayConfig config, Report report) {
        names(config, report);
        for (var route : config.routes()) {
            var path = "routes." + route.name();
            var wanted = route.match().listeners();
            for (int i = 0; i < wanted.size(); i++) {
                var listener = find(config, wanted.get(i));
                if (listener != null && !listener.isHttp()) {
                    wrongKind(report, path, i, listener, "a listener with kind: http");
                }
            }
        }
        for (var route : config.tcpRoutes()) {
            tcp(route, config, report);
        }
        for (var route : config.udpRoutes()) {
            udp(route, config, report);
        }
        for (var route : config.relayRoutes()) {
            filters(route, report);
        }
        unserved(config, report);
    }

    /** Logs and metrics tell routes apart by name alone. */
    private static void names(GatewayConfig config, Report report) {
        var taken = new HashMap<String, String>();
        config.routes().forEach(route -> taken.put(route.name(), "routes." + route.name()));
        for (var route : config.relayRoutes()) {
            var path = route.section() + "." + route.name();
            var earlier = taken.putIfAbsent(route.name(), path);
            if (earlier != null) {
                report.error(
                        path,
                        Problem.quote(route.name()) + " is the name of " + earlier + " too",
                        "a name of its own");
            }
        }
    }

    private static void tcp(RelayRoute.Tcp route, GatewayConfig config, Report report) {
        var path = RelayRoute.TCP + "." + route.name();
        for (int i = 0; i < route.listeners().size(); i++) {
            var listener = find(config, route.listeners().get(i));
            if (listener == null) {
                continue;
            }
            if (listener.isUdp() || (listener.isHttp() && listener.tls() == null)) {
                wrongKind(report, path, i, listener, "a listener with kind: tcp, or with tls");
            } else {
                terms(route, listener, path, report);
            }
        }
        boolean isServed = config.listeners().stream().anyMatch(each -> each.tls() != null);
        if (route.listeners().isEmpty() && !isServed) {
            report.error(path, "no listener speaks TLS", "a listener with tls");
        }
    }

    private static void terms(RelayRoute.Tcp route, Listener listener, String path, Report report) {
        var tls = listener.tls();
        boolean isPassthrough = route.tls() == RelayRoute.Tcp.Tls.PASSTHROUGH;
        var named = "listener \"" + listener.name() + "\"";
        if (tls == null && !route.sni().isEmpty()) {
            report.error(path + ".sni", named + " sees no server names", "a listener with tls");
        } else if (tls == null && !route.alpn().isEmpty()) {
            report.error(path + ".alpn", named + " sees no protocols", "a listener with tls");
        } else if (tls == null && isPassthrough) {
            report.error(
                    path + ".tls",
                    named + " passes everything through as it is",
                    "a listener with tls, or no tls here");
        } else if (tls != null && tls.starttls() != null && isPassthrough) {
            report.error(
                    path + ".tls",
                    named + " answers starttls itself",
                    "terminate, or a listener without starttls");
        }
    }

    private static void udp(RelayRoute.Udp route, GatewayConfig config, Report report) {
        var path = RelayRoute.UDP + "." + route.name();
        for (int i = 0; i < route.listeners().size(); i++) {
            var name = route.listeners().get(i);
            var listener = find(config, name);
            if (listener != null && !listener.isUdp()) {
                wrongKind(report, path, i, listener, "a listener with kind: udp");
            }
            for (var earlier : config.udpRoutes()) {
                if (earlier.equals(route)) {
                    break;
                }
                if (earlier.listeners().contains(name)) {
                    report.error(
                            path + ".listeners[" + i + "]",
                            Problem.quote(name) + " has route \"" + earlier.name() + "\" already",
                            "one UDP route for each listener");
                    break;
                }
            }
        }
        var upstream = config.findUpstream(route.upstream());
        if (upstream != null && !isForDatagrams(upstream)) {
            report.error(
                    path + ".forward",
                    Problem.quote(route.upstream()) + " has endpoints that take no datagrams",
                    "endpoints written as host:port");
        }
        if (upstream != null && upstream.proxyProtocol() != null) {
            report.error(
                    path + ".forward",
                    Problem.quote(route.upstream()) + " has proxy-protocol",
                    "an upstream without; it is for connections");
        }
    }

    private static boolean isForDatagrams(Upstream upstream) {
        return upstream.endpoints().stream()
                .allMatch(each -> each.address() instanceof EndpointAddress.Tcp);
    }

    private static void filters(RelayRoute route, Report report) {
        for (int i = 0; i < route.filters().size(); i++) {
            var filter = route.filters().get(i);
            if (!filter.fitsConnections()) {
                report.error(
                        route.section() + "." + route.name() + ".filters[" + i + "]",
                        FilterTypes.nameOf(filter.getClass()) + " is for requests",
                        "a filter for connections");
            }
        }
    }

    private static void unserved(GatewayConfig config, Report report) {
        var served = new HashSet<String>();
        boolean isAnyTls = false;
        for (var route : config.relayRoutes()) {
            served.addAll(route.listeners());
            isAnyTls |= route.listeners().isEmpty();
        }
        for (var listener : config.listeners()) {
            boolean isServed =
                    served.contains(listener.name()) || (isAnyTls && listener.tls() != null);
            if (!listener.isHttp() && !isServed) {
                report.warning(
                        "listeners." + listener.name(),
                        "no route: what comes in is " + (listener.isUdp() ? "dropped" : "closed"),
                        "one under " + (listener.isUdp() ? RelayRoute.UDP : RelayRoute.TCP));
            }
        }
    }

    private static void wrongKind(
            Report report, String path, int index, Listener listener, String expected) {
        var kind =
                switch (listener.kind()) {
                    case HTTP -> listener.tls() == null ? "plain HTTP" : "HTTPS";
                    case TCP -> "TCP";
                    case UDP -> "UDP";
                };
        report.error(
                path + ".listeners[" + index + "]",
                Problem.quote(listener.name()) + " is for " + kind,
                expected);
    }

    private static @Nullable Listener find(GatewayConfig config, String name) {
        for (var listener : config.listeners()) {
            if (listener.name().equals(name)) {
                return listener;
            }
        }
        return null;
    }

    /** Each TLS hello, and each connection of a plain listener, belongs to one route alone. */
    static final class Hello implements Rule {
        /**
         * What clients of routes offer; a TCP route with one of these is after the same clients.
         */
        private static final Set<String> WEB = Set.of("h2", "http/1.1", "http/1.0");

        /** What decides between routes on one listener; null for any name, and for any protocol. */
        private record Claim(
                String listener, @Nullable HostPattern name, @Nullable String protocol) {}

        @Override
        public void check(GatewayConfig config, Report report) {
            var taken = new HashMap<Claim, String>();
            for (var listener : config.listeners()) {
                if (listener.isHttp() && listener.tls() != null) {
                    web(config, listener, taken);
                }
            }
            for (var route : config.tcpRoutes()) {
                for (var listener : config.listeners()) {
                    if (isOn(route, listener)) {
                        claim(route, listener, taken, report);
                    }
                }
            }
        }

        private static void web(GatewayConfig config, Listener listener, Map<Claim, String> taken) {
            for (var route : config.routes()) {
                var wanted = route.match().listeners();
                if (!wanted.isEmpty() && !wanted.contains(listener.name())) {
                    continue;
                }
                for (var name : orAny(route.match().hosts())) {
                    // Clients of a route may offer any of these, or nothing.
                    var path = "routes." + route.name();
                    taken.putIfAbsent(new Claim(listener.name(), name, null), path);
                    for (var protocol : WEB) {
                        taken.putIfAbsent(new Claim(listener.name(), name, protocol), path);
                    }
                }
            }
        }

        private static boolean isOn(RelayRoute.Tcp route, Listener listener) {
            return route.listeners().isEmpty()
                    ? listener.tls() != null
                    : route.listeners().contains(listener.name());
        }

        private static void claim(
                RelayRoute.Tcp route, Listener listener, Map<Claim, String> taken, Report report) {
            var path = RelayRoute.TCP + "." + route.name();
            for (var name : orAny(route.sni())) {
                for (var protocol : orAny(route.alpn())) {
                    var other = taken.putIfAbsent(new Claim(listener.name(), name, protocol), path);
                    if (other != null && !other.equals(path)) {
                        tell(report, path, listener, name, protocol, other);
                    } else if (other != null && name != null) {
                        report.warning(path + ".sni", "\"" + name + "\" a second time", null);
                    }
                }
            }
        }

        private static void tell(
                Report report,
                String path,
                Listener listener,
                @Nullable HostPattern name,
                @Nullable String protocol,
                String other) {
            var by = other + " at " + report.place(other);
            if (name != null) {
                report.error(
                        path + ".sni",
                        "\"" + name + "\" on listener \"" + listener.name() + "\" belongs to " + by,
                        "a name of its own, or alpn");
            } else if (protocol != null) {
                report.error(
                        path + ".alpn",
                        "\""
                                + protocol
                                + "\" on listener \""
                                + listener.name()
                                + "\" belongs to "
                                + by,
                        "a protocol of its own, or sni");
            } else {
                report.error(
                        path,
                        "all that is left of listener \"" + listener.name() + "\" belongs to " + by,
                        listener.tls() == null
                                ? "one TCP route for each listener without tls"
                                : "sni or alpn");
            }
        }

        /** The values, or null for any where there are none. */
        private static <T> List<@Nullable T> orAny(List<T> values) {
            var all = new ArrayList<@Nullable T>(values);
            if (all.isEmpty()) {
                all.add(null);
            }
            return all;
        }
    }
}
