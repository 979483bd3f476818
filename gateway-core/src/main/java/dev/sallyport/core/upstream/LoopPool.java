package dev.sallyport.core.upstream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One loop's idle connections to one endpoint, and its requests in flight there. The last used
 * connection is taken first, so that those not needed idle out. Touched by its loop alone, but for
 * {@link #active}, which others may read a little late.
 */
final class LoopPool {
    private static final int SPAN = 4096;

    private final int most;
    private final ArrayDeque<Http1Call> idle = new ArrayDeque<>();
    private int active;

    // The most that were busy at once in the last whole span of requests, and in this one.
    private int need;
    private int spanNeed;
    private int spanLeft = SPAN;

    LoopPool(int most) {
        this.most = most;
    }

    @Nullable Http1Call take() {
        return idle.pollLast();
    }

    /**
     * False when enough are kept already: beyond {@code most} as many as were busy at once a moment
     * ago, since a client of HTTP/2 asks for a hundred things at once, and again.
     */
    boolean give(Http1Call call) {
        boolean isEnough = idle.size() >= most;
        if (most == 0 || (isEnough && idle.size() + active >= Math.max(need, spanNeed))) {
            return false;
        }
        idle.addLast(call);
        return true;
    }

    void remove(Http1Call call) {
        idle.removeLastOccurrence(call);
    }

    /** Closes what idles. */
    void clear() {
        for (Http1Call call = idle.pollLast(); call != null; call = idle.pollLast()) {
            call.close();
        }
    }

    void began() {
        active++;
        spanNeed = Math.max(spanNeed, active);
    }

    void ended() {
        active--;
        if (--spanLeft == 0) {
            spanLeft = SPAN;
            need = spanNeed;
            spanNeed = active;
        }
    }

    int active() {
        return active;
    }
}
