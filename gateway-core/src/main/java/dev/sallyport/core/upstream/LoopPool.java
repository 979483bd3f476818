package dev.sallyport.core.upstream;

import dev.sallyport.core.upstream.h1.Http1Call;
import dev.sallyport.core.upstream.h2.Http2Link;
import dev.sallyport.core.upstream.h2.Offer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to one endpoint: HTTP/1.1 ones that idle, HTTP/2 ones that take exchanges,
 * and those being made that may become such; and its requests in flight there. The last used idle
 * connection is taken first, and the first shared one with room, so that those not needed idle out.
 * Touched by its loop alone, but for {@link #active}, which others may read a little late.
 */
public final class LoopPool {
    private final int most;
    private final ArrayDeque<Http1Call> idle = new ArrayDeque<>();
    private final List<Http2Link> shared = new ArrayList<>(1);
    private final List<Connecting> making = new ArrayList<>(1);

    /** Whether the endpoint, which may choose, chose HTTP/1.1 last: nothing to wait for then. */
    private boolean isHttp1;

    private int active;

    /** How many connections are being made, of either kind. */
    private int dials;

    private final Need need = new Need();

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
        if (most == 0 || (isEnough && idle.size() + active + dials >= need.most())) {
            return false;
        }
        idle.addLast(call);
        return true;
    }

    void remove(Http1Call call) {
        idle.removeLastOccurrence(call);
    }

    /** A shared connection that takes one more exchange; null when none does. */
    @Nullable Http2Link findRoom() {
        for (int i = 0; i < shared.size(); i++) {
            Http2Link link = shared.get(i);
            if (link.hasRoom()) {
                return link;
            }
        }
        return null;
    }

    /** The same for a WebSocket: one that takes them, or has not said that it does not. */
    @Nullable Http2Link findTunnelRoom() {
        for (int i = 0; i < shared.size(); i++) {
            Http2Link link = shared.get(i);
            if (link.hasRoom() && (link.offer().takesWebSockets() || !link.offer().isKnown())) {
                return link;
            }
        }
        return null;
    }

    /** Whether the endpoint has said on one of the shared connections that it takes none. */
    boolean refusesTunnels() {
        for (int i = 0; i < shared.size(); i++) {
            Offer offer = shared.get(i).offer();
            if (offer.isKnown() && !offer.takesWebSockets()) {
                return true;
            }
        }
        return false;
    }

    void add(Http2Link link) {
        shared.add(link);
    }

    /** It takes no more exchanges. */
    void remove(Http2Link link) {
        shared.remove(link);
    }

    /** Whether a shared connection without exchanges is kept. */
    boolean keeps(Http2Link link) {
        int idles = 0;
        for (int i = 0; i < shared.size(); i++) {
            if (shared.get(i).isIdle()) {
                idles++;
            }
        }
        return idles <= most && shared.contains(link);
    }

    /** A connection being made that one more may wait for; null when there is none. */
    @Nullable Connecting findMaking() {
        if (isHttp1) {
            return null;
        }
        for (int i = 0; i < making.size(); i++) {
            if (making.get(i).hasRoom()) {
                return making.get(i);
            }
        }
        return null;
    }

    /** A connection begins to be made; {@link #dialed} follows once. */
    void dials() {
        dials++;
        need.rise(active + dials);
    }

    /** Others may wait for it too. */
    void making(Connecting connecting) {
        making.add(connecting);
    }

    /** It is ready, or will never be. */
    void dialed(Connecting connecting) {
        dials--;
        making.remove(connecting);
    }

    /** What the endpoint chose to speak. */
    void learned(boolean isHttp2) {
        isHttp1 = !isHttp2;
    }

    /** Closes what idles, and lets what is shared end with its exchanges. */
    void clear() {
        for (Http1Call call = idle.pollLast(); call != null; call = idle.pollLast()) {
            call.close();
        }
        List<Http2Link> leaving = List.copyOf(shared);
        shared.clear();
        leaving.forEach(Http2Link::retire);
    }

    public void began() {
        active++;
        need.rise(active + dials);
    }

    public void ended() {
        active--;
        need.served(active + dials);
    }

    int active() {
        return active;
    }

    /**
     * How many connections were busy or being made at once, a moment ago: the longer ago, the less
     * it counts. It fades slowly, since the next peak would pay for each connection anew.
     */
    static final class Need {
        /** Requests between two steps down. */
        static final int SPAN = 4096;

        /** What share goes in one step, unless the last span needed it: 1/64. */
        static final int FADE = 64;

        private int before;
        private int now;
        private int left = SPAN;

        int most() {
            return Math.max(before, now);
        }

        void rise(int busy) {
            now = Math.max(now, busy);
        }

        /** One request more is over, with so many connections busy still. */
        void served(int busy) {
            if (--left == 0) {
                left = SPAN;
                before = Math.max(now, before - (before + FADE - 1) / FADE);
                now = busy;
            }
        }
    }
}
