package dev.sallyport.core.observe.log;

import java.nio.charset.StandardCharsets;

/**
 * Bytes of a client as the inside of a JSON string that is UTF-8 whatever they were.
 *
 * <p>Well-formed UTF-8 stays, also when it is cut from the middle of nothing: an ill-formed byte
 * becomes {@code \ufffd}. Control characters of C0 and C1 and DEL are escaped, so that a log shown
 * on a terminal is harmless.
 */
final class JsonText {
    private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNICODE = "\\u00".getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] PLAIN = plain();

    private JsonText() {}

    private static boolean[] plain() {
        boolean[] plain = new boolean[256];
        for (int b = ' '; b < 0x7f; b++) {
            plain[b] = b != '"' && b != '\\';
        }
        return plain;
    }

    static void append(byte[] source, int offset, int length, LineBuffer out) {
        int end = offset + length;
        int from = offset;
        int at = offset;
        while (at < end) {
            if (PLAIN[source[at] & 255]) {
                at++;
                continue;
            }
            out.put(source, from, at - from);
            at = special(source, at, end, out);
            from = at;
        }
        out.put(source, from, at - from);
    }

    /** Appends the character at a place that needs care; the place after it. */
    private static int special(byte[] source, int at, int end, LineBuffer out) {
        int b = source[at] & 255;
        if (b == '"' || b == '\\') {
            out.put('\\');
            out.put(b);
            return at + 1;
        }
        if (b < 0x80) {
            out.put(UNICODE);
            out.hexByte(b);
            return at + 1;
        }
        int length = wellFormed(source, at, end);
        if (length == 0) {
            out.put(REPLACEMENT);
            return at + 1;
        }
        if (b == 0xc2 && (source[at + 1] & 255) < 0xa0) {
            out.put(UNICODE);
            out.hexByte(source[at + 1]);
        } else {
            out.put(source, at, length);
        }
        return at + length;
    }

    /**
     * The length of the well-formed sequence (RFC 3629 4) of more than one byte that begins here,
     * or 0.
     */
    private static int wellFormed(byte[] source, int at, int end) {
        int b = source[at] & 255;
        int length =
                b >= 0xc2 && b <= 0xdf
                        ? 2
                        : b >= 0xe0 && b <= 0xef ? 3 : b >= 0xf0 && b <= 0xf4 ? 4 : 0;
        if (length == 0 || at + length > end) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((source[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = source[at + 1] & 255;
        boolean overlongOrSurrogate =
                (b == 0xe0 && second < 0xa0)
                        || (b == 0xed && second > 0x9f)
                        || (b == 0xf0 && second < 0x90)
                        || (b == 0xf4 && second > 0x8f);
        return overlongOrSurrogate ? 0 : length;
    }
}
