package dev.sallyport.core.downstream.http3;

import io.netty.buffer.ByteBuf;

/** Integers of variable length (RFC 9000 16), read in pieces. */
final class Varint {
    /** Not all bytes have come. */
    static final long MORE = -1;

    private long value;
    private int left;

    /** The next integer, or {@link #MORE}. */
    long read(ByteBuf in) {
        if (left == 0) {
            if (!in.isReadable()) {
                return MORE;
            }
            int first = in.readUnsignedByte();
            left = (1 << (first >>> 6)) - 1;
            value = first & 0x3f;
        }
        while (left > 0 && in.isReadable()) {
            value = value << 8 | in.readUnsignedByte();
            left--;
        }
        return left > 0 ? MORE : value;
    }

    /** Whether no part of an integer waits for the rest. */
    boolean isEmpty() {
        return left == 0;
    }

    static void write(ByteBuf out, long value) {
        if (value < 1 << 6) {
            out.writeByte((int) value);
        } else if (value < 1 << 14) {
            out.writeShort((int) value | 0x4000);
        } else if (value < 1 << 30) {
            out.writeInt((int) value | 0x8000_0000);
        } else {
            out.writeLong(value | 0xc000_0000_0000_0000L);
        }
    }
}
