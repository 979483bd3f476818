package dev.sallyport.core.admission;

import dev.sallyport.core.rebuild.ClientAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notices when every client comes from the edge's own gateway. A rootless engine, or one that
 * publishes a port by a process of its own, connects in the place of all clients: each limit for a
 * client counts them as one, and a rule for addresses means nothing.
 */
public final class SharedAddress {
    /** Fewer may be one person who tries the edge from its host. */
    static final int ENOUGH = 200;

    private final byte[] gateway;
    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean isWatching;

    /** Watches for one address, in network order; none when it is empty. */
    public SharedAddress(byte[] gateway) {
        this.gateway = gateway.clone();
        this.isWatching = gateway.length > 0;
    }

    /** Whether this connection is the one that makes it plain; it is so for one at most. */
    public boolean isPlainBy(ClientAddress client) {
        if (!isWatching) {
            return false;
        }
        if (!Arrays.equals(client.raw(), gateway)) {
            isWatching = false;
            return false;
        }
        if (seen.incrementAndGet() != ENOUGH) {
            return false;
        }
        isWatching = false;
        return true;
    }
}
