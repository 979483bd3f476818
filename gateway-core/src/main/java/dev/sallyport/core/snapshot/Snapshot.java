package dev.sallyport.core.snapshot;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener.ClientCertificates;
import dev.sallyport.core.exchange.Route;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.match.RouteTable;
import dev.sallyport.core.relay.RelayTable;
import dev.sallyport.core.upstream.HttpUpstream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled configuration: everything an exchange is judged by, read once when it begins.
 *
 * @param generation counts up with each one published
 * @param table the routes
 * @param listeners names in the order {@code table} knows them by
 * @param asking names of listeners that ask clients for certificates, with whose
 * @param redirecting names of listeners that answer with a redirect to HTTPS, with where it leads
 * @param upstreams by name; alive, and shared with the snapshots before and after
 * @param relays the TCP and UDP routes
 * @param closed routes that could not be made, by name, with the reason; they answer 503
 */
public record Snapshot(
        long generation,
        GatewayConfig config,
        Rules rules,
        RouteTable<Route> table,
        List<String> listeners,
        Map<String, ClientCertificates> asking,
        Map<String, Route> redirecting,
        Map<String, HttpUpstream> upstreams,
        Leaves leaves,
        Map<String, String> closed,
        RelayTable relays) {
    public Snapshot {
        listeners = List.copyOf(listeners);
        asking = Map.copyOf(asking);
        redirecting = Map.copyOf(redirecting);
        upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
        closed = Collections.unmodifiableMap(new LinkedHashMap<>(closed));
    }

    /** The position of a listener in {@link #listeners}; -1 for one that was taken away. */
    public int listener(String name) {
        return listeners.indexOf(name);
    }
}
