package dev.sallyport.core.downstream.http3;

import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.wire.hpack.Huffman;
import java.util.Arrays;

/**
 * Reads field sections without a dynamic table (RFC 9204 4.5): what refers to one is wrong, since
 * none was allowed. One per loop.
 */
final class FieldReader {
    private static final int WRONG = -1;
    private static final int LONGEST_INTEGER = 1 << 24;

    private byte[] name = new byte[256];
    private byte[] value = new byte[2048];
    private int at;
    private int textFrom;
    private int textLength;

    /**
     * Gives the fields in {@code [0, length)} of {@code in} to {@code section}, until that refuses
     * one.
     *
     * @return false when the encoding is wrong
     */
    boolean read(byte[] in, int length, FieldSection section, HeadLimits limits) {
        at = 0;
        // RFC 9204 4.5.1: no entry is required; the sign of a base has to fit that.
        if (integer(in, length, 8) != 0 || at >= length || in[at] < 0) {
            return false;
        }
        if (integer(in, length, 7) == WRONG) {
            return false;
        }
        while (at < length) {
            if (!line(in, length, section, limits)) {
                return false;
            }
            if (section.malformed() != null) {
                return true;
            }
        }
        return true;
    }

    private boolean line(byte[] in, int length, FieldSection section, HeadLimits limits) {
        int first = in[at];
        if ((first & 0xc0) == 0xc0) {
            int index = integer(in, length, 6);
            if (index == WRONG || index >= StaticTable.size()) {
                return false;
            }
            byte[] known = StaticTable.value(index);
            take(
                    StaticTable.name(index),
                    0,
                    StaticTable.name(index).length,
                    known,
                    section,
                    limits);
            return true;
        }
        if ((first & 0xd0) == 0x50) {
            int index = integer(in, length, 4);
            if (index == WRONG || index >= StaticTable.size() || !value(in, length)) {
                return false;
            }
            byte[] known = StaticTable.name(index);
            take(known, 0, known.length, section, limits);
            return true;
        }
        if ((first & 0xe0) == 0x20) {
            boolean isCoded = (first & 0x08) != 0;
            int count = integer(in, length, 3);
            if (count == WRONG || count > length - at) {
                return false;
            }
            byte[] from = in;
            int nameFrom = at;
            int nameLength = count;
            if (isCoded) {
                name = room(name, Huffman.longest(count));
                int end = Huffman.decode(in, at, at + count, name, 0);
                if (end < 0) {
                    return false;
                }
                from = name;
                nameFrom = 0;
                nameLength = end;
            }
            at += count;
            if (!value(in, length)) {
                return false;
            }
            take(from, nameFrom, nameLength, section, limits);
            return true;
        }
        return false;
    }

    /** Reads the value of a line, into {@link #value}. */
    private boolean value(byte[] in, int length) {
        if (at >= length) {
            return false;
        }
        boolean isCoded = in[at] < 0;
        int count = integer(in, length, 7);
        if (count == WRONG || count > length - at) {
            return false;
        }
        value = room(value, isCoded ? Huffman.longest(count) : count);
        textFrom = 0;
        if (isCoded) {
            textLength = Huffman.decode(in, at, at + count, value, 0);
        } else {
            System.arraycopy(in, at, value, 0, count);
            textLength = count;
        }
        at += count;
        return textLength >= 0;
    }

    private void take(byte[] of, int from, int count, FieldSection section, HeadLimits limits) {
        section.take(of, from, count, value, textFrom, textLength, limits);
    }

    private static void take(
            byte[] of, int from, int count, byte[] known, FieldSection section, HeadLimits limits) {
        section.take(of, from, count, known, 0, known.length, limits);
    }

    /** An integer whose first byte has {@code prefix} bits of it (RFC 7541 5.1). */
    private int integer(byte[] in, int length, int prefix) {
        if (at >= length) {
            return WRONG;
        }
        int most = (1 << prefix) - 1;
        int read = in[at++] & most;
        if (read < most) {
            return read;
        }
        for (int shift = 0; at < length && shift <= 21; shift += 7) {
            int next = in[at++];
            read += (next & 0x7f) << shift;
            if (next >= 0) {
                return read > LONGEST_INTEGER ? WRONG : read;
            }
        }
        return WRONG;
    }

    private static byte[] room(byte[] array, int wanted) {
        return array.length >= wanted
                ? array
                : Arrays.copyOf(array, Math.max(wanted, array.length * 2));
    }
}
