package dev.sallyport.core.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tables and loops over bytes that every parser of this room shares. */
final class Octets {
    static final byte TAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';
    static final byte SP = ' ';

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    /** Lower case of every byte; others stand for themselves. */
    static final byte[] LOWER = new byte[256];

    /** The lower case of token characters (RFC 9110 5.6.2), 0 for all others. */
    static final byte[] TOKEN = new byte[256];

    /**
     * The lower case of the characters allowed in names of request fields, 0 for all others:
     * letters, digits and {@code -}. Every other token character becomes {@code _} in some CGI-like
     * environment, so that {@code X_Real_IP} or {@code X.Real.IP} would pose as {@code X-Real-IP}
     * behind us.
     */
    static final byte[] PLAIN_NAME = new byte[256];

    /** The value of hexadecimal digits, -1 for all others. */
    static final byte[] HEX = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean upper = c >= 'A' && c <= 'Z';
            boolean digit = c >= '0' && c <= '9';
            int lower = upper ? c + 32 : c;
            boolean letter = lower >= 'a' && lower <= 'z';
            LOWER[c] = (byte) lower;
            if (letter || digit || c == '-') {
                PLAIN_NAME[c] = (byte) lower;
            }
            if (letter || digit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                TOKEN[c] = (byte) lower;
            }
            HEX[c] = (byte) Character.digit(c < 128 ? c : 0, 16);
        }
    }

    private Octets() {}

    /** The first byte that no line may hold (a control other than HTAB, or DEL), or {@code end}. */
    static int findControl(byte[] bytes, int from, int end) {
        int i = from;
        int wide = bytes.length - 8;
        while (i < end) {
            if (i > wide) {
                int c = bytes[i];
                if ((c >= 0 && c < SP && c != TAB) || c == 0x7f) {
                    return i;
                }
                i++;
                continue;
            }
            // Eight at once: a byte below 0x20, or equal to 0x7f; the lowest hit is exact.
            long x = (long) LONG.get(bytes, i);
            long del = x ^ (0x7f * ONES);
            long hit = (((x - 0x20 * ONES) & ~x) | ((del - ONES) & ~del)) & HIGHS;
            if (hit == 0) {
                i += 8;
                continue;
            }
            i += Long.numberOfTrailingZeros(hit) >>> 3;
            if (i >= end) {
                return end;
            }
            if (bytes[i] != TAB) {
                return i;
            }
            i++;
        }
        return end;
    }

    /** Whether {@code word} stands at {@code offset}; the caller has compared lengths. */
    static boolean matches(byte[] bytes, int offset, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (bytes[offset + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Like {@link #matches}, ignoring the case of {@code bytes}; {@code lowerWord} is lower case.
     */
    static boolean matchesIgnoreCase(byte[] bytes, int offset, byte[] lowerWord) {
        for (int i = 0; i < lowerWord.length; i++) {
            if (LOWER[bytes[offset + i] & 0xff] != lowerWord[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean isBlank(byte b) {
        return b == SP || b == TAB;
    }

    /** Whether the range is {@code lowerWord}, ignoring the case of {@code bytes}. */
    static boolean equalsIgnoreCase(byte[] bytes, int offset, int length, byte[] lowerWord) {
        return length == lowerWord.length && matchesIgnoreCase(bytes, offset, lowerWord);
    }
}
