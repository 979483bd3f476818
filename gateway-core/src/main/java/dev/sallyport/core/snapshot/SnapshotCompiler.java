package dev.sallyport.core.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Limits;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RouteAction;
import dev.sallyport.config.model.observe.Tracing;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Route;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.match.RouteEntry;
import dev.sallyport.core.match.RouteTable;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.RedirectTarget;
import dev.sallyport.core.rebuild.TrustedProxies;
import dev.sallyport.core.relay.RelayTable;
import dev.sallyport.core.upstream.HttpUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes snapshots. Nothing it does is seen before the result is published: no socket is opened, no
 * running leaf is touched.
 */
public final class SnapshotCompiler {
    /** The name of the route that sends plain HTTP on to HTTPS. */
    public static final String REDIRECT_ROUTE = "redirect-to-https";

    private final Metrics metrics;
    private final UpstreamMaker upstreamMaker;
    private final RandomGenerator random;

    /** Makes the running form of an upstream. */
    public interface UpstreamMaker {
        /**
         * Makes one that has not begun to look after its endpoints.
         *
         * @throws IllegalArgumentException when what the settings name cannot be used
         */
        HttpUpstream make(
                dev.sallyport.config.model.Upstream settings,
                int metric,
                HeadLimits responseLimits);

        /**
         * Whether one that runs can take other endpoints, and needs no more to be these settings.
         */
        boolean isAdaptable(HttpUpstream live, dev.sallyport.config.model.Upstream settings);
    }

    public SnapshotCompiler(Metrics metrics, UpstreamMaker upstreamMaker, RandomGenerator random) {
        this.metrics = metrics;
        this.upstreamMaker = upstreamMaker;
        this.random = random;
    }

    /** The snapshot before the first configuration: no route, no listener. */
    public Snapshot empty(GatewayConfig config) {
        return new Snapshot(
                0,
                config,
                rules(config),
                RouteTable.create(List.of(), List.of(), 0),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Leaves.NONE,
                Map.of(),
                RelayTable.NONE);
    }

    /** Compiles {@code config}, keeping the leaves of {@code before} whose settings are equal. */
    public Snapshot compile(GatewayConfig config, Snapshot before) {
        return new Compilation(config, before).run();
    }

    /**
     * Whether a route that is closed in {@code now} would open, since a file that was broken when
     * it was compiled is good by now. Compiles only where a route is closed.
     *
     * @param discard gives up what a compilation made beyond what a snapshot has
     */
    public boolean opensMore(Snapshot now, Consumer<Snapshot> discard) {
        if (now.closed().isEmpty()) {
            return false;
        }
        Set<String> closed = compile(now.config(), now).closed().keySet();
        discard.accept(now);
        return !closed.containsAll(now.closed().keySet());
    }

    /** One run; holds what is being put together. */
    private final class Compilation {
        private final GatewayConfig config;
        private final Snapshot before;
        private final Map<Leaves.FilterPlace, Filter> filters = new HashMap<>();
        private final Map<dev.sallyport.config.model.Upstream, HttpUpstream> leaves =
                new HashMap<>();
        private final Map<String, HttpUpstream> upstreams = new LinkedHashMap<>();
        private final Map<String, String> closed = new LinkedHashMap<>();
        private final Map<String, String> brokenUpstreams = new HashMap<>();

        Compilation(GatewayConfig config, Snapshot before) {
            this.config = config;
            this.before = before;
        }

        Snapshot run() {
            for (var settings : config.upstreams()) {
                upstream(settings);
            }
            List<RouteEntry<Route>> entries = new ArrayList<>();
            for (var settings : config.routes()) {
                entries.add(entry(settings));
            }
            List<String> listeners = config.listeners().stream().map(Listener::name).toList();
            RelayCompiler relayCompiler =
                    new RelayCompiler(config, before.leaves(), metrics.relays());
            RelayTable relays = relayCompiler.compile(this::requireUpstream);
            closed.putAll(relayCompiler.closed());
            return new Snapshot(
                    before.generation() + 1,
                    config,
                    rules(config),
                    RouteTable.create(entries, listeners, random.nextLong()),
                    listeners,
                    asking(),
                    redirecting(),
                    upstreams,
                    new Leaves(filters, leaves, relayCompiler.filters(), relayCompiler.counts()),
                    closed,
                    relays);
        }

        private void upstream(dev.sallyport.config.model.Upstream settings) {
            boolean sameLimits = responseLimits(config).equals(responseLimits(before.config()));
            HttpUpstream kept = sameLimits ? kept(settings) : null;
            try {
                HttpUpstream live =
                        kept != null
                                ? kept
                                : upstreamMaker.make(
                                        settings,
                                        metrics.upstreams().index(settings.name()),
                                        responseLimits(config));
                leaves.put(settings, live);
                upstreams.put(settings.name(), live);
            } catch (IllegalArgumentException e) {
                brokenUpstreams.put(settings.name(), String.valueOf(e.getMessage()));
            }
        }

        private @Nullable HttpUpstream kept(dev.sallyport.config.model.Upstream settings) {
            HttpUpstream same = before.leaves().find(settings);
            HttpUpstream named = before.upstreams().get(settings.name());
            boolean isNamed =
                    same == null && named != null && upstreamMaker.isAdaptable(named, settings);
            return isNamed ? named : same;
        }

        private RouteEntry<Route> entry(dev.sallyport.config.model.Route settings) {
            return ConfiguredRoutes.entry(settings, route(settings));
        }

