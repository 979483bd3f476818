package dev.sallyport.core.relay;

import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.tunnel.Tunnel;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the relayed connections and sessions of one loop share. */
public final class LoopRelays {
    private static final Logger log = LoggerFactory.getLogger(LoopRelays.class);

    private final Loop loop;
    private final LoopMetrics metrics;
    private final Supplier<RelayTable> table;
    private final RelayRecorder recorder;
    private final Set<Tunnel> tunnels = new LinkedHashSet<>();

    /**
     * Shared things of one loop.
     *
     * @param table of the configuration in force; asked for each connection
     */
    public LoopRelays(
            Loop loop,
            Metrics metrics,
            AccessQueue log,
            Clock clock,
            SplittableRandom ids,
            Supplier<RelayTable> table) {
        this.loop = loop;
        this.metrics = metrics.loop(loop.index());
        this.table = table;
        this.recorder = new RelayRecorder(log, clock, ids);
    }

    public Loop loop() {
        return loop;
    }

    public LoopMetrics metrics() {
        return metrics;
    }

    /** The routes in force. */
    public RelayTable table() {
        return table.get();
    }

    public RelayRecorder recorder() {
        return recorder;
    }

    /** Ends the tunnels that are open, as the last step of a drain. */
    public void closeTunnels() {
        for (Tunnel tunnel : List.copyOf(tunnels)) {
            tunnel.close();
        }
    }

    void add(Tunnel tunnel) {
        tunnels.add(tunnel);
    }

    void remove(Tunnel tunnel) {
        tunnels.remove(tunnel);
    }

    /** An exception on a loop is a bug of ours: it ends one connection, and it is told. */
    public void bug(Throwable cause) {
        log.error("relayed connection failed", cause);
    }
}
