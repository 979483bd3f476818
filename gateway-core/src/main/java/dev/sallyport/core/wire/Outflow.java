package dev.sallyport.core.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Whether what was written leaves for the other side: a slow reader makes progress that no read
 * shows. Judged by the bytes that wait in the channel, from one look to the next.
 */
public final class Outflow {
    /** What a look saw. */
    public enum Flow {
        /** Nothing waits. */
        EMPTY,
        /** Something waits, and not as much as at the last look. */
        MOVING,
        /** As much waits as at the last look. */
        STUCK
    }

    private long before;

    /** Forgets the looks so far. */
    public void reset() {
        before = 0;
    }

    /** Looks at {@code channel}, on its event loop. */
    public Flow look(Channel channel) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return look(out == null ? 0 : out.totalPendingWriteBytes());
    }

    Flow look(long pending) {
        long last = before;
        before = pending;
        if (pending == 0) {
            return Flow.EMPTY;
        }
        return pending == last ? Flow.STUCK : Flow.MOVING;
    }
}
