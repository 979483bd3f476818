package dev.sallyport.core.http;

import java.util.Locale;

/**
 * Why a head or a body was refused: the rule that was broken, the status a client is answered with,
 * and the word that metrics and logs use.
 *
 * <p>A response that breaks a rule is never the client's fault: it is answered with {@link
 * #UPSTREAM_STATUS}, whatever {@link #status()} says. {@code docs/malformed.md} explains each
 * constant.
 */
public enum Malformed {
    // bytes and size
    BARE_LF(400),
    BARE_CR(400),
    CONTROL_BYTE(400),
    HEAD_TOO_LARGE(431),
    TOO_MANY_FIELDS(431),
    FIELD_NAME_TOO_LONG(431),
    // request line
    EMPTY_REQUEST_LINE(400),
    BAD_METHOD(400),
    METHOD_REFUSED(405),
    MISSING_VERSION(400),
    BAD_VERSION(400),
    UNSUPPORTED_VERSION(505),
    TARGET_TOO_LONG(414),
    BAD_TARGET(400),
    FRAGMENT_IN_TARGET(400),
    NON_ASCII_TARGET(400),
    ASTERISK_TARGET(400),
    AUTHORITY_MISMATCH(400),
    // path
    BACKSLASH_IN_PATH(400),
    ENCODED_SLASH(400),
    ENCODED_CONTROL(400),
    BAD_PERCENT_ENCODING(400),
    OVERLONG_ENCODING(400),
    DOT_SEGMENT(400),
    NAMELESS_SEGMENT(400),
    // field lines
    OBS_FOLD(400),
    MISSING_COLON(400),
    EMPTY_FIELD_NAME(400),
    SPACE_BEFORE_COLON(400),
    ALIASING_FIELD_NAME(400),
    BAD_FIELD_NAME(400),
    DUPLICATE_FIELD(400),
    // fields of HTTP/2 and HTTP/3
    UPPER_CASE_FIELD_NAME(400),
    BLANK_AROUND_VALUE(400),
    CONNECTION_FIELD(400),
    BAD_PSEUDO_FIELD(400),
    MISSING_PSEUDO_FIELD(400),
    BAD_SCHEME(400),
    UNKNOWN_PROTOCOL(501),
    BODY_LENGTH_MISMATCH(400),
    // host
    MISSING_HOST(400),
    DUPLICATE_HOST(400),
    BAD_HOST(400),
    // framing and connection
    BAD_CONTENT_LENGTH(400),
    CONTENT_LENGTH_OVERFLOW(400),
    DUPLICATE_CONTENT_LENGTH(400),
    BAD_TRANSFER_ENCODING(400),
    DUPLICATE_TRANSFER_ENCODING(400),
    TRANSFER_ENCODING_IN_HTTP10(400),
    BOTH_LENGTHS(400),
    BAD_CONNECTION(400),
    PROTECTED_CONNECTION_OPTION(400),
    UNKNOWN_EXPECTATION(417),
    // status line
    BAD_STATUS_LINE(502),
    BAD_STATUS(502),
    FRAMED_INTERIM(502),
    // chunked bodies
    BAD_CHUNK_SIZE(400),
    CHUNK_SIZE_OVERFLOW(400),
    BAD_CHUNK_EXTENSION(400),
    CHUNK_EXTENSION_TOO_LARGE(400),
    BAD_CHUNK_END(400),
    TRAILERS_TOO_LARGE(431);

    /** The answer to a client whose upstream sent a malformed response: 502. */
    public static final int UPSTREAM_STATUS = 502;

    private final int status;
    private final String reason;

    Malformed(int status) {
        this.status = status;
        this.reason = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a client that sent this is answered. */
    public int status() {
        return status;
    }

    /**
     * Whether HTTP/2 and HTTP/3 call a message that does this malformed (RFC 9113 8.1.1, RFC 9114
     * 4.1.2): its stream is reset, and what {@link #status()} says is for the log only.
     */
    public boolean isStreamError() {
        return switch (this) {
            case CONTROL_BYTE,
                    EMPTY_FIELD_NAME,
                    BAD_FIELD_NAME,
                    UPPER_CASE_FIELD_NAME,
                    BLANK_AROUND_VALUE,
                    CONNECTION_FIELD,
                    BAD_PSEUDO_FIELD,
                    MISSING_PSEUDO_FIELD,
                    BAD_CONTENT_LENGTH,
                    CONTENT_LENGTH_OVERFLOW,
                    DUPLICATE_CONTENT_LENGTH,
                    BODY_LENGTH_MISMATCH ->
                    true;
            default -> false;
        };
    }

    /** The constant in kebab case, for metrics and logs. */
    public String reason() {
        return reason;
    }
}
