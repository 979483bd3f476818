package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts arriving bytes into lines, in the store of a {@link FieldTable}, and takes field lines into
 * it.
 *
 * <p>No byte is looked at twice when a head arrives in pieces, and what is found does not depend on
 * the pieces.
 */
final class HeadLines {
    /** No whole line yet. */
    static final int MORE = -1;

    /** The line broke a rule of its bytes, see {@link #refusal()}. */
    static final int REFUSED = -2;

    /** The first line is longer than allowed. */
    static final int LONG_LINE = -3;

    /** The section is longer than allowed. */
    static final int LONG_SECTION = -4;

    private static final byte[] VERSION = " HTTP/".getBytes(US_ASCII);
    private static final int WHOLE_VERSION = " HTTP/1.1".length();
    private static final int STEP = 1024;

    private final FieldTable fields;
    private int start;
    private int next;
    private int scanned;
    private @Nullable Malformed refusal;

    HeadLines(FieldTable fields) {
        this.fields = fields;
    }

    void reset() {
        start = 0;
        next = 0;
        scanned = 0;
        refusal = null;
    }

    /** Where the line begins that {@link #next} ended. */
    int start() {
        return start;
    }

    @Nullable Malformed refusal() {
        return refusal;
    }

    /**
     * The offset of the next line's CR, or one of the negative constants. Takes from {@code in} in
     * steps, and may take bytes behind the line: {@link #giveBack} returns them.
     */
    int next(ByteBuf in, int sectionLimit, int lineLimit) {
        while (true) {
            int filled = fields.length();
            int at = Octets.findControl(fields.bytes(), scanned, filled);
            scanned = at;
            if (at - next > lineLimit) {
                return LONG_LINE;
            }
            // A CR that came last waits for its LF.
            if (at < filled && (fields.bytes()[at] != Octets.CR || at + 1 < filled)) {
                return lineEnd(at);
            }
            if (filled >= sectionLimit) {
                return LONG_SECTION;
            }
            int step = Math.min(Math.min(STEP, sectionLimit - filled), in.readableBytes());
            if (step == 0) {
                return MORE;
            }
            fields.ensure(step);
            in.readBytes(fields.bytes(), filled, step);
            fields.length(filled + step);
        }
    }

    private int lineEnd(int at) {
        byte[] bytes = fields.bytes();
        if (bytes[at] == Octets.CR && bytes[at + 1] == Octets.LF) {
            start = next;
            next = at + 2;
            scanned = next;
            return at;
        }
        refusal =
                switch (bytes[at]) {
                    case Octets.CR -> Malformed.BARE_CR;
                    case Octets.LF -> Malformed.BARE_LF;
                    default -> Malformed.CONTROL_BYTE;
                };
        return REFUSED;
    }

    /**
     * Returns to {@code in} what was taken behind the last line; called once, in the call that took
     * it.
     */
    void giveBack(ByteBuf in) {
        in.readerIndex(in.readerIndex() - (fields.length() - next));
        fields.length(next);
    }

    /**
     * Takes the field line {@code [from, end)}, whose bytes hold no control but HTAB, into the
     * table.
     *
     * @param names {@link Octets#PLAIN_NAME} or {@link Octets#TOKEN}
     * @param singletons bits of the ids that may come once
     */
    @Nullable Malformed field(int from, int end, byte[] names, long singletons, int limit) {
        byte[] bytes = fields.bytes();
        int colon = from;
        while (names[bytes[colon] & 0xff] != 0) { // the CR at end is in no table
            colon++;
        }
        if (bytes[colon] != ':' || colon == from) {
            return badName(bytes, from, colon, end);
        }
        int nameLength = colon - from;
        if (nameLength > FieldTable.MAX_NAME) {
            return Malformed.FIELD_NAME_TOO_LONG;
        }
        if (fields.count() >= limit) {
            return Malformed.TOO_MANY_FIELDS;
        }
        int id = Field.idOf(bytes, from, nameLength);
        if ((fields.seen() & singletons & Field.bit(id)) != 0) {
            return duplicate(id);
        }
        int value = fields.skipBlanks(colon + 1, end);
        int valueEnd = fields.trimBlanks(value, end);
        boolean verbatim = value == colon + 2 && valueEnd == end && bytes[colon + 1] == Octets.SP;
        fields.append(id, from, nameLength, value, valueEnd - value, verbatim);
        return null;
    }

    private static Malformed badName(byte[] bytes, int from, int stop, int end) {
        byte b = bytes[stop];
        if (stop == from && Octets.isBlank(b)) {
            return Malformed.OBS_FOLD;
        }
        if (stop == from && b == ':') {
            return Malformed.EMPTY_FIELD_NAME;
        }
        int colon = stop;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        if (colon == end) {
            return Malformed.MISSING_COLON;
        }
        if (Octets.isBlank(b)) {
            return Malformed.SPACE_BEFORE_COLON;
        }
        return Octets.TOKEN[b & 0xff] != 0
                ? Malformed.ALIASING_FIELD_NAME
                : Malformed.BAD_FIELD_NAME;
    }

    /** Why a second field of that id is refused. */
    static Malformed duplicate(int id) {
        return switch (id) {
            case Field.HOST -> Malformed.DUPLICATE_HOST;
            case Field.CONTENT_LENGTH -> Malformed.DUPLICATE_CONTENT_LENGTH;
            case Field.TRANSFER_ENCODING -> Malformed.DUPLICATE_TRANSFER_ENCODING;
            default -> Malformed.DUPLICATE_FIELD;
        };
    }

    /** Why the end of a request line is not {@code HTTP/1.1} or {@code HTTP/1.0}. */
    static Malformed badVersion(byte[] bytes, int target, int end) {
        int space = end - 1;
        while (space >= target && bytes[space] != Octets.SP) {
            space--;
        }
        if (space < target) {
            return Malformed.MISSING_VERSION;
        }
        // RFC 9112 2.3: HTTP-version is "HTTP/" DIGIT "." DIGIT.
        boolean version =
                end - space == WHOLE_VERSION
                        && Octets.matches(bytes, space, VERSION)
                        && isDigit(bytes[end - 3])
                        && bytes[end - 2] == '.'
                        && isDigit(bytes[end - 1]);
        boolean known = version && bytes[end - 3] == '1' && bytes[end - 1] <= '1';
        if (known) {
            return Malformed.BAD_TARGET; // the version is fine, the target before it is empty
        }
        return version ? Malformed.UNSUPPORTED_VERSION : Malformed.BAD_VERSION;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
