package dev.sallyport.core.wire.hpack;

import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.HeadLimits;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the header blocks of one connection into fields (RFC 7541). Every block has to pass through
 * here, also one that nobody wants: the table is part of the connection.
 */
public final class HpackDecoder {
    /** What became of a block. */
    public enum Outcome {
        OK,
        /** RFC 7541 has no meaning for it: the connection cannot go on. */
        BROKEN,
        /** It grows so far beyond the limits that it is not read to its end; as fatal. */
        TOO_LARGE
    }

    /** The largest table, which is what an encoder may assume unless told otherwise. */
    public static final int TABLE_SIZE = 4096;

    /** Blocks are read to this many times the largest head, lest a small excess be fatal. */
    private static final int PATIENCE = 4;

    private static final int KEPT_TEXT = 4096;
    private static final int LEAST_TEXT = 128;
    private static final int BROKEN = -1;
    private static final byte[] GONE = new byte[0];
    private static final byte[][] NO_ENTRIES = {};
    private static final int[] NO_LENGTHS = {};
    private static final int LEAST_ENTRIES = 8;
    private static final int MOST = 1 << 24;

    /** The table, newest entry last; a ring. Each entry is a name with its value behind it. */
    private byte[][] entries = NO_ENTRIES;

    private int[] nameLengths = NO_LENGTHS;
    private int first;
    private int count;
    private int size;
    private int maxSize = TABLE_SIZE;

    // Where the string read last stands.
    private byte[] text = GONE;
    private int textLength;
    private byte[] block = text;
    private int at;
    private int end;
    private byte[] string = text;
    private int stringOffset;
    private int stringLength;

    /** Decodes {@code [from, to)} of {@code bytes}; {@code into} is null when nobody wants it. */
    public Outcome decode(
            byte[] bytes, int from, int to, @Nullable FieldSection into, HeadLimits limits) {
        block = bytes;
        at = from;
        end = to;
        int decoded = 0;
        int most = PATIENCE * limits.bytes();
        boolean isFirst = true;
        while (at < end) {
            int b = block[at] & 0xff;
            if ((b & 0xe0) == 0x20) {
                // RFC 7541 4.2: a change of the table's size comes before all fields.
                int wanted = integer(5);
                if (!isFirst || wanted < 0 || wanted > TABLE_SIZE) {
                    return Outcome.BROKEN;
                }
                maxSize = wanted;
                evict(0);
                continue;
            }
            isFirst = false;
            int fieldSize = (b & 0x80) != 0 ? indexed(into, limits) : literal(b, into, limits);
            if (fieldSize < 0) {
                return Outcome.BROKEN;
            }
            decoded += fieldSize + FieldSection.FIELD_OVERHEAD;
            if (decoded > most) {
                return Outcome.TOO_LARGE;
            }
        }
        if (text.length > KEPT_TEXT) {
            text = GONE;
        }
        block = text;
        string = text;
        return Outcome.OK;
    }

    private int indexed(@Nullable FieldSection into, HeadLimits limits) {
        int index = integer(7);
        if (index <= 0) {
            return BROKEN;
        }
        if (index <= StaticTable.LENGTH) {
            byte[] name = StaticTable.NAMES[index];
            byte[] value = StaticTable.VALUES[index];
            if (into != null) {
                into.take(name, 0, name.length, value, 0, value.length, limits);
            }
            return name.length + value.length;
        }
        int slot = slot(index - StaticTable.LENGTH - 1);
        if (slot < 0) {
            return BROKEN;
        }
        byte[] entry = entries[slot];
        int nameLength = nameLengths[slot];
        if (into != null) {
            into.take(entry, 0, nameLength, entry, nameLength, entry.length - nameLength, limits);
        }
        return entry.length;
    }

