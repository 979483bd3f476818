package dev.sallyport.core.relay;

import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.upstream.HttpUpstream;
import org.jspecify.annotations.Nullable;

/**
 * A compiled UDP route.
 *
 * @param metric the index of the route's counters; the same over reloads
 * @param upstream where datagrams go; null for a route that could not be made: it is closed
 * @param open sessions there are; the same over reloads
 */
public record UdpRoute(
        String name,
        int metric,
        RelayFilters filters,
        @Nullable HttpUpstream upstream,
        int maxSessions,
        int maxSessionsPerClient,
        long idleNanos,
        int maxDatagram,
        OpenCount open) {}
