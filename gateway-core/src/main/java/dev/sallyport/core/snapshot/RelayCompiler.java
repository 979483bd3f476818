package dev.sallyport.core.snapshot;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Route;
import dev.sallyport.core.admission.ConnectionFilter;
import dev.sallyport.core.admission.ConnectionFilterConfig;
import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.match.HostPattern;
import dev.sallyport.core.match.ServerNameTable;
import dev.sallyport.core.observe.metrics.MetricNames;
import dev.sallyport.core.relay.RelayFilters;
import dev.sallyport.core.relay.RelayTable;
import dev.sallyport.core.relay.TcpClaims;
import dev.sallyport.core.relay.TcpClaims.Claim;
import dev.sallyport.core.relay.TcpRoute;
import dev.sallyport.core.relay.UdpRoute;
import dev.sallyport.core.upstream.HttpUpstream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the TCP and UDP routes of a snapshot, keeping what counts from the one before. */
final class RelayCompiler {
    /** What clients of routes offer (RFC 7301 6), and what validates their certificates. */
    private static final List<String> WEB = List.of("h2", "http/1.1", "http/1.0", "acme-tls/1");

    private final GatewayConfig config;
    private final Leaves before;
    private final MetricNames names;
    private final Map<Leaves.FilterPlace, ConnectionFilter> filters = new HashMap<>();
    private final Map<String, OpenCount> counts = new HashMap<>();
    private final Map<String, String> closed = new HashMap<>();

    RelayCompiler(GatewayConfig config, Leaves before, MetricNames names) {
        this.config = config;
        this.before = before;
        this.names = names;
    }

    /**
     * The table.
     *
     * @param upstreams finds a live one by name, or throws {@link IllegalArgumentException} with
     *     why there is none
     */
    RelayTable compile(Function<String, HttpUpstream> upstreams) {
        List<TcpRoute> tcp = new ArrayList<>();
        for (RelayRoute.Tcp settings : config.tcpRoutes()) {
            tcp.add(tcp(settings, upstreams));
        }
        Map<String, TcpClaims> claims = new HashMap<>();
        Map<String, UdpRoute> udp = new HashMap<>();
        for (Listener listener : config.listeners()) {
            TcpClaims here = claims(config, listener, (_, index) -> tcp.get(index));
            if (!here.routes().isEmpty()) {
                claims.put(listener.name(), here);
            }
        }
        for (RelayRoute.Udp settings : config.udpRoutes()) {
            UdpRoute route = udp(settings, upstreams);
            settings.listeners().forEach(listener -> udp.put(listener, route));
        }
        return new RelayTable(claims, udp);
    }

    Map<Leaves.FilterPlace, ConnectionFilter> filters() {
        return filters;
    }

    Map<String, OpenCount> counts() {
        return counts;
    }

    /** Routes that could not be made, by name, with the reason. */
    Map<String, String> closed() {
        return closed;
    }

    /** Makes, or finds, the running form of the route at a place of the configuration. */
    interface RouteAt {
        TcpRoute of(RelayRoute.Tcp settings, int index);
    }

    /** Whose the connections of a listener are. */
    static TcpClaims claims(GatewayConfig config, Listener listener, RouteAt routes) {
        List<ServerNameTable.Entry<Claim>> entries = new ArrayList<>();
        List<TcpRoute> here = new ArrayList<>();
        TcpRoute all = null;
        for (int i = 0; i < config.tcpRoutes().size(); i++) {
            RelayRoute.Tcp settings = config.tcpRoutes().get(i);
            boolean isHere =
                    settings.listeners().isEmpty()
                            ? listener.tls() != null
                            : settings.listeners().contains(listener.name());
            if (!isHere || listener.isUdp()) {
                continue;
            }
            TcpRoute route = routes.of(settings, i);
            here.add(route);
            all = all == null ? route : all;
            for (HostPattern name : namesOf(settings.sni())) {
                entries.add(
                        new ServerNameTable.Entry<>(
                                name, settings.alpn(), false, new Claim.Connections(route)));
            }
        }
        if (listener.isHttp() && listener.tls() != null) {
            for (Route route : config.routes()) {
                List<String> wanted = route.match().listeners();
                if (wanted.isEmpty() || wanted.contains(listener.name())) {
                    for (HostPattern name : namesOf(route.match().hosts())) {
                        entries.add(
                                new ServerNameTable.Entry<>(name, WEB, true, new Claim.Requests()));
                    }
                }
            }
        }
        return new TcpClaims(
                ServerNameTable.of(entries), listener.tls() == null ? all : null, here);
    }

