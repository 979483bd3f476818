package dev.sallyport.core.observe.log;

/**
 * Bytes of log lines on their way to one big write.
 *
 * <p>Room is not checked per append: {@link #FULL} leaves so much of it that one more line always
 * fits, however much of it must be escaped.
 */
final class LineBuffer {
    /** From here on the bytes are due to be written. */
    static final int FULL = 1 << 16;

    // An escaped byte takes at most six; keys and numbers take less than 2 KiB.
    private static final int LONGEST_LINE = 6 * AccessLayout.LONGEST + 2048;
    private static final int LONGEST_DECIMAL = 19;
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private final byte[] bytes;
    private int length;

    LineBuffer() {
        this(FULL + LONGEST_LINE);
    }

    /** For a text that is known to fit. */
    LineBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void put(int b) {
        bytes[length++] = (byte) b;
    }

    void put(byte[] source) {
        put(source, 0, source.length);
    }

    void put(byte[] source, int offset, int count) {
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    void decimal(long value) {
        if (value < 0) {
            put('-');
        }
        // The negative side holds Long.MIN_VALUE too.
        long rest = value < 0 ? value : -value;
        int width = 1;
        for (long bound = -10; width < LONGEST_DECIMAL && rest <= bound; bound *= 10) {
            width++;
        }
        for (int i = length + width - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' - rest % 10);
            rest /= 10;
        }
        length += width;
    }

    /** Microseconds as milliseconds with three decimals. */
    void millis(long micros) {
        long whole = Math.max(micros, 0);
        decimal(whole / 1000);
        put('.');
        padded((int) (whole % 1000), 3);
    }

    /** With leading zeros. */
    void padded(int value, int width) {
        int rest = value;
        for (int i = length + width - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
    }

    /** Sixteen lower-case digits. */
    void hex(long value) {
        long rest = value;
        for (int i = length + 15; i >= length; i--) {
            bytes[i] = HEX[(int) rest & 15];
            rest >>>= 4;
        }
        length += 16;
    }

    /** Two lower-case digits. */
    void hexByte(int value) {
        put(HEX[value >> 4 & 15]);
        put(HEX[value & 15]);
    }

    /** An IPv4 address in dotted form, an IPv6 address as RFC 5952 has it. */
    void address(int family, long high, long low) {
        if (family == 4) {
            decimal(low >>> 24 & 255);
            put('.');
            decimal(low >>> 16 & 255);
            put('.');
            decimal(low >>> 8 & 255);
            put('.');
            decimal(low & 255);
        } else {
            address6(high, low);
        }
    }

    // RFC 5952 4.2: the longest run of at least two zero groups, the first of equals, becomes "::".
    private void address6(long high, long low) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && group(high, low, end) == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                put(':');
                put(':');
                i += runLength - 1;
                continue;
            }
            boolean afterRun = runStart >= 0 && i == runStart + runLength;
            if (i > 0 && !afterRun) {
                put(':');
            }
            shortHex(group(high, low, i));
        }
    }

    private static int group(long high, long low, int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }

    private void shortHex(int value) {
        int shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0;
        for (; shift >= 0; shift -= 4) {
            put(HEX[value >> shift & 15]);
        }
    }
}
