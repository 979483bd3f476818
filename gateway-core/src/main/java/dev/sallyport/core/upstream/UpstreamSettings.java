package dev.sallyport.core.upstream;

import dev.sallyport.config.model.Upstream.Balance;
import dev.sallyport.config.model.Upstream.Protocol;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.proxyheader.ProxyHeaderWriter;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream's connections are made with; times in nanoseconds.
 *
 * @param tls for endpoints over TLS; null when there are none
 * @param maxConnections to one endpoint, over all loops
 * @param idleConnections kept to one endpoint by one loop
 * @param responseLimits of response heads and trailers
 * @param holdNanos how long a request waits for an endpoint while there is none
 * @param ejectionFailures within {@code ejectionWithinNanos} that take an endpoint out
 * @param proxyHeader what each connection begins with; null for none
 */
public record UpstreamSettings(
        String name,
        int metric,
        Protocol protocol,
        Balance balance,
        Endpoint.@Nullable Tls tls,
        long connectNanos,
        int maxConnections,
        int idleConnections,
        long idleNanos,
        int ejectionFailures,
        long ejectionWithinNanos,
        long ejectionNanos,
        HeadLimits responseLimits,
        long holdNanos,
        @Nullable ProxyHeaderWriter proxyHeader) {}
