package dev.sallyport.core.observe.trace;

import java.util.Arrays;

/**
 * The trace a request belongs to, read from and written as a W3C {@code traceparent} without a
 * String in between.
 *
 * <p>One per exchange or connection, reused; loop only.
 */
public final class TraceContext {
    /** How long a {@code traceparent} is that we write. */
    public static final int LENGTH = 55;

    private static final int VERSION_0 = 0;
    private static final int VERSION_FORBIDDEN = 0xff;
    private static final int SAMPLED = 1;

    // Trace Context level 2: the trace id's low bits are random, a promise to pass on.
    private static final int RANDOM = 2;

    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final byte[] DIGITS = digits();

    private long traceHigh;
    private long traceLow;
    private long parentSpanId;
    private int flags;

    private static byte[] digits() {
        byte[] digits = new byte[256];
        Arrays.fill(digits, (byte) -1);
        for (int i = 0; i < HEX.length; i++) {
            digits[HEX[i]] = (byte) i;
        }
        return digits;
    }

    /**
     * Reads a field's value as Trace Context 3.2 demands it; false, and no trace, when it is
     * anything else.
     *
     * <p>More than one {@code traceparent} is as bad as none: the caller does not ask then.
     */
    public boolean parse(byte[] bytes, int offset, int length) {
        clear();
        if (length < LENGTH
                || bytes[offset + 2] != '-'
                || bytes[offset + 35] != '-'
                || bytes[offset + 52] != '-') {
            return false;
        }
        long version = hex(bytes, offset, 2);
        // Trace Context 3.2.1 and 4: a later version may go on after a dash, this one may not.
        boolean fits =
                version == VERSION_0
                        ? length == LENGTH
                        : length == LENGTH || bytes[offset + LENGTH] == '-';
        if (version < 0 || version == VERSION_FORBIDDEN || !fits) {
            return false;
        }
        if (!isHex(bytes, offset + 3, 32)
                || !isHex(bytes, offset + 36, 16)
                || !isHex(bytes, offset + 53, 2)) {
            return false;
        }
        long high = hex(bytes, offset + 3, 16);
        long low = hex(bytes, offset + 19, 16);
        long span = hex(bytes, offset + 36, 16);
        if ((high | low) == 0 || span == 0) {
            return false;
        }
        traceHigh = high;
        traceLow = low;
        parentSpanId = span;
        flags = (int) hex(bytes, offset + 53, 2) & (SAMPLED | RANDOM);
        return true;
    }

    /** Begins a trace here: no parent. */
    void start(long high, long low, boolean sampled) {
        traceHigh = high;
        traceLow = low;
        parentSpanId = 0;
        flags = sampled ? SAMPLED : 0;
    }

    /** Belongs to no trace from now on. */
    public void clear() {
        traceHigh = 0;
        traceLow = 0;
        parentSpanId = 0;
        flags = 0;
    }

    public boolean isPresent() {
        return (traceHigh | traceLow) != 0;
    }

    public long traceHigh() {
        return traceHigh;
    }

    public long traceLow() {
        return traceLow;
    }

    /** The span of whoever called us, 0 when the trace begins here. */
    public long parentSpanId() {
        return parentSpanId;
    }

    public boolean isSampled() {
        return (flags & SAMPLED) != 0;
    }

    /**
     * Writes the {@link #LENGTH} bytes of the {@code traceparent} that names this span as the
     * parent of what follows.
     */
    public void write(byte[] target, int offset, long spanId) {
        target[offset] = '0';
        target[offset + 1] = '0';
        target[offset + 2] = '-';
        putHex(traceHigh, target, offset + 3, 16);
        putHex(traceLow, target, offset + 19, 16);
        target[offset + 35] = '-';
        putHex(spanId, target, offset + 36, 16);
        target[offset + 52] = '-';
        putHex(flags, target, offset + 53, 2);
    }

    private static boolean isHex(byte[] bytes, int offset, int length) {
        int bad = 0;
        for (int i = offset; i < offset + length; i++) {
            bad |= DIGITS[bytes[i] & 255];
        }
        return bad >= 0;
    }

    /** Negative when a short number has another character than a lower-case digit. */
    private static long hex(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            value = value << 4 | DIGITS[bytes[i] & 255];
        }
        return value;
    }

    private static void putHex(long value, byte[] target, int offset, int length) {
        long rest = value;
        for (int i = offset + length - 1; i >= offset; i--) {
            target[i] = HEX[(int) rest & 15];
            rest >>>= 4;
        }
    }
}
