package dev.sallyport.core.rebuild;

import dev.sallyport.core.proxyheader.Proxied;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is on the other end of a downstream connection, and how it came in. One per connection.
 *
 * @param address the socket's remote address, or the one a trusted PROXY header named
 * @param local where the client connected to, or what a trusted PROXY header said of it
 * @param listener the name of the listener that accepted the connection
 * @param listenerMetric the index of the listener's counters
 * @param tls what the handshake settled; null on plain connections
 * @param hsts value of {@code Strict-Transport-Security} for this listener; null for none
 * @param altSvc value of {@code Alt-Svc} for its answers, where its address speaks HTTP/3 and this
 *     connection does not; null for none
 * @param isEarly whether its handshake is not over, so that what it asks may be a replay (RFC 8470)
 */
public record Peer(
        ClientAddress address,
        int port,
        InetSocketAddress local,
        String listener,
        int listenerMetric,
        @Nullable Tls tls,
        byte @Nullable [] hsts,
        byte @Nullable [] altSvc,
        boolean isEarly) {

    /**
     * What a TLS handshake settled.
     *
     * @param isAsked whether the client was asked for a certificate
     * @param client who it is by its certificate; null when it gave none
     */
    public record Tls(
            @Nullable String serverName,
            String version,
            String cipher,
            @Nullable String alpn,
            boolean isAsked,
            @Nullable ClientIdentity client) {}

    /** Who the client is by its certificate; null when it gave none. */
    public @Nullable ClientIdentity client() {
        Tls settled = tls;
        return settled == null ? null : settled.client();
    }

    public static Peer plain(
            InetSocketAddress remote,
            InetSocketAddress local,
            String listener,
            int listenerMetric) {
        return new Peer(
                ClientAddress.of(remote.getAddress()),
                remote.getPort(),
                local,
                listener,
                listenerMetric,
                null,
                null,
                null,
                false);
    }

    /** The same peer at another address, to which its connection has moved. */
    public Peer at(InetSocketAddress remote) {
        return new Peer(
                ClientAddress.of(remote.getAddress()),
                remote.getPort(),
                local,
                listener,
                listenerMetric,
                tls,
                hsts,
                altSvc,
                isEarly);
    }

    public int localPort() {
        return local.getPort();
    }

    /**
     * What a server is told of {@code client}, which is this one or, behind trusted proxies, one
     * whose port nobody said.
     */
    public Proxied proxied(ClientAddress client) {
        boolean isThis = client.equals(address);
        return new Proxied(
                new InetSocketAddress(client.toInetAddress(), isThis ? port : 0),
                local,
                tls == null ? null : new Proxied.Tls(tls.serverName(), tls.alpn(), tls.version()));
    }

    public boolean isSecure() {
        return tls != null;
    }

    /** The same peer after its handshake. */
    public Peer secured(Tls settled, byte @Nullable [] hsts, byte @Nullable [] altSvc) {
        return new Peer(
                address, port, local, listener, listenerMetric, settled, hsts, altSvc, false);
    }

    /** The same peer while its handshake is not over. */
    public Peer early() {
        return new Peer(address, port, local, listener, listenerMetric, tls, hsts, altSvc, true);
    }
}
