package dev.sallyport.core.downstream.h2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.wire.h2.ErrorCode;
import dev.sallyport.core.wire.h2.Frame;
import io.netty.buffer.ByteBuf;

/**
 * Cuts what a client sends into frames (RFC 9113 4.1). Data go on as they arrive; of all other
 * frames the payload is complete first.
 */
final class FrameReader {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    private enum Stage {
        PREFACE,
        HEADER,
        PAD_LENGTH,
        DATA,
        PADDING,
        PAYLOAD,
        CLOSED
    }

    private final FrameHandler handler;
    private final byte[] header = new byte[Frame.HEADER];
    private final byte[] shared;
    private byte[] payload;

    private Stage stage = Stage.PREFACE;
    private int filled;
    private int length;
    private int type;
    private int flags;
    private int stream;
    private int left;
    private int padding;
    private boolean isSettled;
    private long units;

    /**
     * Reads for {@code handler}.
     *
     * @param shared the loop's room for one payload, used while a frame is at hand whole
     */
    FrameReader(FrameHandler handler, byte[] shared) {
        this.handler = handler;
        this.shared = shared;
        this.payload = shared;
    }

    /** Uses all of {@code in}, or as much as comes before the connection ends. */
    void read(ByteBuf in) {
        while (stage != Stage.CLOSED && step(in)) {
            // one step after the other
        }
    }

    void close() {
        stage = Stage.CLOSED;
        payload = shared;
    }

    /** Whether a frame has begun and is not complete; one of data counts as complete. */
    boolean isInFrame() {
        return stage == Stage.PREFACE
                || stage == Stage.PAYLOAD
                || (stage == Stage.HEADER && filled > 0);
    }

    /** Counts what is complete: a header block as one, however many frames it has. */
    long unit() {
        return units;
    }

    private boolean step(ByteBuf in) {
        return switch (stage) {
            case PREFACE -> preface(in);
            case HEADER -> header(in);
            case PAD_LENGTH -> padLength(in);
            case DATA -> data(in);
            case PADDING -> padding(in);
            case PAYLOAD -> payload(in);
            case CLOSED -> false;
        };
    }

    private boolean preface(ByteBuf in) {
        while (filled < PREFACE.length && in.isReadable()) {
            if (in.readByte() != PREFACE[filled++]) {
                handler.fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.BAD_PREFACE);
                return false;
            }
        }
        if (filled < PREFACE.length) {
            return false;
        }
        filled = 0;
        stage = Stage.HEADER;
        return true;
    }

    private boolean header(ByteBuf in) {
        int count = Math.min(Frame.HEADER - filled, in.readableBytes());
        in.readBytes(header, filled, count);
        filled += count;
        if (filled < Frame.HEADER) {
            return false;
        }
        filled = 0;
        length = Frame.int32(header, 0) >>> 8;
        type = header[3] & 0xff;
        flags = header[4] & 0xff;
        stream = Frame.int31(header, 5);
        if (!isSettled && type != Frame.SETTINGS) {
            // RFC 9113 3.4: the first frame of a client is SETTINGS.
            handler.fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.BAD_PREFACE);
            return false;
        }
        isSettled = true;
        if (length > Frame.LARGEST) {
            handler.fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return false;
        }
        if (type != Frame.DATA) {
            stage = Stage.PAYLOAD;
            return handler.frameBegins(type, stream);
        }
        return beginData();
    }

    private boolean beginData() {
        boolean isPadded = (flags & Frame.PADDED) != 0;
        if (isPadded && length == 0) {
            handler.fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return false;
        }
        if (!handler.frameBegins(type, stream) || !handler.dataBegins(stream, length)) {
            return false;
        }
        units++;
        padding = 0;
        left = length;
        stage = isPadded ? Stage.PAD_LENGTH : Stage.DATA;
        return true;
    }

    private boolean padLength(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        padding = in.readUnsignedByte();
        left = length - 1 - padding;
        if (left < 0) {
            handler.fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            return false;
        }
        handler.dataPadding(stream, padding + 1);
        stage = Stage.DATA;
        return true;
    }

    private boolean data(ByteBuf in) {
        int count = Math.min(left, in.readableBytes());
        if (count == 0 && left > 0) {
            return false;
        }
        left -= count;
        if (left > 0) {
            handler.data(stream, in, count, false);
            return false;
        }
        stage = padding > 0 ? Stage.PADDING : Stage.HEADER;
        left = padding;
        handler.data(stream, in, count, (flags & Frame.END_STREAM) != 0);
        return true;
    }

    private boolean padding(ByteBuf in) {
        int count = Math.min(left, in.readableBytes());
        in.skipBytes(count);
        left -= count;
        if (left > 0) {
            return false;
        }
        stage = Stage.HEADER;
        return true;
    }

    private boolean payload(ByteBuf in) {
        int count = Math.min(length - filled, in.readableBytes());
        if (filled + count < length && filled == 0) {
            // It comes in pieces, and other connections use the shared room in between.
            payload = new byte[length];
        }
        in.readBytes(payload, filled, count);
        filled += count;
        if (filled < length) {
            return false;
        }
        filled = 0;
        stage = Stage.HEADER;
        byte[] whole = payload;
        payload = shared;
        handler.frame(type, flags, stream, whole, length);
        if (!handler.isInBlock()) {
            units++;
        }
        return true;
    }
}
