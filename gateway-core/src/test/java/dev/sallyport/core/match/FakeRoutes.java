package dev.sallyport.core.match;

import dev.sallyport.core.match.Match.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes in the making, each with its name for payload, and the table they make. */
final class FakeRoutes {
    private final List<RouteEntry<String>> routes = new ArrayList<>();

    /** The route declared at a place. */
    RouteEntry<String> entry(int place) {
        return routes.get(place);
    }

    void add(RouteEntry<String> route) {
        routes.add(route);
    }

    void route(String name, @Nullable PathPattern path, String... hosts) {
        routes.add(
                RouteEntry.of(
                        name, Arrays.stream(hosts).map(HostPattern::parse).toList(), path, name));
    }

    void add(
            String name,
            List<String> methods,
            Map<String, String> headers,
            Map<String, String> query,
            @Nullable NetworkSet clients,
            List<String> listeners) {
        routes.add(
                new RouteEntry<>(
                        name,
                        List.of(),
                        null,
                        methods,
                        patterns(headers),
                        patterns(query),
                        clients,
                        listeners,
                        name));
    }

    /** Adds a route for some methods only. */
    void limited(String name, @Nullable PathPattern path, List<String> methods) {
        add(
                new RouteEntry<>(
                        name, List.of(), path, methods, Map.of(), Map.of(), null, List.of(), name));
    }

    private static Map<String, ValuePattern> patterns(Map<String, String> texts) {
        var patterns = new HashMap<String, ValuePattern>();
        texts.forEach((name, text) -> patterns.put(name, ValuePattern.parse(text)));
        return patterns;
    }

    static NetworkSet networks(String... texts) {
        return NetworkSet.of(Arrays.stream(texts).map(NetworkSetTest::network).toList());
    }

    RouteTable<String> table() {
        return RouteTable.create(routes, List.of("web", "inner"), 42);
    }

    Match<String> find(String host, String path) {
        return find(FakeInput.get(host, path));
    }

    Match<String> find(MatchInput input) {
        return table().find(input);
    }

    String winner(String host, String path) {
        return winner(FakeInput.get(host, path));
    }

    String winner(MatchInput input) {
        return find(input) instanceof Found<String> found ? found.payload() : "no route";
    }
}
