package dev.sallyport.core.proxyheader;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY header says (haproxy.org, proxy-protocol.txt).
 *
 * @param source who connected to the proxy; null where it does not say, as for its own checks: then
 *     the addresses of the connection itself count
 * @param destination where that connection went; null together with {@code source}
 */
public record ProxyHeader(
        @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
    /** Sent by the proxy for itself, or for a client whose address is of no known kind. */
    public static final ProxyHeader NOBODY = new ProxyHeader(null, null);
}
