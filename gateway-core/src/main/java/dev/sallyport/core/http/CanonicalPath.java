package dev.sallyport.core.http;

import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a target into the one form that is matched, authorised, forwarded and logged,
 * and finds its query.
 *
 * <p>Escaped unreserved characters are decoded, other escapes get upper-case digits, the few
 * characters browsers send raw though RFC 3986 wants them escaped are escaped, repeated slashes are
 * merged. What two servers could read as two different paths is refused. Canonicalising a canonical
 * path changes nothing.
 */
final class CanonicalPath {
    private static final byte REFUSED = 0;
    private static final byte PLAIN = 1;
    private static final byte QUESTION = 2;
    private static final byte SLASH = 3;
    private static final byte PERCENT = 4;
    private static final byte ESCAPED = 5;

    private static final byte[] PATH = new byte[256];
    private static final boolean[] QUERY = new boolean[256];
    private static final boolean[] UNRESERVED = new boolean[256];
    private static final byte[] UPPER_HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    static {
        for (int c = '!'; c < 0x7f; c++) {
            boolean alphanumeric = Octets.PLAIN_NAME[c] != 0 && c != '-';
            UNRESERVED[c] = alphanumeric || "-._~".indexOf(c) >= 0;
            // RFC 3986 3.3: pchar.
            if (UNRESERVED[c] || "!$&'()*+,;=:@".indexOf(c) >= 0) {
                PATH[c] = PLAIN;
            } else if ("|[]^".indexOf(c) >= 0) {
                PATH[c] = ESCAPED; // sent raw by browsers (WHATWG URL, path percent-encode set)
            }
            // What browsers send raw in a query (WHATWG URL, query percent-encode set).
            QUERY[c] = PATH[c] != REFUSED || "/?%{}`\\".indexOf(c) >= 0;
        }
        PATH['?'] = QUESTION;
        PATH['/'] = SLASH;
        PATH['%'] = PERCENT;
    }

    private int offset;
    private int length;
    private int end;
    private int queryOffset;
    private int queryLength;

