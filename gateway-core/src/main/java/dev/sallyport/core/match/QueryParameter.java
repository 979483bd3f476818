package dev.sallyport.core.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A parameter that a query must have: {@code name=value} pairs between {@code &}, compared as
 * servers decode them (plus is a space, percent-encodings are bytes).
 */
final class QueryParameter {
    private final byte[] name;
    private final ValuePattern pattern;

    QueryParameter(String name, ValuePattern pattern) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.pattern = pattern;
    }

    ValuePattern pattern() {
        return pattern;
    }

    /**
     * Whether the parameter is there and every value of it fits; the query begins with {@code ?} or
     * is empty.
     */
    boolean holds(byte[] bytes, int offset, int length) {
        boolean there = false;
        int end = offset + length;
        int at = offset + 1;
        while (at < end) {
            int stop = indexOf(bytes, '&', at, end);
            int equals = indexOf(bytes, '=', at, stop);
            if (isName(bytes, at, equals)) {
                if (!fits(bytes, Math.min(equals + 1, stop), stop)) {
                    return false;
                }
                there = true;
            }
            at = stop + 1;
        }
        return there;
    }

    private boolean isName(byte[] bytes, int from, int end) {
        int matched = 0;
        int at = from;
        while (at < end) {
            int step = isEncoded(bytes, at, end) ? 3 : 1;
            if (matched == name.length || decoded(bytes, at, step) != name[matched]) {
                return false;
            }
            matched++;
            at += step;
        }
        return matched == name.length;
    }

    /** Only a value that has something to decode is copied. */
    private boolean fits(byte[] bytes, int from, int end) {
        if (indexOf(bytes, '%', from, end) == end && indexOf(bytes, '+', from, end) == end) {
            return pattern.fits(bytes, from, end - from);
        }
        byte[] value = Arrays.copyOfRange(bytes, from, end);
        int length = 0;
        for (int at = from; at < end; length++) {
            int step = isEncoded(bytes, at, end) ? 3 : 1;
            value[length] = decoded(bytes, at, step);
            at += step;
        }
        return pattern.fits(value, 0, length);
    }

    private static byte decoded(byte[] bytes, int at, int step) {
        if (step == 3) {
            return (byte)
                    (Character.digit(bytes[at + 1], 16) << 4 | Character.digit(bytes[at + 2], 16));
        }
        return bytes[at] == '+' ? (byte) ' ' : bytes[at];
    }

    /** A percent sign without two digits stands for itself. */
    private static boolean isEncoded(byte[] bytes, int at, int end) {
        return bytes[at] == '%'
                && at + 2 < end
                && Character.digit(bytes[at + 1], 16) >= 0
                && Character.digit(bytes[at + 2], 16) >= 0;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
