package dev.sallyport.core.relay;

import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.upstream.HttpUpstream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled TCP route: what to do with the connections that are its own.
 *
 * @param metric the index of the route's counters; the same over reloads
 * @param protocols of which one is agreed on by ALPN where the edge answers the hello; empty for
 *     none
 * @param upstream where connections go; null for a route that could not be made: it is closed
 * @param retries how many other endpoints may be asked
 * @param open what is open; the same over reloads
 */
public record TcpRoute(
        String name,
        int metric,
        boolean isPassthrough,
        List<String> protocols,
        RelayFilters filters,
        @Nullable HttpUpstream upstream,
        int retries,
        int maxConnections,
        int maxConnectionsPerClient,
        long idleNanos,
        OpenCount open) {
    public TcpRoute {
        protocols = List.copyOf(protocols);
    }
}
