package dev.sallyport.core.boot.edge;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.snapshot.ConfiguredRelays;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection or datagram goes where it goes: {@code tls://name:port}, with {@code ?alpn=a,b}
 * for the protocols of its hello, {@code tcp://host:port} and {@code udp://host:port}.
 */
final class RelayExplainer {
    private static final Set<String> SCHEMES = Set.of("tls", "tcp", "udp");

    private final GatewayConfig config;
    private final Function<String, List<Map<String, Object>>> endpoints;
    private final Map<String, String> closed;

    /**
     * By a configuration.
     *
     * @param endpoints of an upstream, as they are shown
     * @param closed routes that could not be made, with the reason
     */
    RelayExplainer(
            GatewayConfig config,
            Function<String, List<Map<String, Object>>> endpoints,
            Map<String, String> closed) {
        this.config = config;
        this.endpoints = endpoints;
        this.closed = closed;
    }

    /** Whether a URL asks for this and not for a request. */
    static boolean isFor(String url) {
        int end = url.indexOf("://");
        return end > 0 && SCHEMES.contains(url.substring(0, end).toLowerCase(Locale.ROOT));
    }

    Map<String, Object> explain(String url) throws Failure {
        URI asked = parse(url);
        String scheme = asked.getScheme().toLowerCase(Locale.ROOT);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("url", url);
        Listener listener = listener(scheme, asked.getPort());
        if (listener == null) {
            page.put("answer", "nobody listens: no listener for " + url);
            return page;
        }
        page.put("listener", listener.name() + " " + listener.address());
        switch (scheme) {
            case "udp" -> udp(listener, page);
            case "tcp" -> found(ConfiguredRelays.all(config, listener), page);
            default -> tls(asked, listener, page);
        }
        return page;
    }

    private static URI parse(String url) throws Failure {
        try {
            URI asked = new URI(url);
            if (asked.getHost() != null && asked.getPort() > 0) {
                return asked;
            }
        } catch (URISyntaxException _) {
            // the same answer as for other bad ones
        }
        throw new Failure(
                Exit.USAGE, "url: \"" + url + "\" (expected: such as tls://db.example.com:5432)");
    }

    private @Nullable Listener listener(String scheme, int port) {
        for (Listener listener : config.listeners()) {
            boolean isKind =
                    switch (scheme) {
                        case "udp" -> listener.isUdp();
                        case "tls" -> listener.tls() != null;
                        default -> listener.kind() == Listener.Kind.TCP;
                    };
            if (isKind && listener.address().port() == port) {
                return listener;
            }
        }
        return null;
    }

    private void tls(URI asked, Listener listener, Map<String, Object> page) {
        String name = asked.getHost().toLowerCase(Locale.ROOT);
        page.put("host", name);
        String query = asked.getQuery();
        List<String> offered =
                query != null && query.startsWith("alpn=")
                        ? List.of(query.substring("alpn=".length()).split(","))
                        : List.of();
        ConfiguredRelays.Answer answer = ConfiguredRelays.ofHello(config, listener, name, offered);
        if (answer.route() != null) {
            found(answer.route(), page);
        } else if (answer.isRequests() || listener.isHttp()) {
            page.put("answer", "TLS for routes, ask https://" + name + ":" + asked.getPort() + "/");
        } else {
            page.put("answer", "alert unrecognized_name, no TCP route is for this hello");
        }
    }

    private void udp(Listener listener, Map<String, Object> page) {
        for (RelayRoute.Udp route : config.udpRoutes()) {
            if (route.listeners().contains(listener.name())) {
                found(route, page);
                return;
            }
        }
        page.put("answer", "dropped, no UDP route is for this listener");
    }

    private void found(@Nullable RelayRoute route, Map<String, Object> page) {
        if (route == null) {
            page.put("answer", "closed, no TCP route is for this connection");
            return;
        }
        page.put("route", route.name());
        List<String> filters = new ArrayList<>();
        for (FilterSettings filter : route.filters()) {
            filters.add(FilterTypes.nameOf(filter.getClass()));
        }
        page.put("filters", filters);
        String why = closed.get(route.name());
        page.put(
                "answer",
                why == null
                        ? StatusPage.kind(route) + " " + route.upstream()
                        : "closed, the route is closed: " + why);
        if (why == null) {
            page.put("endpoints", endpoints.apply(route.upstream()));
        }
    }
}
