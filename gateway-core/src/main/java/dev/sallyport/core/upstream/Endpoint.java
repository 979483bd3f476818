package dev.sallyport.core.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One address of an upstream: whether it may be used, and one pool of connections for each loop.
 * Control threads set its health; loops read it without waiting.
 */
public final class Endpoint {
    private final String text;
    private final SocketAddress address;
    private final String host;
    private final int port;
    private final byte[] authority;
    private final boolean isTls;
    private final int weight;
    private final LoopPool[] pools;
    private final Ejection ejection;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean isHealthy = true;
    private volatile boolean isRetired;
    private volatile @Nullable String healthReason;

    /**
     * An endpoint nobody has used yet.
     *
     * @param text how it is shown; a resolved name with its address
     * @param address where to connect: always an address that was checked, never a name
     * @param host the name for TLS and for a rebuilt Host field
     * @param port 0 for unix sockets
     */
    public Endpoint(
            String text,
            SocketAddress address,
            String host,
            int port,
            boolean isTls,
            int weight,
            int loops,
            UpstreamSettings settings) {
        if (isTls && settings.tls() == null) {
            throw new IllegalArgumentException(
                    "endpoint " + text + " without TLS settings (expected: whom to trust)");
        }
        this.text = text;
        this.address = address;
        this.host = host;
        this.port = port;
        this.authority =
                authority(host, port == (isTls ? 443 : 80) ? 0 : port)
                        .getBytes(StandardCharsets.US_ASCII);
        this.isTls = isTls;
        this.weight = weight;
        this.pools = new LoopPool[loops];
        for (int i = 0; i < loops; i++) {
            pools[i] = new LoopPool(settings.idleConnections());
        }
        this.ejection =
                new Ejection(
                        settings.ejectionFailures(),
                        settings.ejectionWithinNanos(),
                        settings.ejectionNanos());
    }

    /** RFC 3986 3.2.2: an IPv6 address stands in brackets. */
    private static String authority(String host, int port) {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == 0 ? name : name + ":" + port;
    }

    /** How it is shown in logs, metrics and status. */
    public String text() {
        return text;
    }

    public SocketAddress address() {
        return address;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public boolean isTls() {
        return isTls;
    }

    public int weight() {
        return weight;
    }

    /** What active checks said last; true while none has spoken. */
    public boolean isHealthy() {
        return isHealthy;
    }

    /** Why the last active check failed; null when it did not. */
    public @Nullable String healthReason() {
        return healthReason;
    }

    /** Set by active checks, on a control thread. */
    public void healthy(boolean healthy, @Nullable String reason) {
        healthReason = reason;
        isHealthy = healthy;
    }

    /** Whether failures of real requests keep it out at {@code now}. */
    public boolean isEjected(long now) {
        return ejection.isEjected(now);
    }

    /** Connections of all loops, idle ones too. */
    public int connections() {
        return connections.get();
    }

    /** Requests in flight on all loops; a moment's sum. */
    public int active() {
        int sum = 0;
        for (LoopPool pool : pools) {
            sum += pool.active();
        }
        return sum;
    }

    /** The value of a Host field made for it. */
    public String authorityText() {
        return new String(authority, StandardCharsets.US_ASCII);
    }

    byte[] authority() {
        return authority;
    }

    public LoopPool pool(int loop) {
        return pools[loop];
    }

    Ejection ejection() {
        return ejection;
    }

    /** Takes a place for a new connection; false when all are taken. */
    public boolean tryConnect(int most) {
        if (connections.incrementAndGet() > most) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    public void disconnected() {
        connections.decrementAndGet();
    }

    /** No longer part of its upstream: connections end with their exchanges. */
    void retire() {
        isRetired = true;
    }

    boolean isRetired() {
        return isRetired;
    }

    @Override
    public String toString() {
        return text;
    }

    /** Makes the TLS side of connections to endpoints: whom to trust, and as whom. */
    public interface Tls {
        /**
         * A handler for one connection, not yet in a pipeline; {@code host} is the endpoint's.
         * Loop.
         *
         * @param http1 whether HTTP/1.1 is all that is offered, in place of what the upstream
         *     speaks
         */
        SslHandler newHandler(ByteBufAllocator allocator, String host, int port, boolean http1);

        /** The same for bytes of any protocol: ALPN is not spoken. Loop. */
        SslHandler newTunnelHandler(ByteBufAllocator allocator, String host, int port);

        /** The same for who blocks, such as health checks. Control. */
        default SSLContext context() {
            throw new UnsupportedOperationException("no context (expected: none is asked for)");
        }
    }
}
