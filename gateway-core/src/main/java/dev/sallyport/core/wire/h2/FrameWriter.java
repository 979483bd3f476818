package dev.sallyport.core.wire.h2;

import dev.sallyport.core.wire.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing side of one connection: puts frames, and the small pieces of bodies, into one buffer
 * until it is flushed, so that all that a turn of the loop answers is one write. Larger pieces go
 * out as they came.
 */
public final class FrameWriter {
    /** Pieces up to this size are copied behind what waits already. */
    private static final int SMALL = 8 * 1024;

    private static final int ROOM = 4 * 1024;

    private final ChannelHandlerContext context;
    private @Nullable ByteBuf out;
    private boolean isDirty;
    private long written;

    /** How many buffers were handed over: what a frame's place is counted in. */
    private int buffers;

    public FrameWriter(ChannelHandlerContext context) {
        this.context = context;
    }

    /** A header block, cut into frames where it is long; tells where its first frame begins. */
    public int headers(int stream, HpackEncoder block, boolean isLast, int largest) {
        byte[] bytes = block.bytes();
        int length = block.length();
        int count = Math.min(length, largest);
        int flags = isLast ? Frame.END_STREAM : 0;
        ByteBuf to = room(length + Frame.HEADER);
        int at = to.writerIndex();
        header(
                to,
                count,
                Frame.HEADERS,
                count == length ? flags | Frame.END_HEADERS : flags,
                stream);
        to.writeBytes(bytes, 0, count);
        for (int from = count; from < length; from += count) {
            count = Math.min(length - from, largest);
            to = room(count + Frame.HEADER);
            int end = from + count == length ? Frame.END_HEADERS : 0;
            header(to, count, Frame.CONTINUATION, end, stream);
            to.writeBytes(bytes, from, count);
        }
        return at;
    }

    /**
     * The next {@code count} bytes of {@code data}, which stays the caller's; tells where the frame
     * begins, or -1 when it is out of reach already.
     */
    public int data(int stream, ByteBuf data, int count, boolean isLast) {
        int flags = isLast ? Frame.END_STREAM : 0;
        ByteBuf to = room(Frame.HEADER + (count <= SMALL ? count : 0));
        int at = to.writerIndex();
        header(to, count, Frame.DATA, flags, stream);
        if (count <= SMALL) {
            to.writeBytes(data, count);
            return at;
        }
        ByteBuf piece = data.readRetainedSlice(count);
        handOver();
        isDirty = true;
        written += count;
        context.write(piece, context.voidPromise());
        return -1;
    }

    public void emptyData(int stream) {
        header(room(Frame.HEADER), 0, Frame.DATA, Frame.END_STREAM, stream);
    }

    /** Makes the frame at {@code place} the last of its stream. */
    public void endAt(int place) {
        ByteBuf to = out;
        if (to != null) {
            to.setByte(place + 4, to.getByte(place + 4) | Frame.END_STREAM);
        }
    }

    public void reset(int stream, ErrorCode code) {
        ByteBuf to = room(Frame.HEADER + 4);
        header(to, 4, Frame.RST_STREAM, 0, stream);
        to.writeInt(code.code());
    }

    public void windowUpdate(int stream, int increment) {
        ByteBuf to = room(Frame.HEADER + 4);
        header(to, 4, Frame.WINDOW_UPDATE, 0, stream);
        to.writeInt(increment);
    }

    /** Settings and their values in turn. */
    public void settings(int... pairs) {
        ByteBuf to = room(Frame.HEADER + pairs.length * 3);
        header(to, pairs.length * 3, Frame.SETTINGS, 0, 0);
        for (int i = 0; i < pairs.length; i += 2) {
            to.writeShort(pairs[i]).writeInt(pairs[i + 1]);
        }
    }

    public void settingsAck() {
        header(room(Frame.HEADER), 0, Frame.SETTINGS, Frame.ACK, 0);
    }

    public void ping(boolean isAck, long opaque) {
        ByteBuf to = room(Frame.HEADER + 8);
        header(to, 8, Frame.PING, isAck ? Frame.ACK : 0, 0);
        to.writeLong(opaque);
    }

    public void goAway(int lastStream, ErrorCode code, byte[] why) {
        ByteBuf to = room(Frame.HEADER + 8 + why.length);
        header(to, 8 + why.length, Frame.GOAWAY, 0, 0);
        to.writeInt(lastStream).writeInt(code.code()).writeBytes(why);
    }

    /** Which buffer is being filled: a place is of use only in the same. */
    public int buffer() {
        return buffers;
    }

    public boolean hasUnflushed() {
        return out != null || isDirty;
    }

    /** Pushes out what was written since the last flush. */
    public void flush() {
        ByteBuf last = out;
        if (last != null) {
            out = null;
            buffers++;
            isDirty = false;
            written += last.readableBytes();
            context.writeAndFlush(last, context.voidPromise());
        } else if (isDirty) {
            isDirty = false;
            context.flush();
        }
    }

    /** Pushes out what was written, and tells when all of it has left. */
    public ChannelFuture finish() {
        ByteBuf last = out;
        out = null;
        buffers++;
        isDirty = false;
        ByteBuf sent = last == null ? context.alloc().buffer(0) : last;
        written += sent.readableBytes();
        return context.writeAndFlush(sent);
    }

    /** Bytes given to the channel so far. */
    public long written() {
        return written;
    }

    /** Forgets what was not yet given to the channel. */
    public void drop() {
        ByteBuf lost = out;
        if (lost != null) {
            out = null;
            buffers++;
            lost.release();
        }
    }

    private void handOver() {
        ByteBuf before = out;
        if (before != null) {
            out = null;
            buffers++;
            written += before.readableBytes();
            context.write(before, context.voidPromise());
        }
    }

    private static void header(ByteBuf to, int length, int type, int flags, int stream) {
        to.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    /** The buffer at hand, with room for {@code bytes} more. */
    private ByteBuf room(int bytes) {
        ByteBuf at = out;
        if (at == null) {
            at = context.alloc().directBuffer(Math.max(bytes, ROOM));
            out = at;
        } else {
            at.ensureWritable(bytes);
        }
        return at;
    }
}
