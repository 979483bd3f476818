package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.wire.h2.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What may be sent to the client (RFC 9113 5.2): the connection's window, and the streams that wait
 * for it or for their own. They get a frame each in turn.
 */
final class SendFlow {
    /** Frames are not larger, whatever the client would take: others want their turn. */
    static final int LARGEST_FRAME = 16_384;

    /** What each side may send unasked. */
    static final int DEFAULT_WINDOW = 65_535;

    private final FrameWriter writer;
    private final FloodGuard guard;

    /** Made when the first has to wait, which is never on most connections. */
    private @Nullable ArrayDeque<StreamResponse> waiting;

    private int window = DEFAULT_WINDOW;
    private int initial = DEFAULT_WINDOW;

    SendFlow(FrameWriter writer, FloodGuard guard) {
        this.writer = writer;
        this.guard = guard;
    }

    /** The window that a stream begins with. */
    int initial() {
        return initial;
    }

    void initial(int changed) {
        initial = changed;
    }

    /** The client gives more to the connection; false when that is more than there can be. */
    boolean grant(int more) {
        if ((long) window + more > Integer.MAX_VALUE) {
            return false;
        }
        window += more;
        return true;
    }

    /** Writes what fits of {@code data}, which stays the caller's, as frames of {@code stream}. */
    void write(StreamResponse stream, ByteBuf data) {
        while (data.isReadable() && writeFrame(stream, data)) {
            // as many frames as the windows allow
        }
    }

    /** Writes one frame; false when a window is closed. */
    private boolean writeFrame(StreamResponse stream, ByteBuf data) {
        int allowed = Math.min(Math.min(window, stream.window()), LARGEST_FRAME);
        if (allowed <= 0) {
            return false;
        }
        int count = Math.min(allowed, data.readableBytes());
        window -= count;
        stream.sent(count, writer.data(stream.id(), data, count, false));
        guard.dataSent(count, data.isReadable());
        return true;
    }

    /** {@code stream} has more than its windows allow. */
    void await(StreamResponse stream) {
        if (!stream.isWaiting()) {
            stream.waiting(true);
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.addLast(stream);
        }
    }

    /** A stream that is over waits no longer. */
    void forget(StreamResponse stream) {
        if (waiting != null && stream.isWaiting()) {
            stream.waiting(false);
            waiting.remove(stream);
        }
    }

    /** A window was opened: those who wait get one frame after the other. */
    void resume() {
        ArrayDeque<StreamResponse> all = waiting;
        if (all == null) {
            return;
        }
        int turns = all.size();
        while (turns-- > 0 && window > 0) {
            StreamResponse stream = all.pollFirst();
            if (stream == null) {
                return;
            }
            stream.waiting(false);
            ByteBuf head = stream.queued();
            if (head != null && writeFrame(stream, head)) {
                turns++; // something moved: there may be more for it
            }
            stream.advance();
        }
    }
}
