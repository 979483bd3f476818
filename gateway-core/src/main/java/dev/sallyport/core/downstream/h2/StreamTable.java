package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.wire.h2.StreamMap;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams of one connection: those that are open, and how the last ones ended. */
final class StreamTable {
    /** What a stream is to a frame that names it (RFC 9113 5.1). */
    enum Past {
        /** It never was. */
        IDLE,
        /** It ended, or the client reset it: nothing may come for it. */
        ENDED,
        /** This side reset it: what comes was sent before the client knew. */
        RESET_HERE
    }

    /** How many ended streams are remembered; a client that idles may have had a few. */
    private static final int REMEMBERED = 128;

    private static final int FEW = 8;
    private static final int[] NOTHING = {};

    private final StreamMap<Http2Stream> open = new StreamMap<>();
    private int[] resetHere = NOTHING;
    private int resets;
    private int[] ended = NOTHING;
    private int endings;
    private int last;

    /** The open stream of that number; null when there is none. */
    @Nullable Http2Stream find(int id) {
        return open.find(id);
    }

    void add(Http2Stream stream) {
        open.add(stream);
    }

    void remove(int id, boolean isResetHere) {
        open.remove(id);
        if (isResetHere) {
            rememberReset(id);
        } else {
            ended = remember(ended, endings++, id);
        }
    }

    /** What comes for this stream, which is not open, was sent before the client knew. */
    void rememberReset(int id) {
        resetHere = remember(resetHere, resets++, id);
    }

    /** Puts one more into a ring that has taken {@code before}; the ring, or a larger one. */
    private static int[] remember(int[] ring, int before, int id) {
        int[] to = ring;
        if (before == to.length && before < REMEMBERED) {
            to = Arrays.copyOf(ring, Math.max(FEW, 2 * before));
        }
        to[before & (to.length - 1)] = id;
        return to;
    }

    /** Marks {@code id} as the newest stream begun by the client. */
    void begun(int id) {
        last = id;
    }

    /** The newest stream begun by the client. */
    int last() {
        return last;
    }

    int size() {
        return open.size();
    }

    boolean isEmpty() {
        return open.size() == 0;
    }

    Past past(int id) {
        if (id > last || (id & 1) == 0) {
            return Past.IDLE;
        }
        return contains(resetHere, id) ? Past.RESET_HERE : Past.ENDED;
    }

    /** Whether the stream was open once, and did not only fall behind a newer one. */
    boolean hasEnded(int id) {
        return contains(ended, id);
    }

    /** The open ones, to go through while they change. */
    List<Http2Stream> all() {
        return open.all();
    }

    private static boolean contains(int[] ids, int id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return true;
            }
        }
        return false;
    }
}
