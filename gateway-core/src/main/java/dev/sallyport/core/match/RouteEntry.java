package dev.sallyport.core.match;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One route as it was asked for: what a request must be like, and what it then gets.
 *
 * <p>Every empty collection means "no matter". The order in which entries are given to the table is
 * their declaration order.
 *
 * @param name what the operator calls it
 * @param hosts any of them
 * @param path null: any path
 * @param methods any of them; {@code GET} lets {@code HEAD} in
 * @param headers all of them, names in lower case
 * @param query all of them, names as decoded
 * @param clients any of them
 * @param listeners any of them, by name
 * @param payload what the look-up is for
 */
public record RouteEntry<T>(
        String name,
        List<HostPattern> hosts,
        @Nullable PathPattern path,
        List<String> methods,
        Map<String, ValuePattern> headers,
        Map<String, ValuePattern> query,
        @Nullable NetworkSet clients,
        List<String> listeners,
        T payload) {

    public RouteEntry {
        hosts = List.copyOf(hosts);
        methods = List.copyOf(methods);
        headers = lowerCase(headers);
        query = Collections.unmodifiableMap(new TreeMap<>(query));
        listeners = List.copyOf(listeners);
    }

    /** A route for hosts and a path, without further conditions. */
    public static <T> RouteEntry<T> of(
            String name, List<HostPattern> hosts, @Nullable PathPattern path, T payload) {
        return new RouteEntry<>(
                name, hosts, path, List.of(), Map.of(), Map.of(), null, List.of(), payload);
    }

    private static Map<String, ValuePattern> lowerCase(Map<String, ValuePattern> headers) {
        var lower = new TreeMap<String, ValuePattern>();
        headers.forEach((name, pattern) -> {
            if (lower.put(name.toLowerCase(Locale.ROOT), pattern) != null) {
                throw new IllegalArgumentException(
                        "header " + name + " twice (expected: once, in any case)");
            }
        });
        return Collections.unmodifiableMap(lower);
    }
}
