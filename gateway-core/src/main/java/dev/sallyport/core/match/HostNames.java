package dev.sallyport.core.match;

/**
 * The canonical form of a host as it comes on the wire: the only form that is ever compared.
 *
 * <p>ASCII in lower case, one trailing dot removed, the port split off, IPv4 in four decimal octets
 * only, IPv6 in brackets with the shortest groups (RFC 5952, without the dotted tail). Anything
 * else is refused rather than repaired: a non-ASCII name has no place on the wire (RFC 5890:
 * A-labels), nor have zones, percent-encodings and user information.
 */
public final class HostNames {
    /** The answer for what is no host. */
    public static final long INVALID = -1;

    /** Longest canonical host; enough for the array that {@link #canonicalise} writes to. */
    public static final int MAX_LENGTH = 253;

    private static final int MAX_LABEL = 63;
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final int NO_PORT = 0xffff_ffff;

    private HostNames() {}

    /**
     * Writes the canonical host of an authority without user information ({@code host[:port]}) to
     * {@code to}, beginning at {@code at}, where {@link #MAX_LENGTH} bytes must be free.
     *
     * @return {@link #INVALID}, or what {@link #length} and {@link #port} take apart
     */
    public static long canonicalise(byte[] from, int offset, int length, byte[] to, int at) {
        if (length == 0) {
            return INVALID;
        }
        int end = offset + length;
        if (from[offset] == '[') {
            int close = indexOf(from, (byte) ']', offset, end);
            int written = close == end ? -1 : writeV6(from, offset + 1, close, to, at);
            return written < 0 ? INVALID : withPort(written, from, close + 1, end);
        }
        int colon = indexOf(from, (byte) ':', offset, end);
        int written = writeName(from, offset, colon, to, at);
        return written < 0 ? INVALID : withPort(written, from, colon, end);
    }

    /** Length of the canonical host. */
    public static int length(long canonical) {
        return (int) (canonical >>> 32);
    }

    /** The port beside the host, or -1 when there is none. */
    public static int port(long canonical) {
        return (int) canonical;
    }

    /**
     * {@code at} is behind the host: nothing, or a colon and at most five digits (RFC 3986 3.2.3
     * lets them be absent).
     */
    private static long withPort(int written, byte[] from, int at, int end) {
        long packed = (long) written << 32;
        if (at == end || (at + 1 == end && from[at] == ':')) {
            return packed | (NO_PORT & 0xffff_ffffL);
        }
        if (from[at] != ':' || end - at > 6) {
            return INVALID;
        }
        int port = 0;
        for (int i = at + 1; i < end; i++) {
            if (from[i] < '0' || from[i] > '9') {
                return INVALID;
            }
            port = port * 10 + (from[i] - '0');
        }
        return port > 0xffff ? INVALID : packed | port;
    }

    private static int writeName(byte[] from, int offset, int end, byte[] to, int at) {
        int stop = end > offset && from[end - 1] == '.' ? end - 1 : end;
        if (stop == offset || stop - offset > MAX_LENGTH) {
            return -1;
        }
        int label = offset;
        for (int i = offset; i < stop; i++) {
            byte c = from[i];
            if (c == '.') {
                if (i == label || i - label > MAX_LABEL) {
                    return -1;
                }
                label = i + 1;
            } else if (c >= 'A' && c <= 'Z') {
                c = (byte) (c | 0x20);
            } else if (!isNameByte(c)) {
                return -1;
            }
            to[at + i - offset] = c;
        }
        if (stop == label || stop - label > MAX_LABEL) {
            return -1;
        }
        // A name whose last label is a number is read as an IPv4 address by clients and resolvers
        // (octal, one number,
        // hexadecimal...): only the one unmistakable spelling passes.
        if (isNumber(from, label, stop) && dotted(from, offset, stop) < 0) {
            return -1;
        }
        return stop - offset;
    }

