package dev.sallyport.core.proxyheader;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a server is told about a client.
 *
 * @param source the client; null where it has no address
 * @param destination where the client connected to
 * @param tls what its handshake asked for and settled; null for plain connections
 */
public record Proxied(
        @Nullable InetSocketAddress source,
        @Nullable InetSocketAddress destination,
        @Nullable Tls tls) {

    /**
     * Of the client's TLS.
     *
     * @param version as {@code TLSv1.3}; null when another than the edge answered its hello
     */
    public record Tls(
            @Nullable String serverName, @Nullable String protocol, @Nullable String version) {}
}
