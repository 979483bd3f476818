package dev.sallyport.core.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.HeadWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing side of one HTTP/1.1 connection: puts a head and the small pieces of a body into one
 * buffer, so that a small message is one write. Larger pieces go out as they came.
 */
public final class MessageOutput {
    /** Pieces up to this size are copied behind what waits already. */
    public static final int SMALL = 8 * 1024;

    private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

    /** Room for the ends of some chunks, when one has to be begun for them. */
    private static final int CHUNK_ENDS = 64;

    private final ChannelHandlerContext context;
    private final HeadWriter head;
    private @Nullable ByteBuf out;
    private boolean isDirty;

    /** Writes to {@code context}; {@code head} is shared by the connections of the loop. */
    public MessageOutput(ChannelHandlerContext context, HeadWriter head) {
        this.context = context;
        this.head = head;
    }

    /** Begins to write a head; {@link #head} takes what was written. */
    public HeadWriter start() {
        return head.start();
    }

    /** Takes the head written last, and makes room for {@code following} bytes behind it. */
    public void head(int following) {
        head.writeTo(room(head.length() + following));
    }

    /** Takes bytes that are written as they are. */
    public void raw(byte[] bytes) {
        room(bytes.length).writeBytes(bytes);
    }

    /** Takes a piece of a body; takes ownership of {@code data}. */
    public void piece(ByteBuf data) {
        int length = data.readableBytes();
        ByteBuf to = out;
        if (length <= SMALL && to != null && to.writableBytes() >= length) {
            to.writeBytes(data);
            data.release();
        } else {
            pass(data);
        }
    }

    /** Takes a piece of a body, not an empty one, as a chunk; takes ownership of {@code data}. */
    public void chunk(ByteBuf data) {
        int length = data.readableBytes();
        head.start().hex(length).raw(CRLF);
        if (length <= SMALL) {
            ByteBuf to = room(head.length() + length + CRLF.length);
            head.writeTo(to);
            to.writeBytes(data).writeBytes(CRLF);
            data.release();
        } else {
            head.writeTo(room(head.length()));
            pass(data);
            room(CHUNK_ENDS).writeBytes(CRLF);
        }
    }

    /** Pushes out what was written since the last flush. */
    public void flush() {
        ByteBuf last = out;
        if (last != null) {
            out = null;
            isDirty = false;
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
        isDirty = false;
        return context.writeAndFlush(last == null ? context.alloc().buffer(0) : last);
    }

    /** Forgets what was not yet given to the channel. */
    public void drop() {
        ByteBuf lost = out;
        if (lost != null) {
            out = null;
            lost.release();
        }
    }

    private void pass(ByteBuf data) {
        ByteBuf before = out;
        if (before != null) {
            out = null;
            context.write(before, context.voidPromise());
        }
        isDirty = true;
        context.write(data, context.voidPromise());
    }

    /** The buffer at hand, with room for {@code bytes} more. */
    private ByteBuf room(int bytes) {
        ByteBuf at = out;
        if (at == null) {
            at = context.alloc().directBuffer(bytes);
            out = at;
        } else {
            at.ensureWritable(bytes);
        }
        return at;
    }
}
