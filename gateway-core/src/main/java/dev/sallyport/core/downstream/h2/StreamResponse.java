package dev.sallyport.core.downstream.h2;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.h2.FrameWriter;
import dev.sallyport.core.wire.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to the client on one stream. What its windows do not allow waits here; whoever sends
 * it is told to wait meanwhile.
 */
final class StreamResponse {
    private final Http2Connection connection;
    private final Http2Stream stream;
    private int window;
    private boolean isBodiless;
    private boolean isEnding;
    private boolean isWaiting;
    private @Nullable FieldTable trailers;
    private @Nullable ArrayDeque<ByteBuf> queue;

    // Where the frame written last stands, so that it can be made the last of the stream.
    private int lastFrame = -1;
    private int lastBuffer;

    StreamResponse(Http2Connection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
        this.window = connection.flow().initial();
    }

    int id() {
        return stream.id();
    }

    int window() {
        return window;
    }

    /** The client gives more, or less; false when that is more than there can be. */
    boolean grant(int more) {
        if ((long) window + more > Integer.MAX_VALUE) {
            return false;
        }
        window += more;
        return true;
    }

    boolean isWaiting() {
        return isWaiting;
    }

    void waiting(boolean changed) {
        isWaiting = changed;
    }

    /** No body follows the head, whatever it says. */
    void bodiless() {
        isBodiless = true;
    }

    void head(int status, ResponseHead response) {
        HpackEncoder block = connection.startBlock().status(status).fields(response.fields());
        long length = response.contentLength();
        if (length >= 0 && status >= 200 && status != 204) {
            block.contentLength(length);
        }
        isBodiless |= status == 204 || status == 304;
        lastFrame = connection.writeBlock(id(), block, false);
        lastBuffer = connection.writer().buffer();
    }

    /** Takes ownership of {@code data}. */
    void body(ByteBuf data) {
        if (isBodiless || !data.isReadable()) {
            data.release();
            return;
        }
        if (queued() == null) {
            connection.flow().write(this, data);
        }
        if (!data.isReadable()) {
            data.release();
            return;
        }
        if (queue == null) {
            queue = new ArrayDeque<>(2);
        }
        queue.addLast(data);
        connection.flow().await(this);
    }

    /**
     * Writes what the windows allow of {@code data}, which stays the caller's; whether it was all.
     */
    boolean tryBody(ByteBuf data) {
        connection.flow().write(this, data);
        if (data.isReadable()) {
            connection.flow().await(this);
            return false;
        }
        return true;
    }

    /**
     * A frame of {@code count} bytes was written; {@code place} says where, -1 when out of reach.
     */
    void sent(int count, int place) {
        window -= count;
        stream.moved();
        lastFrame = place;
        lastBuffer = connection.writer().buffer();
    }

    void end(@Nullable FieldTable last) {
        boolean hasTrailers = last != null && last.count() > 0 && !isBodiless;
        isEnding = true;
        if (queued() == null) {
            finish(hasTrailers ? last : null);
        } else if (hasTrailers) {
            trailers = copy(requireNonNull(last));
        }
    }

    boolean isEnding() {
        return isEnding;
    }

    /** What waits for a window; null when nothing does. */
    @Nullable ByteBuf queued() {
        return queue == null ? null : queue.peekFirst();
    }

    /** A frame of what waited may have been written: goes on to what follows. */
    void advance() {
        ByteBuf first = queued();
        if (first != null && !first.isReadable()) {
            requireNonNull(queue).removeFirst();
            first.release();
            first = queued();
        }
        if (first != null) {
            connection.flow().await(this);
        } else if (isEnding) {
            finish(trailers);
        } else {
            stream.resumeSource();
        }
    }

    private void finish(@Nullable FieldTable last) {
        FrameWriter writer = connection.writer();
        if (last != null) {
            connection.writeBlock(id(), connection.startBlock().fields(last), true);
        } else if (lastFrame >= 0 && lastBuffer == writer.buffer()) {
            writer.endAt(lastFrame);
        } else {
            writer.emptyData(id());
        }
        stream.answered();
    }

    /** Lets go of what waits. */
    void close() {
        connection.flow().forget(this);
        ArrayDeque<ByteBuf> left = queue;
        queue = null;
        if (left != null) {
            left.forEach(ByteBuf::release);
        }
    }

    private static FieldTable copy(FieldTable from) {
        var copy = new FieldTable();
        for (int i = 0; i < from.count(); i++) {
            if (!from.isRemoved(i)) {
                copy.add(from.name(i), from.value(i));
            }
        }
        return copy;
    }
}
