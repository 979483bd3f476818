package dev.sallyport.core.admission;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many of something are open, all and by client, over all loops and reloads. A client without
 * any takes no memory.
 */
public final class OpenCount {
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> clients = new ConcurrentHashMap<>();

    /** What became of an attempt to open one more. */
    public enum Entry {
        ADMITTED,
        /** As many are open as may be. */
        FULL,
        /** The client has as many as it may. */
        CLIENT_FULL
    }

    /** Takes a place; {@link #leave} gives it back where this was admitted. */
    public Entry enter(long client, int most, int mostPerClient) {
        if (all.incrementAndGet() > most) {
            all.decrementAndGet();
            return Entry.FULL;
        }
        if (clients.merge(client, 1, Integer::sum) > mostPerClient) {
            leave(client);
            return Entry.CLIENT_FULL;
        }
        return Entry.ADMITTED;
    }

    public void leave(long client) {
        all.decrementAndGet();
        clients.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }

    public int count() {
        return all.get();
    }
}
