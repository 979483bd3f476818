package dev.sallyport.core.wire.hpack;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the fields of one connection's messages into header blocks (RFC 7541). Fields that tend to
 * stay the same from message to message are kept in the table and cost one byte from then on; the
 * others are written as they are, since looking for them costs more than it saves.
 */
public final class HpackEncoder {
    private static final int STATUS_NAME = 8;
    private static final int LEAST_STATUS = 8;
    private static final int[] KNOWN_STATUS = {200, 204, 206, 304, 400, 404, 500};

    private static final int[] NONE = {};
    private static final int LEAST_ENTRIES = 8;

    /** How many {@link #slot}s there are. */
    static final int SLOTS = 9;

    /** Nothing larger is kept: it would push out too much. */
    private static final int LARGEST_KEPT = 512;

    private static final int INDEXED = 0x80;
    private static final int KEPT = 0x40;
    private static final int NOT_KEPT = 0x00;
    private static final int NEVER_KEPT = 0x10;

    /** What the table holds of a field since its last change. */
    private static final class Entry {
        final byte[] value;
        final long number;

        Entry(byte[] value, long number) {
            this.value = value;
            this.number = number;
        }
    }

    /** By {@link #slot}. */
    private final @Nullable Entry[] newest = new @Nullable Entry[SLOTS];

    private final RecentValues recent;

    private int[] sizes = NONE;
    private int first;
    private int count;
    private int size;
    private long inserted;
    private int maxSize = HpackDecoder.TABLE_SIZE;
    private int announcedLeast = -1;

    private byte[] out = new byte[0];
    private int length;

    /** For one connection of the loop that shares the values. */
    public HpackEncoder(RecentValues recent) {
        this.recent = recent;
    }

    /**
     * The other side's decoder allows a table of {@code most} bytes; the next block says which size
     * is taken (RFC 7541 4.2).
     */
    public void tableSize(long most) {
        maxSize = (int) Math.min(most, HpackDecoder.TABLE_SIZE);
        announcedLeast = announcedLeast < 0 ? maxSize : Math.min(announcedLeast, maxSize);
        evict(0);
    }

    /** Begins a block, written to {@code into} from its start; {@link #bytes} may be another. */
    public HpackEncoder start(byte[] into) {
        out = into;
        length = 0;
        if (announcedLeast >= 0) {
            ensure(8);
            if (announcedLeast < maxSize) {
                integer(0x20, 5, announcedLeast);
            }
            integer(0x20, 5, maxSize);
            announcedLeast = -1;
        }
        return this;
    }

    /** The status, which comes first in a response. */
    public HpackEncoder status(int status) {
        ensure(8);
        for (int i = 0; i < KNOWN_STATUS.length; i++) {
            if (KNOWN_STATUS[i] == status) {
                out[length++] = (byte) (INDEXED | LEAST_STATUS + i);
                return this;
            }
        }
        integer(NOT_KEPT, 4, STATUS_NAME);
        out[length++] = 3;
        out[length++] = (byte) ('0' + status / 100);
        out[length++] = (byte) ('0' + status / 10 % 10);
        out[length++] = (byte) ('0' + status % 10);
        return this;
    }

    /** The live fields in their order, names in lower case. */
    public HpackEncoder fields(FieldTable fields) {
        byte[] bytes = fields.bytes();
        int total = fields.count();
        for (int i = 0; i < total; i++) {
            if (!fields.isRemoved(i)) {
                field(
                        fields.id(i),
                        bytes,
                        fields.nameOffset(i),
                        fields.nameLength(i),
                        fields.valueOffset(i),
                        fields.valueLength(i));
            }
        }
        return this;
    }

    private void field(int id, byte[] bytes, int name, int nameLength, int value, int valueLength) {
        ensure(nameLength + valueLength + 16);
        int slot = slot(id);
        if (slot >= 0 && nameLength + valueLength + FieldSection.FIELD_OVERHEAD < LARGEST_KEPT) {
            Entry known = newest[slot];
            if (known != null
                    && known.number >= inserted - count
                    && Arrays.equals(
                            known.value,
                            0,
                            known.value.length,
                            bytes,
                            value,
                            value + valueLength)) {
                integer(INDEXED, 7, StaticTable.LENGTH + (int) (inserted - known.number));
                return;
            }
            name(KEPT, 6, id, bytes, name, nameLength);
            keep(slot, nameLength, recent.share(slot, bytes, value, value + valueLength));
        } else {
            name(id == Field.SET_COOKIE ? NEVER_KEPT : NOT_KEPT, 4, id, bytes, name, nameLength);
        }
        integer(0, 7, valueLength);
        System.arraycopy(bytes, value, out, length, valueLength);
        length += valueLength;
    }

    /** The places of what one endpoint says alike in many responses; -1 for others. */
    private static int slot(int id) {
        return switch (id) {
            case Field.DATE -> 0;
            case Field.SERVER -> 1;
            case Field.VIA -> 2;
            case Field.CONTENT_TYPE -> 3;
            case Field.CONTENT_ENCODING -> 4;
            case Field.CACHE_CONTROL -> 5;
            case Field.VARY -> 6;
            case Field.ALT_SVC -> 7;
            case Field.STRICT_TRANSPORT_SECURITY -> 8;
            default -> -1;
        };
    }

    private void name(int kind, int prefix, int id, byte[] bytes, int name, int nameLength) {
        int known = id == Field.OTHER ? 0 : StaticTable.indexOf(id);
        integer(kind, prefix, known);
        if (known > 0) {
            return;
        }
        integer(0, 7, nameLength);
        for (int i = name; i < name + nameLength; i++) {
            byte b = bytes[i];
            out[length++] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
    }

    /** The length of the body that follows. */
    public HpackEncoder contentLength(long bytes) {
        ensure(24);
        integer(NOT_KEPT, 4, StaticTable.indexOf(Field.CONTENT_LENGTH));
        int digits = 1;
        for (long rest = bytes; rest >= 10; rest /= 10) {
            digits++;
        }
        out[length++] = (byte) digits;
        long rest = bytes;
        for (int i = length + digits - 1; i >= length; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** The array that holds the block: the one given to {@link #start}, or a larger one. */
    public byte[] bytes() {
        return out;
    }

    /** The bytes of the block. */
    public int length() {
        return length;
    }

    private void keep(int slot, int nameLength, byte[] value) {
        int needed = nameLength + value.length + FieldSection.FIELD_OVERHEAD;
        evict(needed);
        if (needed > maxSize) {
            return; // the other side empties its table likewise (RFC 7541 4.4)
        }
        if (count == sizes.length) {
            int[] more = new int[Math.max(LEAST_ENTRIES, 2 * count)];
            for (int i = 0; i < count; i++) {
                more[i] = sizes[(first + i) & (count - 1)];
            }
            sizes = more;
            first = 0;
        }
        sizes[(first + count) & (sizes.length - 1)] = needed;
        count++;
        size += needed;
        newest[slot] = new Entry(value, inserted++);
    }

    private void evict(int needed) {
        while (count > 0 && size + needed > maxSize) {
            size -= sizes[first];
            first = (first + 1) & (sizes.length - 1);
            count--;
        }
    }

    private void integer(int kind, int prefix, int value) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out[length++] = (byte) (kind | value);
            return;
        }
        out[length++] = (byte) (kind | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[length++] = (byte) rest;
    }

    private void ensure(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
        }
    }
}
