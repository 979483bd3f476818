package dev.sallyport.core.wire;

import dev.sallyport.core.http.ChunkedDecoder;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Finds where the body of a message ends (RFC 9112 6.3); used for one message after the other. */
public final class BodyReader {
    private enum Framing {
        LENGTH,
        CHUNKS,
        UNTIL_CLOSE
    }

    private Framing framing = Framing.LENGTH;
    private @Nullable ChunkedDecoder chunks;
    private long left;

    /** Begins a body of known length. */
    public void begin(long length) {
        framing = Framing.LENGTH;
        left = length;
    }

    /** Begins a body in chunks; the limits of the first one hold for all. */
    public void beginChunks(HeadLimits limits) {
        framing = Framing.CHUNKS;
        chunks = chunks == null ? new ChunkedDecoder(limits) : chunks;
        chunks.reset();
    }

    /** Begins a body that ends with the connection. */
    public void beginUntilClose() {
        framing = Framing.UNTIL_CLOSE;
    }

    /**
     * The next piece, a retained slice of {@code in} that the caller releases; null when there is
     * none in it, at the end of the body, or when the body is malformed.
     */
    public @Nullable ByteBuf next(ByteBuf in) {
        ChunkedDecoder decoder = decoder();
        if (decoder != null) {
            return decoder.next(in);
        }
        int count = in.readableBytes();
        if (framing == Framing.LENGTH) {
            count = (int) Math.min(left, count);
            left -= count;
        }
        return count == 0 ? null : in.readRetainedSlice(count);
    }

    /** Whether the whole body was read; never told of one that ends with the connection. */
    public boolean isEnd() {
        ChunkedDecoder decoder = decoder();
        return decoder == null ? framing == Framing.LENGTH && left == 0 : decoder.isEnd();
    }

    /** Whether only the end of the connection ends the body. */
    public boolean endsWithConnection() {
        return framing == Framing.UNTIL_CLOSE;
    }

    /** Whether the chunks broke the rules. */
    public boolean isMalformed() {
        ChunkedDecoder decoder = decoder();
        return decoder != null && decoder.malformed() != null;
    }

    /** The trailers of a body in chunks that has ended; valid until the next one begins. */
    public @Nullable FieldTable trailers() {
        ChunkedDecoder decoder = decoder();
        return decoder == null ? null : decoder.trailers();
    }

    private @Nullable ChunkedDecoder decoder() {
        return framing == Framing.CHUNKS ? chunks : null;
    }
}