    void reset() {
        offset = 0;
        length = 0;
        end = 0;
        queryOffset = 0;
        queryLength = 0;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    int queryOffset() {
        return queryOffset;
    }

    /** The query begins with {@code ?}; 0 when there is none. */
    int queryLength() {
        return queryLength;
    }

    /**
     * Reads {@code [from, to)} of the store as the target of a request line (RFC 9112 3.2); {@code
     * authority} takes that of the absolute form.
     */
    @Nullable Malformed target(
            FieldTable store, int from, int to, int method, Authority authority) {
        byte[] bytes = store.bytes();
        int scheme = Authority.schemeLength(bytes, from, to);
        if (scheme == 0) {
            return originForm(store, from, to, method);
        }
        int i = from + scheme;
        while (i < to && bytes[i] != '/' && bytes[i] != '?') {
            if (bytes[i] == '#') {
                return Malformed.FRAGMENT_IN_TARGET;
            }
            i++;
        }
        if (!authority.read(store, from + scheme, i)) {
            return Malformed.BAD_TARGET;
        }
        return i < to && bytes[i] == '/'
                ? pathAndQuery(store, i, to)
                : emptyPath(store, i, to, method);
    }

    /** Reads {@code /path?query}, or {@code *} for OPTIONS. */
    @Nullable Malformed originForm(FieldTable store, int from, int to, int method) {
        byte first = store.bytes()[from];
        if (first == '/') {
            return pathAndQuery(store, from, to);
        }
        if (first == '*' && to - from == 1) {
            offset = from;
            length = 1;
            return method == Method.OPTIONS ? null : Malformed.ASTERISK_TARGET;
        }
        return Malformed.BAD_TARGET;
    }

    /**
     * RFC 9112 3.2.1 and 3.2.4: an absolute target without path means {@code /}, and {@code *} for
     * OPTIONS.
     */
    private @Nullable Malformed emptyPath(FieldTable store, int from, int to, int method) {
        store.ensure(1);
        offset = store.length();
        length = 1;
        store.bytes()[offset] = (byte) (method == Method.OPTIONS && from == to ? '*' : '/');
        store.length(offset + 1);
        return query(store, from, to);
    }

    private @Nullable Malformed pathAndQuery(FieldTable store, int from, int to) {
        Malformed refusal = read(store, from, to);
        return refusal == null ? query(store, end, to) : refusal;
    }

    private @Nullable Malformed query(FieldTable store, int from, int to) {
        queryOffset = from;
        queryLength = to - from;
        return queryLength == 0 ? null : query(store.bytes(), from, to);
    }

    /**
     * Reads {@code [from, to)} of the store, which begins with {@code /}; what changes is written
     * behind its end.
     */
    @Nullable Malformed read(FieldTable store, int from, int to) {
        byte[] bytes = store.bytes();
        int i = from;
        while (i < to) {
            byte kind = PATH[bytes[i] & 0xff];
            if (kind == PLAIN) {
                i++;
                continue;
            }
            if (kind == QUESTION) {
                break;
            }
            if (kind != SLASH || (i + 1 < to && isSpecial(bytes[i + 1]))) {
                return rewrite(store, from, to);
            }
            i++;
        }
        offset = from;
        length = i - from;
        end = i;
        return null;
    }

    /** Whether a segment that begins so may be no plain one. */
    private static boolean isSpecial(byte first) {
        return first == '/' || first == '.' || first == ';';
    }

    private @Nullable Malformed rewrite(FieldTable store, int from, int to) {
        store.ensure(3 * (to - from));
        byte[] bytes = store.bytes();
        int out = store.length();
        int segment = out + 1;
        offset = out;
        int i = from;
        while (i < to && bytes[i] != '?') {
            byte b = bytes[i];
            switch (PATH[b & 0xff]) {
                case PLAIN -> bytes[out++] = b;
                case ESCAPED -> out = escaped(bytes, out, b);
                case SLASH -> {
                    if (out == offset || bytes[out - 1] != '/') {
                        if (isDots(bytes, segment, out)) {
                            return Malformed.DOT_SEGMENT;
                        }
                        if (isParameters(bytes, segment, out)) {
                            return Malformed.NAMELESS_SEGMENT;
                        }
                        bytes[out++] = '/';
                        segment = out;
                    }
                }
                case PERCENT -> {
                    int value = escape(bytes, i, to);
                    Malformed refusal = refusedEscape(bytes, i, to, value);
                    if (refusal != null) {
                        return refusal;
                    }
                    if (UNRESERVED[value]) {
                        bytes[out++] = (byte) value;
                    } else {
                        out = escaped(bytes, out, value);
                    }
                    i += 2;
                }
                default -> {
                    return refusedByte(b);
                }
            }
            i++;
        }
        if (isDots(bytes, segment, out)) {
            return Malformed.DOT_SEGMENT;
        }
        length = out - offset;
        end = i;
        store.length(out);
        return null;
    }

    /** The byte an escape stands for, -1 when it is none. */
    private static int escape(byte[] bytes, int at, int to) {
        if (at + 2 >= to) {
            return -1;
        }
        int high = Octets.HEX[bytes[at + 1] & 0xff];
        int low = Octets.HEX[bytes[at + 2] & 0xff];
        return (high | low) < 0 ? -1 : (high << 4) | low;
    }

    private static @Nullable Malformed refusedEscape(byte[] bytes, int at, int to, int value) {
        if (value < 0) {
            return Malformed.BAD_PERCENT_ENCODING;
        }
        if (value < 0x20 || value == 0x7f) {
            return Malformed.ENCODED_CONTROL;
        }
        return switch (value) {
            case '/' -> Malformed.ENCODED_SLASH;
            case '\\' -> Malformed.BACKSLASH_IN_PATH;
            // RFC 3629 3: a second spelling of a shorter sequence.
            case 0xc0, 0xc1 -> Malformed.OVERLONG_ENCODING;
            case 0xe0 ->
                    isFollowedBy(bytes, at, to, 0x80, 0x9f) ? Malformed.OVERLONG_ENCODING : null;
            case 0xf0 ->
                    isFollowedBy(bytes, at, to, 0x80, 0x8f) ? Malformed.OVERLONG_ENCODING : null;
            default -> null;
        };
    }

    private static boolean isFollowedBy(byte[] bytes, int at, int to, int least, int most) {
        if (at + 3 >= to || bytes[at + 3] != '%') {
            return false;
        }
        int following = escape(bytes, at + 3, to);
        return following >= least && following <= most;
    }

    private static int escaped(byte[] bytes, int at, int value) {
        bytes[at] = '%';
        bytes[at + 1] = UPPER_HEX[(value >>> 4) & 0xf];
        bytes[at + 2] = UPPER_HEX[value & 0xf];
        return at + 3;
    }

    /**
     * {@code .} or {@code ..}, alone or before path parameters, which some servers cut off first.
     */
    private static boolean isDots(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] == '.') {
            i++;
        }
        int dots = i - from;
        if (dots != 1 && dots != 2) {
            return false;
        }
        return i == end || isParameters(bytes, i, end);
    }

    /** Whether parameters begin here, escaped or not. */
    private static boolean isParameters(byte[] bytes, int from, int end) {
        return from < end
                && (bytes[from] == ';'
                        || (end - from >= 3
                                && bytes[from] == '%'
                                && bytes[from + 1] == '3'
                                && bytes[from + 2] == 'B'));
    }

    /** Why a byte that no path may hold is refused. */
    private static Malformed refusedByte(byte b) {
        if (b == '\\') {
            return Malformed.BACKSLASH_IN_PATH;
        }
        return refusedAnywhere(b);
    }

    private static Malformed refusedAnywhere(byte b) {
        if (b == '#') {
            return Malformed.FRAGMENT_IN_TARGET;
        }
        return b < 0 ? Malformed.NON_ASCII_TARGET : Malformed.BAD_TARGET;
    }

    /** Checks the raw bytes of a query; they are kept as they are. */
    private static @Nullable Malformed query(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!QUERY[bytes[i] & 0xff]) {
                return refusedAnywhere(bytes[i]);
            }
        }
        return null;
    }
}
