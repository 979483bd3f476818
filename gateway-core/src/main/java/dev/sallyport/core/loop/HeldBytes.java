package dev.sallyport.core.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Bytes that came before who wants them was there. Touched by its loop alone. */
public final class HeldBytes {
    private @Nullable ByteBuf held;

    /** Puts bytes behind those there are; takes ownership. What is returned stays the holder's. */
    public ByteBuf add(ByteBuf bytes) {
        ByteBuf before = held;
        ByteBuf all = bytes;
        if (before != null) {
            try {
                all = join(before, bytes);
            } finally {
                bytes.release();
            }
        }
        held = all;
        return all;
    }

    private static ByteBuf join(ByteBuf before, ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (before.maxWritableBytes() >= count && !before.isReadOnly()) {
            return before.writeBytes(bytes);
        }
        ByteBufAllocator allocator = before.alloc();
        ByteBuf all = allocator.directBuffer(before.readableBytes() + count);
        all.writeBytes(before).writeBytes(bytes);
        before.release();
        return all;
    }

    /** Gives all away, with ownership; null when there is nothing. */
    public @Nullable ByteBuf give() {
        ByteBuf given = held;
        held = null;
        return given;
    }

    public void release() {
        ByteBuf unused = give();
        if (unused != null) {
            unused.release();
        }
    }
}
