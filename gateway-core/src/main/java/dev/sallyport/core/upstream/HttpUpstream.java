package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A named group of endpoints, alive: it outlives reloads that do not change it. The list of
 * endpoints is set by a control thread and read once per attempt.
 */
public final class HttpUpstream implements Upstream {
    private static final Endpoint[] NONE = new Endpoint[0];

    private final UpstreamSettings settings;
    private final List<LoopUpstreams> loops;
    private final Balancer[] balancers;
    private final Balancer.Eligible[] eligibles;
    private final Held[] held;
    private volatile Endpoint[] endpoints = NONE;

    public HttpUpstream(UpstreamSettings settings, List<LoopUpstreams> loops) {
        this.settings = settings;
        this.loops = List.copyOf(loops);
        this.balancers = new Balancer[loops.size()];
        this.eligibles = new Balancer.Eligible[loops.size()];
        this.held = new Held[loops.size()];
        for (int i = 0; i < balancers.length; i++) {
            balancers[i] = Balancer.of(settings.balance());
            eligibles[i] = new Balancer.Eligible();
            held[i] = new Held(this);
        }
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public int metric() {
        return settings.metric();
    }

    public UpstreamSettings settings() {
        return settings;
    }

    /** The endpoints of the moment. */
    public List<Endpoint> endpoints() {
        return List.of(endpoints);
    }

    /**
     * Replaces the endpoints; those that are no longer among them end with their exchanges. Control
     * thread.
     */
    public void endpoints(List<Endpoint> next) {
        Endpoint[] before = endpoints;
        endpoints = next.toArray(NONE);
        Set<Endpoint> kept = new HashSet<>(next);
        for (Endpoint endpoint : before) {
            if (!kept.contains(endpoint)) {
                retire(endpoint);
            }
        }
    }

    /**
     * Ends the upstream: its connections end with their exchanges. Those that read the snapshot
     * before this one and come only now still find the endpoints. Control thread.
     */
    public void retire() {
        for (Endpoint endpoint : endpoints) {
            retire(endpoint);
        }
    }

    private void retire(Endpoint endpoint) {
        endpoint.retire();
        for (LoopUpstreams loop : loops) {
            loop.loop().eventLoop().execute(() -> endpoint.pool(loop.loop().index()).clear());
        }
    }

    /** An endpoint may be usable that was not: requests that wait try again. Control thread. */
    public void wake() {
        if (settings.holdNanos() == 0) {
            return;
        }
        for (LoopUpstreams loop : loops) {
            loop.loop().eventLoop().execute(() -> held[loop.loop().index()].wake());
        }
    }

    public LoopUpstreams loop(int index) {
        return loops.get(index);
    }

    public Endpoint[] candidates() {
        return endpoints;
    }

    /** How many loops the endpoints need pools for. */
    public int loops() {
        return loops.size();
    }

    @Override
    public Attempt open(Forwarding forwarding) {
        LoopUpstreams loop = loops.get(forwarding.loop().index());
        Endpoint[] candidates = endpoints;
        int place = pick(candidates, forwarding.tried(candidates), loop);
        if (place < 0) {
            return hold(forwarding, loop);
        }
        Endpoint endpoint = candidates[place];
        forwarding.markTried(place, endpoint, candidates);
        return Opening.open(loop, settings, endpoint, forwarding);
    }

    private Attempt hold(Forwarding forwarding, LoopUpstreams loop) {
        if (settings.holdNanos() > 0) {
            Attempt waiting =
                    held[loop.loop().index()].hold(forwarding, loop, settings.holdNanos());
            if (waiting != null) {
                return waiting;
            }
        }
        forwarding.onFailed(ProxyError.NO_ENDPOINT);
        return Attempt.SETTLED;
    }

    /** Whether there is an endpoint for a request that waits. Loop. */
    boolean hasEndpoint(Forwarding forwarding) {
        Endpoint[] candidates = endpoints;
        long tried = forwarding.tried(candidates);
        for (int i = 0; i < candidates.length; i++) {
            if (candidates[i].isHealthy() && (tried & 1L << i) == 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * The last resort among healthy endpoints is one that failures took out: better than no answer
     * at all.
     */
    public int pick(Endpoint[] candidates, long tried, LoopUpstreams loop) {
        if (candidates.length == 1) {
            boolean isUsable = candidates[0].isHealthy() && (tried & 1) == 0;
            return isUsable ? 0 : -1;
        }
        Balancer balancer = balancers[loop.loop().index()];
        Balancer.Eligible eligible = eligibles[loop.loop().index()];
        int place = balancer.pick(candidates, eligible.untried(tried, loop.loop().nanoTime()));
        return place >= 0 ? place : balancer.pick(candidates, eligible.lastResort());
    }
}
