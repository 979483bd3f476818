package dev.sallyport.core.rebuild;

import java.util.Arrays;

/** A growing byte buffer of one loop, in which field values are put together without garbage. */
public final class Scratch {
    private byte[] bytes = new byte[512];
    private int length;

    public Scratch start() {
        length = 0;
        return this;
    }

    public Scratch append(byte[] source) {
        return append(source, 0, source.length);
    }

    public Scratch append(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    public Scratch append(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    public Scratch appendDecimal(int value) {
        if (value >= 10) {
            appendDecimal(value / 10);
        }
        return append((char) ('0' + value % 10));
    }

    /** Sixteen lower-case hex digits. */
    public Scratch appendHex(long value) {
        room(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            int digit = (int) (value >>> shift) & 0xF;
            bytes[length++] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        return this;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
