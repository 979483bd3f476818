package dev.sallyport.core.relay;

import dev.sallyport.core.match.ServerNameTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose the connections of one listener are.
 *
 * @param hellos by what a TLS hello asks for, on listeners that speak TLS
 * @param all the route of every connection, on listeners that do not; null for none
 * @param routes all TCP routes here
 */
public record TcpClaims(
        ServerNameTable<Claim> hellos, @Nullable TcpRoute all, List<TcpRoute> routes) {
    public TcpClaims {
        routes = List.copyOf(routes);
    }

    /** Who a hello belongs to. */
    public sealed interface Claim {
        /** The routes of requests. */
        record Requests() implements Claim {}

        /** A TCP route. */
        record Connections(TcpRoute route) implements Claim {}
    }

    /** The lists of protocols that the edge itself must agree on here. */
    public Set<List<String>> terminated() {
        Set<List<String>> lists = new HashSet<>();
        for (TcpRoute route : routes) {
            if (!route.isPassthrough()) {
                lists.add(route.protocols());
            }
        }
        return lists;
    }
}
