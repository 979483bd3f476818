package dev.sallyport.core.listen;

import dev.sallyport.config.model.Limits;
import dev.sallyport.core.observe.metrics.Rejection;
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
    private volatile Limits limits;

    ConnectionLimits(Limits limits) {
        this.limits = limits;
    }

    void limits(Limits changed) {
        limits = changed;
    }

    int count() {
        return all.get();
    }

    @Override
    public @Nullable Rejection admit(long client) {
        Limits now = limits;
        if (all.incrementAndGet() > now.connections()) {
            all.decrementAndGet();
            return Rejection.PROCESS_LIMIT;
        }
        if (clients.merge(client, 1, Integer::sum) > now.connectionsPerClient()) {
            leave(client);
            return Rejection.CLIENT_LIMIT;
        }
        return null;
    }

    @Override
    public void leave(long client) {
        all.decrementAndGet();
        clients.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }
}
