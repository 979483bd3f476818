package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/** What the fields of one head say about where its body ends and what becomes of the connection. */
final class Framing {
    private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);
    private static final byte[] CLOSE = "close".getBytes(US_ASCII);
    private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(US_ASCII);
    private static final byte[] UPGRADE = "upgrade".getBytes(US_ASCII);
    private static final byte[] CONTINUE = "100-continue".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET = "websocket".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET_VERSION = "13".getBytes(US_ASCII);
    private static final int MOST_DIGITS = 18;
    private static final long LENGTHS =
            Field.bit(Field.CONTENT_LENGTH) | Field.bit(Field.TRANSFER_ENCODING);

    private long contentLength = -1;
    private boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean expectsContinue;

    void reset() {
        expectsContinue = false;
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgrade = false;
    }

    /** The declared length, -1 when there is none. */
    long contentLength() {
        return contentLength;
    }

    void contentLength(long own) {
        contentLength = own;
    }

    boolean isChunked() {
        return chunked;
    }

    /** The body will be another than the one that was announced. */
    void unknownLength() {
        contentLength = -1;
        chunked = true;
    }

    /** RFC 9112 9.3. */
    boolean isKeepAlive(boolean http10) {
        return !close && (!http10 || keepAlive);
    }

    /** Whether {@code Connection} has the option {@code upgrade}. */
    boolean isUpgrade() {
        return upgrade;
    }

    /** Reads {@code Content-Length}, {@code Transfer-Encoding} and {@code Connection}. */
    @Nullable Malformed read(FieldTable fields, boolean http10) {
        long seen = fields.seen();
        Malformed refusal = (seen & LENGTHS) == 0 ? null : lengths(fields, seen, http10);
        if (refusal == null && (seen & Field.bit(Field.CONNECTION)) != 0) {
            refusal = connection(fields);
        }
        return refusal;
    }

    /**
     * Reads what is left to say where the wire ends bodies itself (RFC 9113 8.1.1).
     *
     * @param isLast whether the stream ended with the head
     * @param isTunnel whether what follows is no body
     */
    @Nullable Malformed readDecoded(FieldTable fields, boolean isLast, boolean isTunnel) {
        int length = fields.find(Field.CONTENT_LENGTH);
        if (length >= 0) {
            Malformed refusal = contentLength(fields, length);
            if (refusal != null) {
                return refusal;
            }
            if (isTunnel || (isLast && contentLength > 0)) {
                return Malformed.BODY_LENGTH_MISMATCH;
            }
        }
        // A body whose end only the wire tells: where it does not, chunks have to.
        chunked = !isLast && !isTunnel && length < 0;
        return null;
    }

    /** Reads {@code Expect}, once the rest is read. */
    @Nullable Malformed expectation(FieldTable fields, boolean http10) {
        int field = fields.find(Field.EXPECT);
        if (field < 0) {
            return null;
        }
        if (!fields.valueEqualsIgnoreCase(field, CONTINUE)) {
            return Malformed.UNKNOWN_EXPECTATION;
        }
        // RFC 9110 10.1.1: ignored from a 1.0 client, and without a body there is nothing to wait
        // for.
        expectsContinue = !http10 && (chunked || contentLength > 0);
        return null;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    private @Nullable Malformed lengths(FieldTable fields, long seen, boolean http10) {
        // RFC 9112 6.1: both present is an attack or a broken proxy.
        if ((seen & LENGTHS) == LENGTHS) {
            return Malformed.BOTH_LENGTHS;
        }
        int encoding = fields.find(Field.TRANSFER_ENCODING);
        if (encoding < 0) {
            return contentLength(fields, fields.find(Field.CONTENT_LENGTH));
        }
        // RFC 9112 6.1: a 1.0 sender does not know the field; its framing is faulty.
        if (http10) {
            return Malformed.TRANSFER_ENCODING_IN_HTTP10;
        }
        // Codings besides chunked need a decoder that agrees with the next one's; nobody sends
        // them.
        if (!fields.valueEqualsIgnoreCase(encoding, CHUNKED)) {
            return Malformed.BAD_TRANSFER_ENCODING;
        }
        chunked = true;
        return null;
    }

    private @Nullable Malformed contentLength(FieldTable fields, int field) {
        byte[] bytes = fields.bytes();
        int from = fields.valueOffset(field);
        int end = from + fields.valueLength(field);
        if (from == end) {
            return Malformed.BAD_CONTENT_LENGTH;
        }
        long number = 0;
        int digits = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Malformed.BAD_CONTENT_LENGTH;
            }
            if (digits > 0 || digit > 0) {
                digits++;
            }
            if (digits <= MOST_DIGITS) {
                number = number * 10 + digit;
            }
        }
        if (digits > MOST_DIGITS) {
            return Malformed.CONTENT_LENGTH_OVERFLOW;
        }
        // Leading zeros are octal to some: the canonical decimal goes on.
        int zeros = end - from - Math.max(digits, 1);
        if (zeros > 0) {
            fields.dropValuePrefix(field, zeros);
        }
        contentLength = number;
        return null;
    }

    private @Nullable Malformed connection(FieldTable fields) {
        for (int i = fields.find(Field.CONNECTION);
                i >= 0;
                i = fields.findNext(Field.CONNECTION, i)) {
            int end = fields.valueOffset(i) + fields.valueLength(i);
            int from = fields.valueOffset(i);
            while (from < end) {
                int comma = from;
                byte[] bytes = fields.bytes();
                while (comma < end && bytes[comma] != ',') {
                    comma++;
                }
                int start = fields.skipBlanks(from, comma);
                Malformed refusal = option(bytes, start, fields.trimBlanks(start, comma));
                if (refusal != null) {
                    return refusal;
                }
                from = comma + 1;
            }
        }
        return null;
    }

    private @Nullable Malformed option(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (Octets.TOKEN[bytes[i] & 0xff] == 0) {
                return Malformed.BAD_CONNECTION;
            }
        }
        int length = end - from;
        if (length == KEEP_ALIVE.length && Octets.matchesIgnoreCase(bytes, from, KEEP_ALIVE)) {
            keepAlive = true;
        } else if (length == CLOSE.length && Octets.matchesIgnoreCase(bytes, from, CLOSE)) {
            close = true;
        } else if (length == UPGRADE.length && Octets.matchesIgnoreCase(bytes, from, UPGRADE)) {
            upgrade = true;
        } else if (Field.isProtectedFromConnection(Field.idOf(bytes, from, length))) {
            return Malformed.PROTECTED_CONNECTION_OPTION;
        }
        return null;
    }

    /** RFC 6455 4.2.1: what the fields of a handshake must say; a body does not fit it. */
    boolean isWebSocketUpgrade(FieldTable fields) {
        if (!upgrade || chunked || contentLength > 0) {
            return false;
        }
        int protocol = fields.find(Field.UPGRADE);
        int version = fields.find(Field.SEC_WEBSOCKET_VERSION);
        int key = fields.find(Field.SEC_WEBSOCKET_KEY);
        return protocol >= 0
                && fields.findNext(Field.UPGRADE, protocol) < 0
                && fields.valueEqualsIgnoreCase(protocol, WEBSOCKET)
                && version >= 0
                && fields.valueEquals(version, WEBSOCKET_VERSION)
                && key >= 0
                && isWebSocketKey(fields.bytes(), fields.valueOffset(key), fields.valueLength(key));
    }

    /** Sixteen bytes in base64: 22 digits and two {@code =}. */
    private static boolean isWebSocketKey(byte[] bytes, int from, int length) {
        if (length != 24 || bytes[from + 22] != '=' || bytes[from + 23] != '=') {
            return false;
        }
        for (int i = from; i < from + 22; i++) {
            byte b = bytes[i];
            boolean alphanumeric = b > 0 && Octets.PLAIN_NAME[b] != 0 && b != '-';
            if (!alphanumeric && b != '+' && b != '/') {
                return false;
            }
        }
        return true;
    }
}
