package dev.sallyport.core.upstream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One loop's idle connections to one endpoint, and its requests in flight there. The last used
 * connection is taken first, so that those not needed idle out. Touched by its loop alone, but for
 * {@link #active}, which others may read a little late.
 */
final class LoopPool {
    private final int most;
    private final ArrayDeque<Http1Call> idle = new ArrayDeque<>();
    private int active;

    LoopPool(int most) {
        this.most = most;
    }

    @Nullable Http1Call take() {
        return idle.pollLast();
    }

    /** False when enough are kept already. */
    boolean give(Http1Call call) {
        if (idle.size() >= most) {
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
    }

    void ended() {
        active--;
    }

    int active() {
        return active;
    }
}
