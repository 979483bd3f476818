package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request: parsed strictly, in canonical form, with its framing decided.
 *
 * <p>Everything stands in {@link #bytes()}; offsets stay valid until {@link #reset()}, the array
 * itself only until a field is added. Belongs to one event loop; pooled there and reused.
 */
public final class RequestHead {
    public static final int INCOMPLETE = 0;
    public static final int COMPLETE = 1;
    public static final int MALFORMED = 2;

    private static final int LONGEST_METHOD = 32;
    private static final int LONGEST_TARGET = 8192;
    private static final byte[] VERSION = " HTTP/1.".getBytes(US_ASCII);
    private static final byte[] CONTINUE = "100-continue".getBytes(US_ASCII);

    /** What may come once: a second one means two readers could take different ones. */
    private static final long SINGLETONS =
            Field.bit(Field.HOST)
                    | Field.bit(Field.CONTENT_LENGTH)
                    | Field.bit(Field.TRANSFER_ENCODING)
                    | Field.bit(Field.EXPECT)
                    | Field.bit(Field.AUTHORIZATION)
                    | Field.bit(Field.PROXY_AUTHORIZATION)
                    | Field.bit(Field.CONTENT_TYPE)
                    | Field.bit(Field.ORIGIN)
                    | Field.bit(Field.SEC_WEBSOCKET_KEY)
                    | Field.bit(Field.SEC_WEBSOCKET_VERSION);

    private final FieldTable fields = new FieldTable();
    private final HeadLines lines = new HeadLines(fields);
    private final Framing framing = new Framing();
    private final Authority host = new Authority();
    private final Authority targetAuthority = new Authority();
    private final CanonicalPath path = new CanonicalPath();

    private int state = INCOMPLETE;
    private @Nullable Malformed malformed;
    private boolean skippedLine;
    private boolean requestLineRead;
    private boolean http10;
    private boolean expectsContinue;
    private boolean webSocketUpgrade;
    private int method;
    private int methodOffset;
    private int methodLength;
    private int targetOffset;
    private int targetLength;
    private boolean absolute;
    private int pathOffset;
    private int pathLength;
    private int queryOffset;
    private int queryLength;

    /**
     * Takes bytes of the head from {@code in}, never one behind its end.
     *
     * @return {@link #INCOMPLETE}, {@link #COMPLETE} or {@link #MALFORMED}; the last two stay until
     *     {@link #reset()}
     */
    public int feed(ByteBuf in, HeadLimits limits) {
        while (state == INCOMPLETE) {
            int end =
                    lines.next(
                            in, limits.bytes(), requestLineRead ? limits.bytes() : longestLine());
            if (end == HeadLines.MORE) {
                return INCOMPLETE;
            }
            Malformed refusal = end < 0 ? refusalOf(end) : line(lines.start(), end, limits);
            if (refusal != null) {
                malformed = refusal;
                state = MALFORMED;
            } else if (requestLineRead && lines.start() == end) {
                lines.giveBack(in);
                malformed = complete();
                state = malformed == null ? COMPLETE : MALFORMED;
            }
        }
        return state;
    }

    private static int longestLine() {
        return LONGEST_METHOD + 1 + LONGEST_TARGET + VERSION.length + 1;
    }

    private Malformed refusalOf(int cut) {
        Malformed bytesRefusal = lines.refusal();
        if (bytesRefusal != null) {
            return bytesRefusal;
        }
        boolean inRequestLine = cut == HeadLines.LONG_LINE || !requestLineRead;
        return inRequestLine ? Malformed.TARGET_TOO_LONG : Malformed.HEAD_TOO_LARGE;
    }

    private @Nullable Malformed line(int start, int end, HeadLimits limits) {
        if (requestLineRead) {
            return start == end
                    ? null
                    : lines.field(start, end, Octets.PLAIN_NAME, SINGLETONS, limits.fields());
        }
        if (start < end) {
            requestLineRead = true;
            return requestLine(start, end);
        }
        // RFC 9112 2.2: an empty line before the request line is skipped; one, no flood of them.
        if (skippedLine) {
            return Malformed.EMPTY_REQUEST_LINE;
        }
        skippedLine = true;
        return null;
    }

    private @Nullable Malformed requestLine(int start, int end) {
        byte[] bytes = fields.bytes();
        int i = start;
        while (isMethodByte(bytes[i])) {
            i++;
        }
        methodOffset = start;
        methodLength = i - start;
        if (bytes[i] != Octets.SP || i == start || methodLength > LONGEST_METHOD) {
            return Malformed.BAD_METHOD;
        }
        method = Method.of(bytes, start, methodLength);
        int target = i + 1;
        int targetEnd = end - VERSION.length - 1;
        if (targetEnd <= target
                || !Octets.matches(bytes, targetEnd, VERSION)
                || (bytes[end - 1] & 0xfe) != '0') {
            return HeadLines.badVersion(bytes, target, end);
        }
        http10 = bytes[end - 1] == '0';
        if (targetEnd - target > LONGEST_TARGET) {
            return Malformed.TARGET_TOO_LONG;
        }
        // CONNECT and TRACE have no meaning behind a reverse proxy (RFC 9110 9.3.6, 9.3.8).
        if (method == Method.CONNECT || method == Method.TRACE) {
            return Malformed.METHOD_REFUSED;
        }
        targetOffset = target;
        targetLength = targetEnd - target;
        return null;
    }

    /**
     * Upper case, digits, {@code -} and {@code _}: {@code get} would be {@code GET} to some
     * upstreams.
     */
    private static boolean isMethodByte(byte b) {
        return (b >= 'A' && b <= 'Z') || b == '-' || b == '_' || (b >= '0' && b <= '9');
    }

    private @Nullable Malformed target(byte[] bytes, int from, int end) {
        if (bytes[from] == '/') {
            return pathAndQuery(from, end);
        }
        if (bytes[from] == '*' && end - from == 1) {
            pathOffset = from;
            pathLength = 1;
            return method == Method.OPTIONS ? null : Malformed.ASTERISK_TARGET;
        }
        int scheme = Authority.schemeLength(bytes, from, end);
        if (scheme == 0) {
            return Malformed.BAD_TARGET;
        }
        int i = from + scheme;
        absolute = true;
        int authority = i;
        while (i < end && bytes[i] != '/' && bytes[i] != '?') {
            if (bytes[i] == '#') {
                return Malformed.FRAGMENT_IN_TARGET;
            }
            i++;
        }
        if (!targetAuthority.read(fields, authority, i)) {
            return Malformed.BAD_TARGET;
        }
        return i < end && bytes[i] == '/' ? pathAndQuery(i, end) : emptyPath(i, end);
    }

    /**
     * RFC 9112 3.2.1 and 3.2.4: an absolute target without path means {@code /}, and {@code *} for
     * OPTIONS.
     */
    private @Nullable Malformed emptyPath(int from, int end) {
        fields.ensure(1);
        pathOffset = fields.length();
        pathLength = 1;
        fields.bytes()[pathOffset] = (byte) (method == Method.OPTIONS && from == end ? '*' : '/');
        fields.length(pathOffset + 1);
        return query(from, end);
    }

    private @Nullable Malformed pathAndQuery(int from, int end) {
        Malformed refusal = path.read(fields, from, end);
        if (refusal != null) {
            return refusal;
        }
        pathOffset = path.offset();
        pathLength = path.length();
        return query(path.end(), end);
    }

    private @Nullable Malformed query(int from, int end) {
        queryOffset = from;
        queryLength = end - from;
        return queryLength == 0 ? null : CanonicalPath.query(fields.bytes(), from, end);
    }

    private @Nullable Malformed complete() {
        // Only now: canonical forms are written behind the head.
        Malformed refusal = target(fields.bytes(), targetOffset, targetOffset + targetLength);
        if (refusal == null) {
            refusal = hostRefusal();
        }
        if (refusal == null) {
            refusal = framing.read(fields, http10);
        }
        if (refusal != null) {
            return refusal;
        }
        webSocketUpgrade = method == Method.GET && !http10 && framing.isWebSocketUpgrade(fields);
        return expectation();
    }

    private @Nullable Malformed hostRefusal() {
        int field = fields.find(Field.HOST);
        if (field < 0) {
            // RFC 9112 3.2: only 1.0 may come without.
            return http10 ? null : Malformed.MISSING_HOST;
        }
        int from = fields.valueOffset(field);
        if (!host.read(fields, from, from + fields.valueLength(field))) {
            return Malformed.BAD_HOST;
        }
        return absolute && !host.isSame(targetAuthority, fields.bytes())
                ? Malformed.AUTHORITY_MISMATCH
                : null;
    }

    private @Nullable Malformed expectation() {
        int field = fields.find(Field.EXPECT);
        if (field < 0) {
            return null;
        }
        if (!fields.valueEqualsIgnoreCase(field, CONTINUE)) {
            return Malformed.UNKNOWN_EXPECTATION;
        }
        // RFC 9110 10.1.1: ignored from a 1.0 client, and without a body there is nothing to wait
        // for.
        expectsContinue = !http10 && hasBody();
        return null;
    }

    /** Why it was refused; null unless {@link #feed} answered {@link #MALFORMED}. */
    public @Nullable Malformed malformed() {
        return malformed;
    }

    /**
     * Whether a byte of a request was seen; the one empty line that may precede it does not count.
     */
    public boolean isStarted() {
        return fields.length() > (skippedLine ? 2 : 0);
    }

    /** A constant of {@link Method}. */
    public int method() {
        return method;
    }

    /**
     * The backing store of all offsets, valid until the next append that grows it: never keep it.
     */
    public byte[] bytes() {
        return fields.bytes();
    }

    public int methodOffset() {
        return methodOffset;
    }

    public int methodLength() {
        return methodLength;
    }

    /**
     * The canonical host: lower case, without port, trailing dot or zone; IPv6 in brackets as RFC
     * 5952 writes it.
     */
    public int hostOffset() {
        return effectiveHost().hostOffset();
    }

    /** 0 when an HTTP/1.0 request named no host. */
    public int hostLength() {
        return effectiveHost().hostLength();
    }

    /** The port the client named, -1 when none. */
    public int port() {
        return effectiveHost().port();
    }

    private Authority effectiveHost() {
        return host.hostLength() > 0 ? host : targetAuthority;
    }

    public int pathOffset() {
        return pathOffset;
    }

    /** The canonical path begins with {@code /}, or is {@code *} for OPTIONS. */
    public int pathLength() {
        return pathLength;
    }

    public int queryOffset() {
        return queryOffset;
    }

    /** The query begins with {@code ?}; 0 when there is none. */
    public int queryLength() {
        return queryLength;
    }

    public boolean isHttp10() {
        return http10;
    }

    public FieldTable fields() {
        return fields;
    }

    /** Whether body bytes follow the head (RFC 9112 6.3). */
    public boolean hasBody() {
        return framing.isChunked() || framing.contentLength() > 0;
    }

    public boolean isChunked() {
        return framing.isChunked();
    }

    /** The declared length of the body; -1 when chunked or none. */
    public long contentLength() {
        return framing.contentLength();
    }

    /** Whether the client wants the connection to stay. */
    public boolean isKeepAlive() {
        return framing.isKeepAlive(http10);
    }

    /** Whether the client waits for an interim 100 before it sends the body. */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /**
     * Whether this is a well-formed WebSocket handshake (RFC 6455 4.2.1); decided when the head was
     * complete, whatever becomes of its fields.
     */
    public boolean isWebSocketUpgrade() {
        return webSocketUpgrade;
    }

    /** Makes the head ready for the next request; arrays that a large one has grown are let go. */
    public void reset() {
        fields.clear();
        lines.reset();
        framing.reset();
        host.reset();
        targetAuthority.reset();
        state = INCOMPLETE;
        malformed = null;
        skippedLine = false;
        requestLineRead = false;
        http10 = false;
        expectsContinue = false;
        webSocketUpgrade = false;
        method = Method.OTHER;
        methodOffset = 0;
        methodLength = 0;
        targetOffset = 0;
        targetLength = 0;
        absolute = false;
        pathOffset = 0;
        pathLength = 0;
        queryOffset = 0;
        queryLength = 0;
    }
}
