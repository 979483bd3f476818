package dev.sallyport.acme.ondemand;

import dev.sallyport.config.model.Dns;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.certificate.OnDemand;
import dev.sallyport.config.model.value.HostPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a configuration says of certificates on demand, ready to be looked at for each hello. */
final class Terms {
    private final OnDemand settings;
    private final Dns dns;
    private final Hosts routes;
    private final Hosts listed;

    private Terms(OnDemand settings, Dns dns, Hosts routes, Hosts listed) {
        this.settings = settings;
        this.dns = dns;
        this.routes = routes;
        this.listed = listed;
    }

    /** Null when the configuration wants none. */
    static @Nullable Terms of(GatewayConfig config) {
        var acme = config.acme();
        var settings = acme == null ? null : acme.onDemand();
        return settings == null
                ? null
                : new Terms(
                        settings, config.dns(), routes(config), Hosts.of(settings.names(), false));
    }

    /** What TLS listeners lead somewhere; a route without a host leads there from every name. */
    private static Hosts routes(GatewayConfig config) {
        var hosts = new ArrayList<HostPattern>();
        boolean isAny = false;
        for (var route : config.routes()) {
            if (isOnTls(route.match().listeners(), config)) {
                hosts.addAll(route.match().hosts());
                isAny |= route.match().hosts().isEmpty();
            }
        }
        for (var route : config.tcpRoutes()) {
            if (route.tls() == RelayRoute.Tcp.Tls.TERMINATE && isOnTls(route.listeners(), config)) {
                hosts.addAll(route.sni());
                isAny |= route.sni().isEmpty();
            }
        }
        return Hosts.of(hosts, isAny);
    }

    private static boolean isOnTls(List<String> listeners, GatewayConfig config) {
        for (Listener each : config.listeners()) {
            if (each.tls() != null && (listeners.isEmpty() || listeners.contains(each.name()))) {
                return true;
            }
        }
        return false;
    }

    OnDemand settings() {
        return settings;
    }

    /** How names are resolved. */
    Dns dns() {
        return dns;
    }

    /** Whether anybody is to be asked about names: the service, DNS. */
    boolean asks() {
        return settings.ask() != null || !settings.resolvesTo().isEmpty();
    }

    boolean hasRoute(String name) {
        return routes.contains(name);
    }

    /** Whether the list allows it; with a service to ask, an empty list leaves all to that. */
    boolean isListed(String name) {
        return (settings.names().isEmpty() && settings.ask() != null) || listed.contains(name);
    }

    /** Whether a name may be considered at all. */
    boolean admits(String name) {
        return hasRoute(name) && isListed(name);
    }

    /** Host patterns by name: as quick for ten thousand as for one. */
    private record Hosts(Set<String> exact, Set<String> parents, boolean isAny) {
        static Hosts of(List<HostPattern> patterns, boolean isAny) {
            Set<String> exact = new HashSet<>();
            Set<String> parents = new HashSet<>();
            for (var pattern : patterns) {
                switch (pattern.kind()) {
                    case EXACT -> exact.add(pattern.name());
                    case WILDCARD -> parents.add(pattern.name());
                    case ADDRESS -> {}
                }
            }
            return new Hosts(Set.copyOf(exact), Set.copyOf(parents), isAny);
        }

        boolean contains(String name) {
            return isAny
                    || exact.contains(name)
                    || parents.contains(name.substring(name.indexOf('.') + 1));
        }
    }
}
