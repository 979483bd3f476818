package dev.sallyport.core.downstream.http3;

import dev.sallyport.core.http.FieldTable;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes field sections without a dynamic table (RFC 9204 4.5). One per loop. */
final class FieldWriter {
    private static final int[] KNOWN_STATUS = {
        103, 200, 304, 404, 503, 100, 204, 206, 302, 400, 403, 421, 425, 500
    };
    private static final int[] STATUS_AT = {24, 25, 26, 27, 28, 63, 64, 65, 66, 67, 68, 69, 70, 71};
    private static final int CONTENT_LENGTH = 4;

    private byte[] name = new byte[256];
    private byte[] digits = new byte[20];

    /** Begins a section. */
    void start(ByteBuf out) {
        out.writeShort(0); // RFC 9204 4.5.1: nothing required, no base
    }

    void status(ByteBuf out, int status) {
        for (int i = 0; i < KNOWN_STATUS.length; i++) {
            if (KNOWN_STATUS[i] == status) {
                integer(out, 0xc0, 6, STATUS_AT[i]);
                return;
            }
        }
        integer(out, 0x50, 4, StaticTable.STATUS);
        decimal(out, status);
    }

    void contentLength(ByteBuf out, long length) {
        integer(out, 0x50, 4, CONTENT_LENGTH);
        decimal(out, length);
    }

    private void decimal(ByteBuf out, long number) {
        int at = digits.length;
        long left = number;
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        integer(out, 0, 7, digits.length - at);
        out.writeBytes(digits, at, digits.length - at);
    }

    /** Writes the fields that were not removed, their names in lower case. */
    void fields(ByteBuf out, @Nullable FieldTable fields) {
        if (fields == null) {
            return;
        }
        byte[] bytes = fields.bytes();
        for (int i = 0; i < fields.count(); i++) {
            if (fields.isRemoved(i)) {
                continue;
            }
            int length = fields.nameLength(i);
            lower(bytes, fields.nameOffset(i), length);
            int known = StaticTable.find(name, 0, length);
            if (known >= 0) {
                integer(out, 0x50, 4, known);
            } else {
                integer(out, 0x20, 3, length);
                out.writeBytes(name, 0, length);
            }
            integer(out, 0, 7, fields.valueLength(i));
            out.writeBytes(bytes, fields.valueOffset(i), fields.valueLength(i));
        }
    }

    private void lower(byte[] bytes, int from, int length) {
        if (name.length < length) {
            name = Arrays.copyOf(name, length);
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            name[i] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
    }

    /** An integer behind the {@code 8 - prefix} bits of {@code first} (RFC 7541 5.1). */
    private static void integer(ByteBuf out, int first, int prefix, int number) {
        int most = (1 << prefix) - 1;
        if (number < most) {
            out.writeByte(first | number);
            return;
        }
        out.writeByte(first | most);
        int left = number - most;
        while (left >= 0x80) {
            out.writeByte((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }
}