    private static List<HostPattern> namesOf(
            List<dev.sallyport.config.model.value.HostPattern> written) {
        List<HostPattern> names = new ArrayList<>();
        for (var name : written) {
            // A hello carries no addresses (RFC 6066 3): such hosts are found without a name.
            if (name.kind() != dev.sallyport.config.model.value.HostPattern.Kind.ADDRESS) {
                names.add(HostPattern.parse(name.toString()));
            }
        }
        if (written.isEmpty()) {
            names.add(HostPattern.any());
        }
        return names;
    }

    private TcpRoute tcp(RelayRoute.Tcp settings, Function<String, HttpUpstream> upstreams) {
        Made made = make(settings, upstreams);
        Integer most = settings.maxConnections();
        Integer mostPerClient = settings.maxConnectionsPerClient();
        var idle = settings.idleTimeout();
        return new TcpRoute(
                settings.name(),
                names.index(settings.name()),
                settings.tls() == RelayRoute.Tcp.Tls.PASSTHROUGH,
                settings.alpn(),
                made.filters(),
                made.upstream(),
                settings.retry(),
                most == null ? Integer.MAX_VALUE : most,
                mostPerClient == null ? Integer.MAX_VALUE : mostPerClient,
                (idle == null ? config.limits().tunnelIdleTimeout() : idle).toNanos(),
                count(settings));
    }

    private UdpRoute udp(RelayRoute.Udp settings, Function<String, HttpUpstream> upstreams) {
        Made made = make(settings, upstreams);
        return new UdpRoute(
                settings.name(),
                names.index(settings.name()),
                made.filters(),
                made.upstream(),
                settings.maxSessions(),
                settings.maxSessionsPerClient(),
                settings.idleTimeout().toNanos(),
                (int) settings.maxDatagram().bytes(),
                count(settings));
    }

    /** The parts that can fail; without an upstream the route is closed. */
    private record Made(RelayFilters filters, @Nullable HttpUpstream upstream) {}

    private Made make(RelayRoute settings, Function<String, HttpUpstream> upstreams) {
        try {
            List<RelayFilters.Named> steps = new ArrayList<>();
            for (int i = 0; i < settings.filters().size(); i++) {
                steps.add(filter(settings, i));
            }
            return new Made(new RelayFilters(steps), upstreams.apply(settings.upstream()));
        } catch (IllegalArgumentException e) {
            // A security setting that cannot be carried out closes its route, never opens it.
            closed.put(settings.name(), String.valueOf(e.getMessage()));
            return new Made(new RelayFilters(List.of()), null);
        }
    }

    private RelayFilters.Named filter(RelayRoute settings, int position) {
        FilterSettings step = settings.filters().get(position);
        Leaves.FilterPlace place = new Leaves.FilterPlace(settings.name(), position, step);
        ConnectionFilter live = before.relayFilters().get(place);
        if (live == null) {
            if (!(step instanceof ConnectionFilterConfig made)) {
                throw new IllegalArgumentException(
                        "filter " + step + " (expected: one for connections)");
            }
            live = made.createForConnections();
        }
        filters.put(place, live);
        return new RelayFilters.Named(FilterTypes.nameOf(step.getClass()), live);
    }

    private OpenCount count(RelayRoute settings) {
        String place = settings.section() + "." + settings.name();
        OpenCount kept = before.relayCounts().get(place);
        OpenCount live = kept == null ? new OpenCount() : kept;
        counts.put(place, live);
        return live;
    }
}