    private int literal(int b, @Nullable FieldSection into, HeadLimits limits) {
        boolean isKept = (b & 0x40) != 0;
        int index = integer(isKept ? 6 : 4);
        textLength = 0;
        if (index < 0 || !name(index)) {
            return BROKEN;
        }
        byte[] name = string;
        int nameOffset = stringOffset;
        int nameLength = stringLength;
        if (!string()) {
            return BROKEN;
        }
        if (into != null) {
            into.take(name, nameOffset, nameLength, string, stringOffset, stringLength, limits);
        }
        if (isKept) {
            keep(name, nameOffset, nameLength);
        }
        return nameLength + stringLength;
    }

    private boolean name(int index) {
        if (index == 0) {
            return string();
        }
        if (index <= StaticTable.LENGTH) {
            string = StaticTable.NAMES[index];
            stringOffset = 0;
            stringLength = string.length;
            return true;
        }
        int slot = slot(index - StaticTable.LENGTH - 1);
        if (slot < 0) {
            return false;
        }
        string = entries[slot];
        stringOffset = 0;
        stringLength = nameLengths[slot];
        return true;
    }

    /** Reads a string, in place where it can (RFC 7541 5.2). */
    private boolean string() {
        if (at >= end) {
            return false;
        }
        boolean isHuffman = (block[at] & 0x80) != 0;
        int length = integer(7);
        if (length < 0 || length > end - at) {
            return false;
        }
        if (!isHuffman) {
            string = block;
            stringOffset = at;
            stringLength = length;
            at += length;
            return true;
        }
        int room = textLength + Huffman.longest(length);
        if (room > text.length) {
            text = Arrays.copyOf(text, Math.max(room, Math.max(LEAST_TEXT, 2 * text.length)));
        }
        int decodedEnd = Huffman.decode(block, at, at + length, text, textLength);
        if (decodedEnd < 0) {
            return false;
        }
        string = text;
        stringOffset = textLength;
        stringLength = decodedEnd - textLength;
        textLength = decodedEnd;
        at += length;
        return true;
    }

    /** RFC 7541 5.1; {@link #BROKEN} when it is cut off or larger than anything here. */
    private int integer(int prefix) {
        int mask = (1 << prefix) - 1;
        int value = block[at++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; shift <= 21 && at < end; shift += 7) {
            int b = block[at++] & 0xff;
            value += (b & 0x7f) << shift;
            if (value > MOST) {
                return BROKEN;
            }
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        return BROKEN;
    }

    /** The place of the entry that came {@code age} entries before the newest, or -1. */
    private int slot(int age) {
        return age >= count ? -1 : (first + count - 1 - age) & (entries.length - 1);
    }

    private void keep(byte[] name, int nameOffset, int nameLength) {
        int needed = nameLength + stringLength + FieldSection.FIELD_OVERHEAD;
        // RFC 7541 4.4: one that is larger than the table empties it, which is no error. The bytes
        // are copied first: the name may be an entry that has to go.
        byte[] entry = new byte[nameLength + stringLength];
        System.arraycopy(name, nameOffset, entry, 0, nameLength);
        System.arraycopy(string, stringOffset, entry, nameLength, stringLength);
        evict(needed);
        if (needed > maxSize) {
            return;
        }
        if (count == entries.length) {
            grow();
        }
        int slot = (first + count) & (entries.length - 1);
        entries[slot] = entry;
        nameLengths[slot] = nameLength;
        count++;
        size += needed;
    }

    private void evict(int needed) {
        while (count > 0 && size + needed > maxSize) {
            size -= entries[first].length + FieldSection.FIELD_OVERHEAD;
            entries[first] = GONE;
            first = (first + 1) & (entries.length - 1);
            count--;
        }
    }

    private void grow() {
        int room = Math.max(LEAST_ENTRIES, 2 * count);
        byte[][] moreEntries = new byte[room][];
        int[] moreLengths = new int[room];
        for (int i = 0; i < count; i++) {
            int slot = (first + i) & (count - 1);
            moreEntries[i] = entries[slot];
            moreLengths[i] = nameLengths[slot];
        }
        entries = moreEntries;
        nameLengths = moreLengths;
        first = 0;
    }
}