        private Route route(dev.sallyport.config.model.Route settings) {
            int metric = metrics.routes().index(settings.name());
            List<Route.NamedFilter> steps = new ArrayList<>();
            Route.Action action;
            try {
                for (int i = 0; i < settings.filters().size(); i++) {
                    steps.add(filter(settings, i));
                }
                action = action(settings);
            } catch (IllegalArgumentException e) {
                // A security setting that cannot be carried out closes its route, never opens it.
                closed.put(settings.name(), String.valueOf(e.getMessage()));
                steps.clear();
                action = new Route.Action.Respond(Answer.of(503, "route-closed"));
            }
            return new Route(
                    settings.name(),
                    metric,
                    steps,
                    action,
                    settings.retry(),
                    times(settings.timeouts()),
                    Matching.strippedSegments(settings),
                    hostHeader(settings.hostHeader()));
        }

        private Route.NamedFilter filter(dev.sallyport.config.model.Route settings, int position) {
            FilterSettings step = settings.filters().get(position);
            Leaves.FilterPlace place = new Leaves.FilterPlace(settings.name(), position, step);
            Filter kept = before.leaves().find(place);
            Filter live = kept != null ? kept : create(step);
            filters.put(place, live);
            return new Route.NamedFilter(FilterTypes.nameOf(step.getClass()), live);
        }

        private Filter create(FilterSettings step) {
            if (step instanceof FilterConfig made) {
                return made.create();
            }
            throw new IllegalArgumentException(
                    "filter " + step + " (expected: settings that make a filter)");
        }

        private Route.Action action(dev.sallyport.config.model.Route settings) {
            return switch (settings.action()) {
                case RouteAction.Forward(String name) ->
                        new Route.Action.Forward(requireUpstream(name));
                case RouteAction.Redirect redirect ->
                        new Route.Action.Redirect(
                                redirect.status(),
                                new RedirectTarget(redirect.to(), false, "", redirect.keepsPath()));
                case RouteAction.Respond(int status, String body, String type) ->
                        new Route.Action.Respond(
                                body.isEmpty()
                                        ? Answer.of(status, "respond")
                                        : new Answer(
                                                status,
                                                "respond",
                                                List.of(),
                                                type,
                                                body.getBytes(UTF_8)));
            };
        }

        private HttpUpstream requireUpstream(String name) {
            HttpUpstream live = upstreams.get(name);
            if (live == null) {
                String why = brokenUpstreams.getOrDefault(name, "not configured");
                throw new IllegalArgumentException("upstream " + name + ": " + why);
            }
            return live;
        }

        private Route.Times times(dev.sallyport.config.model.Route.Timeouts own) {
            Limits limits = config.limits();
            Duration response = own.response();
            Duration progress = own.progress();
            Duration idle = own.tunnelIdle();
            return new Route.Times(
                    (response == null ? limits.responseTimeout() : response).toNanos(),
                    (progress == null ? limits.progressTimeout() : progress).toNanos(),
                    (idle == null ? limits.tunnelIdleTimeout() : idle).toNanos());
        }

        private Map<String, Listener.ClientCertificates> asking() {
            Map<String, Listener.ClientCertificates> asking = new HashMap<>();
            for (Listener listener : config.listeners()) {
                Listener.Tls tls = listener.tls();
                Listener.ClientCertificates clients = tls == null ? null : tls.clientCertificates();
                if (clients != null) {
                    asking.put(listener.name(), clients);
                }
            }
            return asking;
        }

        private Map<String, Route> redirecting() {
            Map<String, Route> redirecting = new HashMap<>();
            int port = 443;
            for (Listener listener : config.listeners()) {
                if (listener.isHttp() && listener.tls() != null) {
                    port = listener.address().port();
                    break;
                }
            }
            for (Listener listener : config.listeners()) {
                if (listener.redirectToHttps()) {
                    redirecting.put(listener.name(), redirectRoute(port));
                }
            }
            return redirecting;
        }

        private Route redirectRoute(int port) {
            return new Route(
                    REDIRECT_ROUTE,
                    metrics.routes().index(REDIRECT_ROUTE),
                    List.of(),
                    new Route.Action.Redirect(308, RedirectTarget.https(port)),
                    0,
                    times(new dev.sallyport.config.model.Route.Timeouts(null, null, null)),
                    0,
                    new Route.HostHeader.Keep());
        }
    }

    private static Route.HostHeader hostHeader(
            dev.sallyport.config.model.Route.HostHeader settings) {
        return switch (settings.mode()) {
            case KEEP -> new Route.HostHeader.Keep();
            case ENDPOINT -> new Route.HostHeader.Endpoint();
            case LITERAL ->
                    new Route.HostHeader.Literal(
                            String.valueOf(settings.literal()).getBytes(UTF_8));
        };
    }

    private static Rules rules(GatewayConfig config) {
        Tracing tracing = config.tracing();
        Limits limits = config.limits();
        return new Rules(
                new HeadLimits(
                        (int) limits.requestHead().bytes(),
                        limits.requestFields(),
                        (int) limits.trailers().bytes()),
                limits.headTimeout().toNanos(),
                limits.keepAliveTimeout().toNanos(),
                limits.progressTimeout().toNanos(),
                limits.requestsPerConnection() == 0
                        ? Integer.MAX_VALUE
                        : limits.requestsPerConnection(),
                new Rules.Streams(
                        limits.http2().streams(),
                        limits.http2().resets(),
                        limits.http2().controlFrames(),
                        limits.http2().continuations()),
                new TrustedProxies(config.trustedProxies()),
                tracing == null ? Rules.NO_TRACES : tracing.sample());
    }

    private static HeadLimits responseLimits(GatewayConfig config) {
        Limits limits = config.limits();
        return new HeadLimits(
                (int) limits.responseHead().bytes(),
                limits.responseFields(),
                (int) limits.trailers().bytes());
    }
}
