package dev.sallyport.core.boot.edge;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Limits;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteAction;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.match.Explanation;
import dev.sallyport.core.match.Match;
import dev.sallyport.core.snapshot.ConfiguredRoutes;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.upstream.HttpUpstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes where it goes: the same parser and the same look-up as the real ones, asked to
 * write down what they consider.
 */
public final class Explainer {
    private final GatewayConfig config;
    private final @Nullable Snapshot running;

    private Explainer(GatewayConfig config, @Nullable Snapshot running) {
        this.config = config;
        this.running = running;
    }

    /** By what runs, with the state of its endpoints. */
    static Explainer of(Snapshot running) {
        return new Explainer(running.config(), running);
    }

    /** By a configuration that runs nowhere. */
    public static Explainer of(GatewayConfig config) {
        return new Explainer(config, null);
    }

    /** The explanation as a tree for JSON and for people. */
    public Map<String, Object> explain(Question question) throws Failure {
        if (RelayExplainer.isFor(question.url())) {
            Map<String, String> closed = running == null ? Map.of() : running.closed();
            return new RelayExplainer(config, this::endpoints, closed).explain(question.url());
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("url", question.url());
        page.put("method", question.method());
        RequestHead head = new RequestHead();
        ByteBuf bytes = Unpooled.wrappedBuffer(question.head());
        int outcome = head.feed(bytes, limits());
        Malformed malformed = head.malformed();
        if (outcome != RequestHead.COMPLETE) {
            page.put(
                    "answer",
                    malformed == null
                            ? "400, not a whole request"
                            : malformed.status() + ", refused as malformed: " + malformed.reason());
            return page;
        }
        page.put("host", text(head, head.hostOffset(), head.hostLength()));
        page.put("path", text(head, head.pathOffset(), head.pathLength()));
        int position = listener(question);
        if (position < 0) {
            page.put("answer", "nobody listens: no listener for " + question.url());
            return page;
        }
        Listener listener = config.listeners().get(position);
        page.put("listener", listener.name() + " " + listener.address());
        if (listener.redirectToHttps()) {
            page.put("answer", "308, this listener sends everything on to HTTPS");
            return page;
        }
        Explanation<Route> explanation =
                ConfiguredRoutes.table(config)
                        .explain(new AskedRequest(head, question.clientAddress(), position));
        page.put("candidates", candidates(explanation));
        answer(explanation.answer(), listener, page);
        return page;
    }

    private HeadLimits limits() {
        Limits limits = config.limits();
        return new HeadLimits(
                (int) limits.requestHead().bytes(),
                limits.requestFields(),
                (int) limits.trailers().bytes());
    }

    private static String text(RequestHead head, int offset, int length) {
        return new String(head.bytes(), offset, length, StandardCharsets.ISO_8859_1);
    }

    /** The listener of the URL's scheme and port; else the only one of its scheme. */
    private int listener(Question question) throws Failure {
        int ofScheme = -1;
        int count = 0;
        for (int i = 0; i < config.listeners().size(); i++) {
            Listener listener = config.listeners().get(i);
            if (listener.isHttp() && (listener.tls() != null) == question.isSecure()) {
                if (listener.address().port() == question.port()) {
                    return i;
                }
                ofScheme = i;
                count++;
            }
        }
        return count == 1 ? ofScheme : -1;
    }

    private static List<Map<String, Object>> candidates(Explanation<Route> explanation) {
        List<Map<String, Object>> candidates = new ArrayList<>();
        for (Explanation.Considered<Route> considered : explanation.candidates()) {
            Map<String, Object> candidate = new LinkedHashMap<>();
            candidate.put("route", considered.entry().name());
            candidate.put("host", considered.host().toString());
            candidate.put(
                    "outcome",
                    considered.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            if (!considered.reason().isEmpty()) {
                candidate.put("reason", considered.reason());
            }
            candidates.add(candidate);
        }
        return candidates;
    }

    private void answer(Match<Route> match, Listener listener, Map<String, Object> page) {
        switch (match) {
            case Match.Found<Route> found -> route(found.payload(), page);
            case Match.UnknownHost<Route> _ ->
                    page.put(
                            "answer",
                            (listener.tls() == null ? "404" : "421")
                                    + ", no route names this host");
            case Match.NoRoute<Route> _ ->
                    page.put("answer", "404, no route of this host fits the request");
            case Match.PathTooLong<Route> _ ->
                    page.put("answer", "414, the path is too long for a regular expression");
            case Match.MethodNotAllowed<Route> misfit ->
                    page.put("answer", "405, allowed: " + String.join(", ", misfit.allow()));
        }
    }

    private void route(Route route, Map<String, Object> page) {
        page.put("route", route.name());
        List<String> filters = new ArrayList<>();
        for (FilterSettings filter : route.filters()) {
            filters.add(FilterTypes.nameOf(filter.getClass()));
        }
        page.put("filters", filters);
        String closed = running == null ? null : running.closed().get(route.name());
        page.put("answer", StatusPage.action(route.action()));
        if (closed != null) {
            page.put("answer", "503, the route is closed: " + closed);
        } else if (route.action() instanceof RouteAction.Forward forward) {
            page.put("endpoints", endpoints(forward.upstream()));
        }
    }

    private List<Map<String, Object>> endpoints(String name) {
        HttpUpstream live = running == null ? null : running.upstreams().get(name);
        if (live != null) {
            return StatusPage.endpoints(live);
        }
        List<Map<String, Object>> endpoints = new ArrayList<>();
        Upstream settings = config.findUpstream(name);
        if (settings != null) {
            for (Upstream.Endpoint endpoint : settings.endpoints()) {
                Map<String, Object> shown = new LinkedHashMap<>();
                shown.put("endpoint", endpoint.address().toString());
                shown.put("weight", endpoint.weight());
                endpoints.add(shown);
            }
        }
        return endpoints;
    }
}