    private static boolean isNameByte(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static boolean isNumber(byte[] from, int offset, int end) {
        boolean hexadecimal =
                end - offset >= 2 && from[offset] == '0' && (from[offset + 1] | 0x20) == 'x';
        for (int i = hexadecimal ? offset + 2 : offset; i < end; i++) {
            int lower = from[i] | 0x20;
            boolean digit =
                    (from[i] >= '0' && from[i] <= '9')
                            || (hexadecimal && lower >= 'a' && lower <= 'f');
            if (!digit) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(byte[] bytes, byte wanted, int from, int end) {
        int i = from;
        while (i < end && bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    /**
     * Writes the address between {@code offset} and {@code end} in brackets; the length written, or
     * -1.
     */
    private static int writeV6(byte[] from, int offset, int end, byte[] to, int at) {
        long high = 0;
        long low = 0;
        long headHigh = 0;
        long headLow = 0;
        int groups = 0;
        int gap = -1;
        int i = offset;
        while (i < end) {
            if (from[i] == ':') {
                // "::" once, standing for one group or more; a single colon belongs between two
                // groups.
                if (gap >= 0 || i + 1 == end || from[i + 1] != ':') {
                    return -1;
                }
                gap = groups;
                headHigh = high;
                headLow = low;
                high = 0;
                low = 0;
                i += 2;
                continue;
            }
            int stop = i;
            while (stop < end && from[stop] != ':') {
                stop++;
            }
            long value = group(from, i, stop);
            if (value >= 0) {
                groups++;
                high = high << 16 | low >>> 48;
                low = low << 16 | value;
            } else {
                value = stop == end ? dotted(from, i, end) : -1;
                if (value < 0) {
                    return -1;
                }
                groups += 2;
                high = high << 32 | low >>> 32;
                low = low << 32 | value;
            }
            if (groups > 8 || stop + 1 == end) {
                return -1;
            }
            // Past the colon between two groups; at the first colon of "::" the next turn begins.
            i = stop < end && from[stop + 1] != ':' ? stop + 1 : stop;
        }
        if (gap < 0) {
            return groups == 8 ? write(high, low, to, at) : -1;
        }
        if (groups > 7) {
            return -1;
        }
        int shift = 16 * (8 - gap);
        long shiftedHigh =
                shift >= 128
                        ? 0
                        : shift >= 64
                                ? headLow << (shift - 64)
                                : headHigh << shift | headLow >>> (64 - shift);
        long shiftedLow = shift >= 64 ? 0 : headLow << shift;
        return write(shiftedHigh | high, shiftedLow | low, to, at);
    }

    /** A decimal number 0..255 without leading zeros, or -1. */
    private static int octet(byte[] from, int offset, int end) {
        int length = end - offset;
        if (length < 1 || length > 3 || (length > 1 && from[offset] == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = offset; i < end; i++) {
            if (from[i] < '0' || from[i] > '9') {
                return -1;
            }
            value = value * 10 + (from[i] - '0');
        }
        return value > 255 ? -1 : value;
    }

    /** Four octets as one number, or -1. */
    private static long dotted(byte[] from, int offset, int end) {
        long value = 0;
        int octets = 0;
        int start = offset;
        for (int i = offset; i <= end; i++) {
            if (i == end || from[i] == '.') {
                int octet = octet(from, start, i);
                if (octet < 0 || ++octets > 4) {
                    return -1;
                }
                value = value << 8 | octet;
                start = i + 1;
            }
        }
        return octets == 4 ? value : -1;
    }

    private static int group(byte[] from, int offset, int end) {
        if (end - offset < 1 || end - offset > 4) {
            return -1;
        }
        int value = 0;
        for (int i = offset; i < end; i++) {
            int digit = Character.digit((char) (from[i] & 0xff), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int write(long high, long low, byte[] to, int at) {
        // RFC 5952 4.2: the longest run of two or more zero groups becomes "::", the first of
        // equals.
        int zeros = 1;
        int gap = -1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groupAt(high, low, i + run) == 0) {
                run++;
            }
            if (run > zeros) {
                zeros = run;
                gap = i;
            }
        }
        int end = at;
        to[end++] = '[';
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                to[end++] = ':';
                to[end++] = ':';
                i += zeros - 1;
                continue;
            }
            if (i > 0 && i != gap + zeros) {
                to[end++] = ':';
            }
            int group = groupAt(high, low, i);
            for (int shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0;
                    shift >= 0;
                    shift -= 4) {
                to[end++] = HEX[group >>> shift & 0xf];
            }
        }
        to[end++] = ']';
        return end - at;
    }

    private static int groupAt(long high, long low, int index) {
        return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
