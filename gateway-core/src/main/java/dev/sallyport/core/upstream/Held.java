package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Upstream;
import dev.sallyport.core.loop.Deadline;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one loop that wait for an endpoint of an upstream that has none at the moment, as
 * during a restart. Touched by its loop alone.
 */
final class Held {
    private static final int MOST = 1024;

    private final HttpUpstream upstream;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    Held(HttpUpstream upstream) {
        this.upstream = upstream;
    }

    /** Keeps a request; null when too many wait already. */
    Upstream.@Nullable Attempt hold(Forwarding forwarding, LoopUpstreams loop, long nanos) {
        if (waiting.size() >= MOST) {
            return null;
        }
        Waiting one = new Waiting(forwarding, loop);
        one.deadline.set(nanos);
        waiting.addLast(one);
        return one;
    }

    /** An endpoint may have come: each that waits tries once more. */
    void wake() {
        for (int count = waiting.size(); count > 0; count--) {
            Waiting one = waiting.pollFirst();
            if (one != null) {
                one.retry();
            }
        }
    }

    private final class Waiting implements Upstream.Attempt {
        private final Deadline deadline;
        private @Nullable Forwarding forwarding;
        private Upstream.@Nullable Attempt next;

        Waiting(Forwarding forwarding, LoopUpstreams loop) {
            this.forwarding = forwarding;
            this.deadline = loop.loop().deadline(this::expired);
        }

        private void retry() {
            Forwarding held = forwarding;
            if (held == null) {
                return;
            }
            if (!upstream.hasEndpoint(held)) {
                waiting.addLast(this);
                return;
            }
            forwarding = null;
            deadline.release();
            next = upstream.open(held);
        }

        private void expired() {
            Forwarding held = forwarding;
            cancel();
            if (held != null) {
                held.onFailed(ProxyError.NO_ENDPOINT);
            }
        }

        @Override
        public void cancel() {
            Upstream.Attempt begun = next;
            if (forwarding != null) {
                forwarding = null;
                deadline.release();
                waiting.remove(this);
            } else if (begun != null) {
                begun.cancel();
            }
        }
    }
}
