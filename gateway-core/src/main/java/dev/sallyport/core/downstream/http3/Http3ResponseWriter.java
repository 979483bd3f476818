package dev.sallyport.core.downstream.http3;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.MessageOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Writes a response as HTTP/3 frames (RFC 9114 4.1): what comes between two flushes is one write,
 * so that a small response is one packet. Says whether what was written moves.
 */
final class Http3ResponseWriter {
    /** Gathered up to here, then written without waiting for a flush. */
    private static final int MOST_GATHERED = 64 * 1024;

    private static final int MOST_COMPONENTS = 64;

    /** A type of one byte and a length of four (RFC 9000 16). */
    static final int HEAD_ROOM = 5;

    private static final int FOUR_BYTES = 0x8000_0000;

    private final Http3Stream stream;
    private final QuicStreamChannel channel;
    private final FieldWriter fields;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable ByteBuf out;
    private @Nullable CompositeByteBuf gathered;
    private boolean isHeadRequest;
    private boolean isBodiless;
    private boolean isLastWritten;
    private boolean isFinished;
    private long written;
    private long takenBefore;

    Http3ResponseWriter(Http3Stream stream, QuicStreamChannel channel, FieldWriter fields) {
        this.stream = stream;
        this.channel = channel;
        this.fields = fields;
    }

    void begin(RequestHead request) {
        isHeadRequest = request.method() == Method.HEAD;
    }

    /** Takes the head of an interim response, and writes it at once. */
    void interim(int status, @Nullable FieldTable table) {
        section(status, table, -1);
        flush();
    }

    void respond(ResponseHead response) {
        int status = response.status();
        isBodiless = isHeadRequest || status == 204 || status == 304;
        section(status, response.fields(), status == 204 ? -1 : response.contentLength());
    }

    private void section(int status, @Nullable FieldTable table, long length) {
        int size = 64 + (table == null ? 0 : table.bytes().length / 2);
        ByteBuf to = room(size);
        int start = to.writerIndex();
        to.writeByte(FrameReader.HEADERS).writeInt(0);
        fields.start(to);
        if (status > 0) {
            fields.status(to, status);
        }
        if (length >= 0) {
            fields.contentLength(to, length);
        }
        fields.fields(to, table);
        to.setInt(start + 1, FOUR_BYTES | (to.writerIndex() - start - HEAD_ROOM));
    }

    /** Takes the head of the answer that opens a tunnel, and writes it at once. */
    void open(ResponseHead response) {
        // RFC 9220: as RFC 8441 5 has it, what HTTP/1.1 says by 101 is a plain success here.
        response.fields().removeAll(Field.SEC_WEBSOCKET_ACCEPT);
        section(200, response.fields(), -1);
        flush();
    }

    /** Begins a frame of data. */
    static ByteBuf dataHead(ByteBuf to, int length) {
        return to.writeByte(FrameReader.DATA).writeInt(FOUR_BYTES | length);
    }

    /** Takes ownership of {@code data}. */
    void body(ByteBuf data) {
        if (isBodiless || !data.isReadable()) {
            data.release();
            return;
        }
        int length = data.readableBytes();
        boolean isSmall = length <= MessageOutput.SMALL || !data.isDirect();
        ByteBuf to = room(HEAD_ROOM + (isSmall ? length : 0));
        dataHead(to, length);
        if (isSmall) {
            to.writeBytes(data);
            data.release();
        } else {
            gather(data);
        }
        if (pending() >= MOST_GATHERED) {
            flush();
        }
    }

    void end(@Nullable FieldTable trailers) {
        if (trailers != null && !isBodiless) {
            section(0, trailers, -1);
        }
        isLastWritten = true;
    }

    /**
     * Pushes out what was written since the last flush, and the end of the stream with the last.
     */
    void flush() {
        if (isFinished) {
            return;
        }
        ByteBuf whole = whole();
        if (whole == null && !isLastWritten) {
            return;
        }
        ByteBuf sent = whole == null ? Unpooled.EMPTY_BUFFER : whole;
        written += sent.readableBytes();
        isFinished = isLastWritten;
        ChannelFuture done =
                channel.write(isLastWritten ? new DefaultQuicStreamFrame(sent, true) : sent);
        if (done.isDone()) {
            wrote(done);
        } else {
            waiting.add(sent);
            done.addListener(later -> {
                waiting.poll();
                wrote(done);
            });
        }
    }

    private void wrote(ChannelFuture done) {
        if (!done.isSuccess()) {
            // RFC 9114 4.1.1: the client wants no more of it, or the stream is gone.
            stream.writeFailed();
        } else if (isFinished && waiting.isEmpty()) {
            stream.answered();
        }
    }

    /** Whether something waits for the client; {@link #hasMoved} tells whether it stands still. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether a byte was taken since this was asked last. */
    boolean hasMoved() {
        long taken = written;
        for (ByteBuf each : waiting) {
            taken -= each.readableBytes();
        }
        boolean moved = taken != takenBefore;
        takenBefore = taken;
        return moved;
    }

    boolean isFinished() {
        return isFinished;
    }

    /** Forgets what was not yet given to the channel, and takes no more. */
    void drop() {
        isFinished = true;
        ByteBuf whole = whole();
        if (whole != null) {
            whole.release();
        }
    }

    private int pending() {
        CompositeByteBuf before = gathered;
        ByteBuf at = out;
        return (before == null ? 0 : before.readableBytes())
                + (at == null ? 0 : at.readableBytes());
    }

    private @Nullable ByteBuf whole() {
        ByteBuf last = out;
        CompositeByteBuf before = gathered;
        out = null;
        gathered = null;
        if (before == null) {
            return last;
        }
        if (last != null) {
            before.addComponent(true, last);
        }
        return before;
    }

    private void gather(ByteBuf data) {
        CompositeByteBuf all = gathered;
        if (all == null) {
            all = channel.alloc().compositeDirectBuffer(MOST_COMPONENTS);
            gathered = all;
        }
        ByteBuf before = out;
        if (before != null) {
            out = null;
            all.addComponent(true, before);
        }
        all.addComponent(true, data);
    }

    private ByteBuf room(int bytes) {
        ByteBuf at = out;
        if (at == null) {
            at = channel.alloc().directBuffer(bytes);
            out = at;
        } else {
            at.ensureWritable(bytes);
        }
        return at;
    }
}
