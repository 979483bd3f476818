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

    public static final String HTTP_10 = "HTTP/1.0";
    public static final String HTTP_11 = "HTTP/1.1";
    public static final String HTTP_2 = "HTTP/2.0";
    public static final String HTTP_3 = "HTTP/3.0";

    private static final int LONGEST_METHOD = 32;
    private static final int LONGEST_TARGET = 8192;
    private static final byte[] VERSION = " HTTP/1.".getBytes(US_ASCII);
    private static final byte[] GET = "GET".getBytes(US_ASCII);

    private final FieldTable fields = new FieldTable();
    private final HeadLines lines = new HeadLines(fields);
    private final Framing framing = new Framing();
    private final Authority host = new Authority();
    private final Authority targetAuthority = new Authority();
    private final CanonicalPath path = new CanonicalPath();
    private final FieldSection section =
            new FieldSection(fields, FieldSection.Kind.REQUEST, Field.ONCE_IN_REQUESTS);

    private int state = INCOMPLETE;
    private @Nullable Malformed malformed;
    private boolean skippedLine;
    private boolean requestLineRead;
    private boolean http10;
    private String protocol = HTTP_11;
    private boolean webSocketUpgrade;
    private int method;
    private int methodOffset;
    private int methodLength;
    private int targetOffset;
    private int targetLength;

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
                    : lines.field(
                            start, end, Octets.PLAIN_NAME, Field.ONCE_IN_REQUESTS, limits.fields());
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
        protocol = http10 ? HTTP_10 : HTTP_11;
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

    /** Begins a head whose fields come decoded: HTTP/2 and HTTP/3. */
    public FieldSection begin(String wire) {
        protocol = wire;
        return section;
    }

    /**
     * Ends a head that {@link #begin} began (RFC 9113 8.3.1).
     *
     * @param isLast whether the stream ended with it, so that there is no body
     * @return {@link #COMPLETE} or {@link #MALFORMED}
     */
    public int end(boolean isLast) {
        malformed = section.malformed();
        if (malformed == null) {
            malformed = pseudo();
        }
        if (malformed == null) {
            section.joinCookies();
            malformed = framing.readDecoded(fields, isLast, webSocketUpgrade);
        }
        if (malformed == null) {
            malformed = framing.expectation(fields, false);
        }
        state = malformed == null ? COMPLETE : MALFORMED;
        return state;
    }

    private @Nullable Malformed pseudo() {
        Malformed refusal = section.refusedPseudo();
        methodOffset = section.offset(FieldSection.METHOD);
        methodLength = section.length(FieldSection.METHOD);
        if (refusal != null) {
            return refusal;
        }
        int i = methodOffset;
        byte[] bytes = fields.bytes();
        while (i < methodOffset + methodLength && isMethodByte(bytes[i])) {
            i++;
        }
        if (i - methodOffset < methodLength || methodLength == 0 || methodLength > LONGEST_METHOD) {
            return Malformed.BAD_METHOD;
        }
        method = Method.of(bytes, methodOffset, methodLength);
        if (method == Method.CONNECT && section.has(FieldSection.PROTOCOL)) {
            refusal = becomeUpgrade();
        } else if (method == Method.CONNECT || method == Method.TRACE) {
            refusal = Malformed.METHOD_REFUSED;
        }
        if (refusal == null) {
            refusal = targetAuthority.pseudo(section, fields);
        }
        if (refusal == null) {
            refusal = host.host(fields, false, targetAuthority);
        }
        int target = section.offset(FieldSection.PATH);
        int length = section.length(FieldSection.PATH);
        if (refusal != null || length > LONGEST_TARGET) {
            return refusal == null ? Malformed.TARGET_TOO_LONG : refusal;
        }
        return path.originForm(fields, target, target + length, method);
    }

    /**
     * RFC 8441 4: what HTTP/1.1 says by GET and an upgrade, so that all that follows sees one kind.
     */
    private @Nullable Malformed becomeUpgrade() {
        if (!section.isWebSocket()) {
            return Malformed.UNKNOWN_PROTOCOL;
        }
        method = Method.GET;
        fields.ensure(GET.length);
        methodOffset = fields.length();
        methodLength = GET.length;
        System.arraycopy(GET, 0, fields.bytes(), methodOffset, GET.length);
        fields.length(methodOffset + GET.length);
        webSocketUpgrade = true;
        return null;
    }

    private @Nullable Malformed complete() {
        // Only now: canonical forms are written behind the head.
        Malformed refusal =
                path.target(
                        fields, targetOffset, targetOffset + targetLength, method, targetAuthority);
        if (refusal == null) {
            refusal = host.host(fields, http10, targetAuthority);
        }
        if (refusal == null) {
            refusal = framing.read(fields, http10);
        }
        if (refusal != null) {
            return refusal;
        }
        webSocketUpgrade = method == Method.GET && !http10 && framing.isWebSocketUpgrade(fields);
        return framing.expectation(fields, http10);
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
        return path.offset();
    }

    /** The canonical path begins with {@code /}, or is {@code *} for OPTIONS. */
    public int pathLength() {
        return path.length();
    }

    public int queryOffset() {
        return path.queryOffset();
    }

    /** The query begins with {@code ?}; 0 when there is none. */
    public int queryLength() {
        return path.queryLength();
    }

    public boolean isHttp10() {
        return http10;
    }

    /** The wire it came by, one of the constants here. */
    public String protocol() {
        return protocol;
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

    /** The body is forwarded in another form, whose length nobody knows yet. */
    public void unknownLength() {
        framing.unknownLength();
    }

    /** Whether the client wants the connection to stay. */
    public boolean isKeepAlive() {
        return framing.isKeepAlive(http10);
    }

    /** Whether the client waits for an interim 100 before it sends the body. */
    public boolean expectsContinue() {
        return framing.expectsContinue();
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
        protocol = HTTP_11;
        webSocketUpgrade = false;
        method = Method.OTHER;
        methodOffset = 0;
        methodLength = 0;
        targetOffset = 0;
        targetLength = 0;
        path.reset();
        section.reset();
    }
}
