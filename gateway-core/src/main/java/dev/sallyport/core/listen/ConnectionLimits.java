package dev.sallyport.core.listen;

import dev.sallyport.config.model.Limits;
import dev.sallyport.core.admission.SharedAddress;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.rebuild.ClientAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts client connections, all and by client, over all loops. An IPv6 client is its /64. A client
 * without connections takes no memory.
 */
final class ConnectionLimits implements Datagrams.Places {
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> clients = new ConcurrentHashMap<>();
    private final SharedAddress shared;
    private volatile Limits limits;

    ConnectionLimits(Limits limits, SharedAddress shared) {
        this.shared = shared;
        this.limits = limits;
    }

    void limits(Limits changed) {
        limits = changed;
    }

    int count() {
        return all.get();
    }

    /** Whether it is plain by this connection that all clients count as one here. */
    boolean isPlainlyShared(ClientAddress client) {
        return shared.isPlainBy(client);
    }

    /** Takes a place for a connection of {@code client}; null when it may stay, else why not. */
    @Override
    public @Nullable Rejection admit(long client) {
        Rejection rejected = admit();
        if (rejected == null && !admitClient(client)) {
            leave();
            return Rejection.CLIENT_LIMIT;
        }
        return rejected;
    }

    /** Takes a place for a connection of nobody yet known. */
    @Nullable Rejection admit() {
        if (all.incrementAndGet() > limits.connections()) {
            all.decrementAndGet();
            return Rejection.PROCESS_LIMIT;
        }
        return null;
    }

    /** Takes one of the places of {@code client}; false when it has as many as it may. */
    boolean admitClient(long client) {
        if (clients.merge(client, 1, Integer::sum) > limits.connectionsPerClient()) {
            leaveClient(client);
            return false;
        }
        return true;
    }

    /** Gives the place back. */
    @Override
    public void leave(long client) {
        leave();
        leaveClient(client);
    }

    void leave() {
        all.decrementAndGet();
    }

    void leaveClient(long client) {
        clients.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }
}
