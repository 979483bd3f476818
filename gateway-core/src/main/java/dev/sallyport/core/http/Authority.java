package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A host and port as they stand in {@code Host} or in an absolute target, brought into canonical
 * form.
 *
 * <p>Names of letters, digits, {@code -} and {@code _} in labels of 63 and 253 bytes in all, IPv4
 * in four decimal numbers, IPv6 in brackets without zone; a port of one to five digits. No
 * userinfo, no escapes, no list.
 */
final class Authority {
    private static final byte[] HTTP = "http://".getBytes(US_ASCII);
    private static final byte[] HTTPS = "https://".getBytes(US_ASCII);
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final byte[] NAME = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            NAME[c] = c == '_' ? (byte) '_' : Octets.PLAIN_NAME[c];
        }
    }

    private static final byte[] HOST = "host".getBytes(US_ASCII);

    private int hostOffset;
    private int hostLength;
    private int port = -1;

    void reset() {
        hostOffset = 0;
        hostLength = 0;
        port = -1;
    }

    int hostOffset() {
        return hostOffset;
    }

    int hostLength() {
        return hostLength;
    }

    /** The port, -1 when there is none. */
    int port() {
        return port;
    }

    boolean isSame(Authority other, byte[] bytes) {
        if (hostLength != other.hostLength || port != other.port) {
            return false;
        }
        for (int i = 0; i < hostLength; i++) {
            if (bytes[hostOffset + i] != bytes[other.hostOffset + i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads {@code Host}.
     *
     * @param target what the target said, which has to be the same
     */
    @Nullable Malformed host(FieldTable fields, boolean http10, Authority target) {
        int field = fields.find(Field.HOST);
        if (field < 0) {
            // RFC 9112 3.2: only 1.0 may come without.
            return http10 ? null : Malformed.MISSING_HOST;
        }
        int from = fields.valueOffset(field);
        if (!read(fields, from, from + fields.valueLength(field))) {
            return Malformed.BAD_HOST;
        }
        return target.hostLength > 0 && !isSame(target, fields.bytes())
                ? Malformed.AUTHORITY_MISMATCH
                : null;
    }

    /**
     * Reads {@code :authority}, where HTTP/2 and HTTP/3 say what {@code Host} says; adds that field
     * when it is missing (RFC 9113 8.3.1).
     */
    @Nullable Malformed pseudo(FieldSection section, FieldTable fields) {
        if (!section.has(FieldSection.AUTHORITY)) {
            return null;
        }
        int from = section.offset(FieldSection.AUTHORITY);
        int end = from + section.length(FieldSection.AUTHORITY);
        if (!read(fields, from, end)) {
            return Malformed.BAD_HOST;
        }
        if (fields.find(Field.HOST) < 0) {
            fields.add(HOST, Arrays.copyOfRange(fields.bytes(), from, end));
        }
        return null;
    }

    /**
     * Reads {@code [from, end)} of the store, lower-casing it in place; false when it is no
     * authority.
     */
    boolean read(FieldTable store, int from, int end) {
        byte[] bytes = store.bytes();
        if (from == end) {
            return false;
        }
        if (bytes[from] == '[') {
            return bracketed(store, from, end);
        }
        int i = from;
        int label = from;
        while (i < end) {
            int c = bytes[i];
            byte lower = NAME[c & 0xff];
            if (lower != 0) {
                bytes[i] = lower;
            } else if (c == '.' && isLabel(bytes, label, i)) {
                label = i + 1;
            } else {
                break;
            }
            i++;
        }
        // One dot may end a name: the root (RFC 1034 3.1); the canonical form has none.
        int nameEnd = label == i && i > from ? i - 1 : i;
        if (nameEnd == from
                || nameEnd - from > LONGEST_NAME
                || (label != i && !isLabel(bytes, label, i))) {
            return false;
        }
        if (endsInNumber(bytes, from, nameEnd) && !isIpv4(bytes, from, nameEnd)) {
            return false;
        }
        hostOffset = from;
        hostLength = nameEnd - from;
        return port(bytes, i, end);
    }

    /** The bytes of {@code http://} or {@code https://} at the start of a target, 0 without one. */
    static int schemeLength(byte[] bytes, int from, int end) {
        int length = end - from;
        if (length > HTTP.length && Octets.matchesIgnoreCase(bytes, from, HTTP)) {
            return HTTP.length;
        }
        boolean https = length > HTTPS.length && Octets.matchesIgnoreCase(bytes, from, HTTPS);
        return https ? HTTPS.length : 0;
    }

    private static boolean isLabel(byte[] bytes, int from, int end) {
        int length = end - from;
        return length > 0 && length <= LONGEST_LABEL && bytes[from] != '-' && bytes[end - 1] != '-';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean endsInNumber(byte[] bytes, int from, int end) {
        int i = end - 1;
        while (i >= from && isDigit(bytes[i])) {
            i--;
        }
        return i < end - 1 && (i < from || bytes[i] == '.');
    }

    /** Four numbers of 0..255 without leading zeros: what ends in a number can be nothing else. */
    private static boolean isIpv4(byte[] bytes, int from, int end) {
        int numbers = 0;
        int i = from;
        while (i < end) {
            int start = i;
            int number = 0;
            while (i < end && isDigit(bytes[i]) && i - start < 4) {
                number = number * 10 + bytes[i] - '0';
                i++;
            }
            int digits = i - start;
            if (digits == 0 || digits > 3 || number > 255 || (digits > 1 && bytes[start] == '0')) {
                return false;
            }
            numbers++;
            if (i < end && bytes[i++] != '.') {
                return false;
            }
        }
        return numbers == 4 && bytes[end - 1] != '.';
    }

    private boolean port(byte[] bytes, int from, int end) {
        port = -1;
        if (from == end) {
            return true;
        }
        int digits = end - from - 1;
        if (bytes[from] != ':' || digits < 1 || digits > 5) {
            return false;
        }
        int number = 0;
        for (int i = from + 1; i < end; i++) {
            if (!isDigit(bytes[i])) {
                return false;
            }
            number = number * 10 + bytes[i] - '0';
        }
        port = number;
        return number <= 65_535;
    }

    private boolean bracketed(FieldTable store, int from, int end) {
        byte[] bytes = store.bytes();
        int close = from + 1;
        while (close < end && bytes[close] != ']') {
            close++;
        }
        int[] groups = close == end ? null : ipv6(bytes, from + 1, close);
        if (groups == null || !port(bytes, close + 1, end)) {
            return false;
        }
        byte[] canonical = ipv6Text(groups).getBytes(US_ASCII);
        store.ensure(canonical.length);
        hostOffset = store.length();
        hostLength = canonical.length;
        System.arraycopy(canonical, 0, store.bytes(), hostOffset, hostLength);
        store.length(hostOffset + hostLength);
        return true;
    }

    /**
     * RFC 4291 2.2: eight groups, one run of zeros may be {@code ::}, the last two may be an IPv4
     * address.
     */
    private static int @Nullable [] ipv6(byte[] bytes, int from, int end) {
        int[] groups = new int[8];
        int count = 0;
        int gap = -1;
        int i = from;
        if (i + 1 < end && bytes[i] == ':' && bytes[i + 1] == ':') {
            gap = 0;
            i += 2;
        }
        while (i < end) {
            int start = i;
            int group = 0;
            while (i < end && i - start < 5 && Octets.HEX[bytes[i] & 0xff] >= 0) {
                group = (group << 4) | Octets.HEX[bytes[i] & 0xff];
                i++;
            }
            if (i < end && bytes[i] == '.' && count <= 6 && isIpv4(bytes, start, end)) {
                long address = ipv4(bytes, start, end);
                groups[count++] = (int) (address >>> 16);
                groups[count++] = (int) address & 0xffff;
                i = end;
                break;
            }
            if (i == start || i - start > 4 || count == 8) {
                return null;
            }
            groups[count++] = group;
            if (i == end) {
                break;
            }
            if (bytes[i++] != ':' || i == end) {
                return null;
            }
            if (bytes[i] == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = count;
                i++;
            }
        }
        if (gap < 0 ? count != 8 : count > 7) {
            return null;
        }
        return gap < 0 ? groups : widened(groups, count, gap);
    }

    private static int[] widened(int[] groups, int count, int gap) {
        int[] wide = new int[8];
        System.arraycopy(groups, 0, wide, 0, gap);
        System.arraycopy(groups, gap, wide, 8 - (count - gap), count - gap);
        return wide;
    }

    private static long ipv4(byte[] bytes, int from, int end) {
        long address = 0;
        int number = 0;
        for (int i = from; i < end; i++) {
            if (bytes[i] == '.') {
                address = (address << 8) | number;
                number = 0;
            } else {
                number = number * 10 + bytes[i] - '0';
            }
        }
        return (address << 8) | number;
    }

    /**
     * RFC 5952 4: lower case, no leading zeros, the longest run of two or more zero groups as
     * {@code ::}.
     */
    private static String ipv6Text(int[] groups) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int j = i;
            while (j < 8 && groups[j] == 0) {
                j++;
            }
            if (j - i > runLength) {
                runStart = i;
                runLength = j - i;
            }
            i = Math.max(i, j - 1);
        }
        var text = new StringBuilder("[");
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append(i == 0 ? "::" : ":");
                i += runLength - 1;
                continue;
            }
            text.append(Integer.toHexString(groups[i]));
            if (i < 7) {
                text.append(':');
            }
        }
        return text.append(']').toString();
    }
}
