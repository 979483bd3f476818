package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.config.feed.FeedStatus;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteAction;
import dev.sallyport.config.model.RouteMatch;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.DiscoveryStatus;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.care.CareStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the edge is at a moment, as a tree for JSON and for people. */
final class StatusPage {
    private final Gateway gateway;
    private final AccessOutput output;
    private final String version;
    private final Instant started;

    StatusPage(Gateway gateway, AccessOutput output, String version, Instant started) {
        this.gateway = gateway;
        this.output = output;
        this.version = version;
        this.started = started;
    }

    Map<String, Object> tree(FeedStatus feed, List<String> certificateProblems, Instant now) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("version", version);
        page.put("pid", ProcessHandle.current().pid());
        page.put("started", started.toString());
        page.put("uptime-seconds", Duration.between(started, now).toSeconds());
        page.put(
                "transport",
                Map.of(
                        "name", gateway.transport().transport().word(),
                        "reason", gateway.transport().reason()));
        page.put("tls", gateway.tlsEngine().tlsEngine());
        page.put("loops", gateway.loops().all().size());
        page.put("connections", gateway.listeners().connections());
        page.put("config", config(feed));
        page.put("listeners", listeners());
        page.put("routes", routes());
        page.put("upstreams", upstreams());
        page.put("certificates", certificates(now));
        page.put("certificate-problems", certificateProblems);
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("records", gateway.accessLog().accepted());
        log.put("dropped", gateway.accessLog().dropped());
        log.put("lost", output.lost());
        page.put("access-log", log);
        return page;
    }

    private static Map<String, Object> config(FeedStatus feed) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("generation", feed.generation());
        config.put("last-result", feed.outcome().name().toLowerCase(java.util.Locale.ROOT));
        put(config, "applied", feed.appliedAt());
        put(config, "read", feed.attemptedAt());
        config.put("problems", feed.problems().stream().map(Problem::toString).toList());
        return config;
    }

    /** How a discovery stands, and what is wrong with what it found. */
    static Map<String, Object> discovery(DiscoveryStatus status, FeedStatus feed) {
        Map<String, Object> discovery = new LinkedHashMap<>();
        discovery.put("name", status.name());
        discovery.put("source", status.source());
        discovery.put("state", status.isStale() ? "stale" : "current");
        put(discovery, "reason", status.staleReason());
        put(discovery, "as-of", status.asOf());
        discovery.put("workloads", status.workloads());
        discovery.put("problems", feed.found().stream().map(Problem::toString).toList());
        return discovery;
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    private List<Map<String, Object>> listeners() {
        List<Map<String, Object>> listeners = new ArrayList<>();
        for (Listener settings : gateway.snapshot().config().listeners()) {
            Map<String, Object> listener = new LinkedHashMap<>();
            listener.put("name", settings.name());
            listener.put("address", settings.address());
            listener.put("port", gateway.listeners().port(settings.name()));
            listener.put("kind", settings.kind().name().toLowerCase(Locale.ROOT));
            listener.put("tls", settings.tls() != null);
            listener.put("redirect-to-https", settings.redirectToHttps());
            put(listener, "http3", gateway.listeners().http3(settings.name()));
            listeners.add(listener);
        }
        return listeners;
    }

    private List<Map<String, Object>> routes() {
        Map<String, String> closed = gateway.snapshot().closed();
        List<Map<String, Object>> routes = new ArrayList<>();
        for (Route settings : gateway.snapshot().config().routes()) {
            Map<String, Object> route = new LinkedHashMap<>();
            route.put("name", settings.name());
            route.put("hosts", settings.match().hosts().stream().map(Object::toString).toList());
            put(route, "path", path(settings.match().path()));
            route.put("action", action(settings.action()));
            put(route, "closed", closed.get(settings.name()));
            routes.add(route);
        }
        for (RelayRoute settings : gateway.snapshot().config().relayRoutes()) {
            Map<String, Object> route = new LinkedHashMap<>();
            route.put("name", settings.name());
            route.put("action", kind(settings) + " " + settings.upstream());
            put(route, "closed", closed.get(settings.name()));
            routes.add(route);
        }
        return routes;
    }

    private static @Nullable String path(RouteMatch.@Nullable PathMatch path) {
        return switch (path) {
            case null -> null;
            case RouteMatch.Exact exact -> exact.path();
            case RouteMatch.Prefix prefix -> prefix.prefix() + " ...";
            case RouteMatch.Regex regex -> "~" + regex.regex();
        };
    }

    /** What a TCP or UDP route does, in a word or two. */
    static String kind(RelayRoute route) {
        return switch (route) {
            case RelayRoute.Tcp tcp ->
                    tcp.tls() == RelayRoute.Tcp.Tls.PASSTHROUGH ? "tls-passthrough" : "tcp";
            case RelayRoute.Udp _ -> "udp";
        };
    }

    static String action(RouteAction action) {
        return switch (action) {
            case RouteAction.Forward forward -> "forward " + forward.upstream();
            case RouteAction.Redirect redirect ->
                    "redirect " + redirect.status() + " " + redirect.to();
            case RouteAction.Respond respond -> "respond " + respond.status();
        };
    }

    private List<Map<String, Object>> upstreams() {
        Map<String, CareStatus> care = gateway.care();
        List<Map<String, Object>> upstreams = new ArrayList<>();
        gateway.snapshot()
                .upstreams()
                .forEach((name, live) -> {
                    Map<String, Object> upstream = new LinkedHashMap<>();
                    upstream.put("name", name);
                    upstream.put("endpoints", endpoints(live));
                    CareStatus status = care.get(name);
                    if (status != null) {
                        upstream.put("care", care(status));
                    }
                    upstreams.add(upstream);
                });
        return upstreams;
    }

    private static Map<String, Object> care(CareStatus status) {
        List<Map<String, Object>> names = new ArrayList<>();
        for (CareStatus.Name each : status.names()) {
            Map<String, Object> name = new LinkedHashMap<>();
            name.put("name", each.name());
            name.put("family", each.family());
            name.put("addresses", each.addresses());
            name.put("refused", each.refused());
            put(name, "problem", each.problem());
            names.add(name);
        }
        Map<String, Object> care = new LinkedHashMap<>();
        care.put("names", names);
        care.put("refused-addresses", status.refusedAddresses());
        care.put("failed-lookups", status.failedLookups());
        care.put("failed-checks", status.failedChecks());
        return care;
    }

    /** The endpoints of an upstream and the state each is in. */
    static List<Map<String, Object>> endpoints(HttpUpstream upstream) {
        long now = System.nanoTime();
        List<Map<String, Object>> endpoints = new ArrayList<>();
        for (Endpoint live : upstream.endpoints()) {
            Map<String, Object> endpoint = new LinkedHashMap<>();
            endpoint.put("endpoint", live.text());
            endpoint.put("state", state(live, now));
            put(endpoint, "reason", live.healthReason());
            endpoint.put("weight", live.weight());
            endpoint.put("connections", live.connections());
            endpoint.put("requests", live.active());
            endpoints.add(endpoint);
        }
        return endpoints;
    }

    private static String state(Endpoint endpoint, long now) {
        return !endpoint.isHealthy()
                ? "unhealthy"
                : endpoint.isEjected(now) ? "ejected" : "healthy";
    }

    private List<Map<String, Object>> certificates(Instant now) {
        List<Map<String, Object>> certificates = new ArrayList<>();
        for (KeyMaterial material : gateway.certificates().all()) {
            Map<String, Object> certificate = new LinkedHashMap<>();
            List<String> names = new ArrayList<>(material.names());
            for (InetAddress address : material.addresses()) {
                names.add(address.getHostAddress());
            }
            certificate.put("names", names);
            certificate.put("until", material.notAfter().toString());
            Duration left = Duration.between(now, material.notAfter());
            Duration life = Duration.between(material.notBefore(), material.notAfter());
            certificate.put("days-left", left.toDays());
            certificate.put("percent-left", 100 * left.toSeconds() / Math.max(1, life.toSeconds()));
            certificate.put("fingerprint", material.fingerprint());
            certificates.add(certificate);
        }
        return certificates;
    }
}
