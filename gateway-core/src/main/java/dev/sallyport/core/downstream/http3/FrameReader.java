package dev.sallyport.core.downstream.http3;

import io.netty.buffer.ByteBuf;

/**
 * Reads what stands before the payload of a frame (RFC 9114 7.1), however it is cut into pieces.
 */
final class FrameReader {
    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int CANCEL_PUSH = 0x3;
    static final int SETTINGS = 0x4;
    static final int PUSH_PROMISE = 0x5;
    static final int GOAWAY = 0x7;
    static final int MAX_PUSH_ID = 0xd;

    private final Varint varint = new Varint();
    private long type = Varint.MORE;
    private long left;
    private boolean isInPayload;

    /**
     * Reads on; true once the frame's payload follows, of which {@link #left} says how much is to
     * come.
     */
    boolean read(ByteBuf in) {
        if (isInPayload) {
            return true;
        }
        if (type == Varint.MORE) {
            type = varint.read(in);
        }
        if (type != Varint.MORE) {
            left = varint.read(in);
            isInPayload = left != Varint.MORE;
        }
        return isInPayload;
    }

    long type() {
        return type;
    }

    /** Bytes of the payload that are still to come. */
    long left() {
        return left;
    }

    /** Some of the payload was used; with the last of it the next frame begins. */
    void used(long bytes) {
        left -= bytes;
    }

    /** Ends the frame when its payload is through. */
    boolean endIfThrough() {
        if (left > 0) {
            return false;
        }
        isInPayload = false;
        type = Varint.MORE;
        return true;
    }

    /** Skips what there is of the payload; true when all of it is through. */
    boolean skip(ByteBuf in) {
        int count = (int) Math.min(left, in.readableBytes());
        in.skipBytes(count);
        left -= count;
        return endIfThrough();
    }

    /** Whether nothing of a frame was read yet. */
    boolean isBetweenFrames() {
        return !isInPayload && type == Varint.MORE && varint.isEmpty();
    }

    /** RFC 9114 7.2.8: types that HTTP/2 uses for what QUIC does itself. */
    boolean isOfHttp2() {
        return type == 0x2 || type == 0x6 || type == 0x8 || type == 0x9;
    }
}
