package dev.sallyport.core.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Whether what was written leaves for the other side: a slow reader makes progress that no read
 * shows. Judged by the bytes its socket has taken from one look to the next; how many wait does not
 * tell, since in a steady stream it is always as many.
 */
public final class Outflow {
    /** What a look saw. */
    public enum Flow {
        /** Nothing waits. */
        EMPTY,
        /** Something waits, and a byte has left since the last look, or nothing waited then. */
        MOVING,
        /** Something waits as it did at the last look. */
        STUCK
    }

    private long takenBefore;
    private boolean wasWaiting;
    private boolean hasMoved;

    /** Forgets that something waited. */
    public void reset() {
        wasWaiting = false;
    }

    /**
     * Looks at {@code channel}, on its event loop; {@code written} bytes were given to it so far.
     */
    public Flow look(Channel channel, long written) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null
                ? look(0, 0, written)
                : look(out.totalPendingWriteBytes(), out.currentProgress(), written);
    }

    /** {@code progress} bytes of what is pending have left already. */
    Flow look(long pending, long progress, long written) {
        long taken = written - pending + progress;
        hasMoved = taken != takenBefore;
        takenBefore = taken;
        boolean isFresh = !wasWaiting || hasMoved;
        wasWaiting = pending > 0;
        if (!wasWaiting) {
            return Flow.EMPTY;
        }
        return isFresh ? Flow.MOVING : Flow.STUCK;
    }

    /** Whether a byte left between the last two looks. */
    public boolean hasMoved() {
        return hasMoved;
    }
}
