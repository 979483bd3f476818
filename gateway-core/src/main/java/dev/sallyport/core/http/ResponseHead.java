package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of one response: parsed strictly, with its framing decided; or one the edge makes
 * itself.
 *
 * <p>The same ways as {@link RequestHead}. Names may hold any token character, as they turn into
 * nobody's variables. Whatever is refused means 502 to the client.
 */
public final class ResponseHead {
    private static final int LEAST_LINE = "HTTP/1.1 200".length();
    private static final byte[] VERSION = "HTTP/1.".getBytes(US_ASCII);
    private static final long SINGLETONS =
            Field.bit(Field.CONTENT_LENGTH) | Field.bit(Field.TRANSFER_ENCODING);

    private final FieldTable fields = new FieldTable();
    private final HeadLines lines = new HeadLines(fields);
    private final Framing framing = new Framing();

    private final FieldSection section =
            new FieldSection(fields, FieldSection.Kind.RESPONSE, SINGLETONS);

    private int state = RequestHead.INCOMPLETE;
    private @Nullable Malformed malformed;
    private boolean statusLineRead;
    private boolean http10;
    private boolean http2;
    private boolean bodyAllowed;
    private boolean unframed;
    private boolean connected;
    private int status;

    /**
     * Takes bytes of the head from {@code in}, never one behind its end.
     *
     * @param requestMethod the method that is answered: after HEAD no body follows
     * @return {@link RequestHead#INCOMPLETE}, {@link RequestHead#COMPLETE} or {@link
     *     RequestHead#MALFORMED}
     */
    public int feed(ByteBuf in, HeadLimits limits, int requestMethod) {
        while (state == RequestHead.INCOMPLETE) {
            int end = lines.next(in, limits.bytes(), limits.bytes());
            if (end == HeadLines.MORE) {
                return RequestHead.INCOMPLETE;
            }
            Malformed refusal = end < 0 ? refusalOf() : line(lines.start(), end, limits);
            if (refusal != null) {
                malformed = refusal;
                state = RequestHead.MALFORMED;
            } else if (lines.start() == end) {
                lines.giveBack(in);
                malformed = complete(requestMethod);
                state = malformed == null ? RequestHead.COMPLETE : RequestHead.MALFORMED;
            }
        }
        return state;
    }

    private Malformed refusalOf() {
        Malformed bytesRefusal = lines.refusal();
        return bytesRefusal == null ? Malformed.HEAD_TOO_LARGE : bytesRefusal;
    }

    private @Nullable Malformed line(int start, int end, HeadLimits limits) {
        if (!statusLineRead) {
            statusLineRead = true;
            return statusLine(start, end);
        }
        return start == end
                ? null
                : lines.field(start, end, Octets.TOKEN, SINGLETONS, limits.fields());
    }

    private @Nullable Malformed statusLine(int start, int end) {
        byte[] bytes = fields.bytes();
        int length = end - start;
        if (length < LEAST_LINE
                || !Octets.matches(bytes, start, VERSION)
                || (bytes[start + 7] & 0xfe) != '0'
                || bytes[start + 8] != Octets.SP) {
            return Malformed.BAD_STATUS_LINE;
        }
        http10 = bytes[start + 7] == '0';
        status = status(bytes, start + 9);
        // RFC 9112 4 wants a space even without a phrase; many servers leave it out, which harms
        // nobody.
        boolean ended = length == LEAST_LINE || bytes[start + LEAST_LINE] == Octets.SP;
        return status == 0 || !ended ? Malformed.BAD_STATUS : null;
    }

    /** A status of three digits, 0 when they are none. */
    private static int status(byte[] bytes, int from) {
        int hundreds = bytes[from] - '0';
        int tens = bytes[from + 1] - '0';
        int ones = bytes[from + 2] - '0';
        boolean digits = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
        return hundreds < 1 || hundreds > 5 || !digits ? 0 : hundreds * 100 + tens * 10 + ones;
    }

    /** Begins a head whose fields come decoded, as those of HTTP/2 do. */
    public FieldSection begin() {
        http2 = true;
        return section;
    }

    /**
     * Ends a head that {@link #begin} began (RFC 9113 8.3.2).
     *
     * @param requestMethod the method that is answered: after HEAD no body follows
     * @param isLast whether the stream ended with it, so that there is no body
     * @return {@link RequestHead#COMPLETE} or {@link RequestHead#MALFORMED}
     */
    public int end(int requestMethod, boolean isLast) {
        malformed = section.malformed();
        if (malformed == null) {
            malformed = decoded(requestMethod, isLast);
        }
        state = malformed == null ? RequestHead.COMPLETE : RequestHead.MALFORMED;
        return state;
    }

    private @Nullable Malformed decoded(int requestMethod, boolean isLast) {
        if (!section.has(FieldSection.STATUS)) {
            return Malformed.MISSING_PSEUDO_FIELD;
        }
        boolean digits = section.length(FieldSection.STATUS) == 3;
        status = digits ? status(fields.bytes(), section.offset(FieldSection.STATUS)) : 0;
        // RFC 9113 8.6: there is no 101 on these wires.
        if (status == 0 || status == 101) {
            return Malformed.BAD_STATUS;
        }
        bodyAllowed =
                status >= 200 && status != 204 && status != 304 && requestMethod != Method.HEAD;
        Malformed refusal = framing.readDecoded(fields, isLast && bodyAllowed, false);
        if (refusal != null) {
            return refusal;
        }
        if (status < 200 && (isLast || framing.contentLength() > 0)) {
            return Malformed.FRAMED_INTERIM;
        }
        if (status < 200 || status == 204) {
            fields.removeAll(Field.CONTENT_LENGTH);
        } else if (bodyAllowed && isLast) {
            framing.contentLength(0);
        }
        return null;
    }

    private @Nullable Malformed complete(int requestMethod) {
        Malformed refusal = framing.read(fields, http10);
        if (refusal != null) {
            return refusal;
        }
        boolean framed = framing.isChunked() || framing.contentLength() > 0;
        boolean interim = status < 200;
        // RFC 9110 15.2: an interim response ends with its head; a length invites someone to read
        // on.
        if (interim && framed) {
            return Malformed.FRAMED_INTERIM;
        }
        bodyAllowed = !interim && status != 204 && status != 304 && requestMethod != Method.HEAD;
        if (interim || status == 204) {
            // RFC 9110 8.6: no length here; one that is not zero may have bytes behind it.
            fields.removeAll(Field.CONTENT_LENGTH);
            fields.removeAll(Field.TRANSFER_ENCODING);
            unframed = framed;
        }
        return null;
    }

    /** Why it was refused; null unless {@link #feed} answered {@link RequestHead#MALFORMED}. */
    public @Nullable Malformed malformed() {
        return malformed;
    }

    public int status() {
        return status;
    }

    public boolean isHttp10() {
        return http10;
    }

    public boolean isHttp2() {
        return http2;
    }

    public FieldTable fields() {
        return fields;
    }

    /** Whether body bytes may follow the head (RFC 9112 6.3). */
    public boolean hasBody() {
        return bodyAllowed && (framing.isChunked() || framing.contentLength() != 0);
    }

    public boolean isChunked() {
        return bodyAllowed && framing.isChunked();
    }

    /** The declared length, also where no body follows (HEAD, 304); -1 when there is none. */
    public long contentLength() {
        return framing.contentLength();
    }

    /** The body is passed on in another form, whose length nobody knows yet. */
    public void unknownLength() {
        framing.unknownLength();
    }

    /** Whether the body ends with the connection. */
    public boolean isCloseDelimited() {
        return bodyAllowed && !framing.isChunked() && framing.contentLength() < 0;
    }

    /** Whether the connection may serve another request when the body is through. */
    public boolean isKeepAlive() {
        return framing.isKeepAlive(http10) && !isCloseDelimited() && !unframed;
    }

    /** Whether another head follows: 1xx, but not 101. */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    public boolean isSwitchingProtocols() {
        return status == 101;
    }

    /**
     * RFC 8441 5: what HTTP/1.1 says by 101 is a plain success of CONNECT; makes this that 101, so
     * that all that follows sees one kind. False when it is no success.
     */
    public boolean becomeSwitch() {
        if (status < 200 || status > 299) {
            return false;
        }
        fields.removeAll(Field.CONTENT_LENGTH);
        status = 101;
        bodyAllowed = false;
        connected = true;
        return true;
    }

    /** Whether this was a success of CONNECT, which needs no other proof. */
    public boolean isConnected() {
        return connected;
    }

    /** Whether {@code Connection} has the option {@code upgrade}. */
    public boolean isUpgrade() {
        return framing.isUpgrade();
    }

    /**
     * Begins a response of the edge's own, without fields.
     *
     * @param length of the body that follows, -1 when none may
     */
    public void start(int ownStatus, long length) {
        reset();
        status = ownStatus;
        framing.contentLength(length);
        state = RequestHead.COMPLETE;
    }

    /** Makes the head ready for the next response; arrays that a large one has grown are let go. */
    public void reset() {
        fields.clear();
        lines.reset();
        section.reset();
        framing.reset();
        state = RequestHead.INCOMPLETE;
        malformed = null;
        statusLineRead = false;
        http10 = false;
        http2 = false;
        bodyAllowed = false;
        unframed = false;
        connected = false;
        status = 0;
    }
}
