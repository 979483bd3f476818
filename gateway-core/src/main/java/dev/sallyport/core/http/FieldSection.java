package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * A head or trailers whose fields come decoded, one by one, as on HTTP/2 and HTTP/3 (RFC 9113 8.2,
 * RFC 9114 4.2): checks each strictly and keeps it in a {@link FieldTable}, as if it had been a
 * line.
 *
 * <p>The first broken rule counts; what comes after it is not looked at.
 */
public final class FieldSection {
    /** What RFC 7541 4.1 and RFC 9204 3.2.1 add to each field when they speak of its size. */
    public static final int FIELD_OVERHEAD = 32;

    static final int METHOD = 0;
    static final int SCHEME = 1;
    static final int AUTHORITY = 2;
    static final int PATH = 3;
    static final int PROTOCOL = 4;
    static final int STATUS = 5;

    private static final byte[][] PSEUDO = {
        ascii(":method"),
        ascii(":scheme"),
        ascii(":authority"),
        ascii(":path"),
        ascii(":protocol"),
        ascii(":status")
    };
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");
    private static final byte[] WEBSOCKET = ascii("websocket");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final byte[] COOKIE = ascii("cookie");

    /** RFC 9113 8.2.2: what speaks of one connection has no place on a wire that frames itself. */
    private static final long CONNECTION_SPECIFIC =
            Field.bit(Field.CONNECTION)
                    | Field.bit(Field.KEEP_ALIVE)
                    | Field.bit(Field.PROXY_CONNECTION)
                    | Field.bit(Field.TRANSFER_ENCODING)
                    | Field.bit(Field.UPGRADE);

    /** What a section belongs to. */
    enum Kind {
        REQUEST,
        RESPONSE,
        TRAILERS
    }

    private final FieldTable fields;
    private final Kind kind;
    private final long singletons;
    private final int[] offsets = new int[PSEUDO.length];
    private final int[] lengths = new int[PSEUDO.length];
    private int pseudoSeen;
    private boolean isPastPseudo;
    private int cookies;
    private int size;
    private @Nullable Malformed malformed;

    FieldSection(FieldTable fields, Kind kind, long singletons) {
        this.fields = fields;
        this.kind = kind;
        this.singletons = singletons;
    }

    /** Trailers, taken into {@code fields}; the names that RFC 9110 6.5.1 forbids are left out. */
    public static FieldSection trailers(FieldTable fields) {
        return new FieldSection(fields, Kind.TRAILERS, 0);
    }

    /** Makes ready for the next section; the table is the owner's to clear. */
    public void reset() {
        pseudoSeen = 0;
        isPastPseudo = false;
        cookies = 0;
        size = 0;
        malformed = null;
    }

    /** Takes a field, copied from the arrays; names are compared as they are, lower case. */
    public void take(
            byte[] name,
            int nameOffset,
            int nameLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            HeadLimits limits) {
        if (malformed == null) {
            malformed =
                    refusal(name, nameOffset, nameLength, value, valueOffset, valueLength, limits);
        }
    }

    /** Why the section was refused; null while nothing is wrong. */
    public @Nullable Malformed malformed() {
        return malformed;
    }

    private @Nullable Malformed refusal(
            byte[] name,
            int n,
            int nameLength,
            byte[] value,
            int v,
            int length,
            HeadLimits limits) {
        size += nameLength + length + FIELD_OVERHEAD;
        boolean isTrailers = kind == Kind.TRAILERS;
        if (size > (isTrailers ? limits.trailerBytes() : limits.bytes())) {
            return isTrailers ? Malformed.TRAILERS_TOO_LARGE : Malformed.HEAD_TOO_LARGE;
        }
        if (nameLength == 0) {
            return Malformed.EMPTY_FIELD_NAME;
        }
        if (Octets.findControl(value, v, v + length) < v + length) {
            return Malformed.CONTROL_BYTE;
        }
        if (length > 0 && (Octets.isBlank(value[v]) || Octets.isBlank(value[v + length - 1]))) {
            return Malformed.BLANK_AROUND_VALUE;
        }
        if (name[n] == ':') {
            return pseudo(name, n, nameLength, value, v, length);
        }
        isPastPseudo = true;
        Malformed badName = name(name, n, nameLength);
        if (badName != null) {
            return badName;
        }
        if (fields.count() >= limits.fields()) {
            return Malformed.TOO_MANY_FIELDS;
        }
        int id = Field.idOf(name, n, nameLength);
        Malformed refused = byId(id, value, v, length);
        if (refused == null) {
            store(id, name, n, nameLength, value, v, length);
        }
        return refused;
    }

    /** RFC 9113 8.3: known here, once, before all others, and never in trailers. */
    private @Nullable Malformed pseudo(
            byte[] name, int n, int nameLength, byte[] value, int v, int length) {
        int which = 0;
        while (which < PSEUDO.length
                && (PSEUDO[which].length != nameLength
                        || !Octets.matches(name, n, PSEUDO[which]))) {
            which++;
        }
        boolean isOurs =
                switch (kind) {
                    case REQUEST -> which < STATUS;
                    case RESPONSE -> which == STATUS;
                    case TRAILERS -> false;
                };
        if (!isOurs || isPastPseudo || has(which)) {
            return Malformed.BAD_PSEUDO_FIELD;
        }
        pseudoSeen |= 1 << which;
        fields.ensure(length);
        offsets[which] = fields.length();
        lengths[which] = length;
        System.arraycopy(value, v, fields.bytes(), fields.length(), length);
        fields.length(fields.length() + length);
        return null;
    }

    private @Nullable Malformed name(byte[] name, int from, int length) {
        if (length > FieldTable.MAX_NAME) {
            return Malformed.FIELD_NAME_TOO_LONG;
        }
        byte[] allowed = kind == Kind.RESPONSE ? Octets.TOKEN : Octets.PLAIN_NAME;
        for (int i = from; i < from + length; i++) {
            byte b = name[i];
            if (allowed[b & 0xff] == b && b != 0) {
                continue;
            }
            if (b >= 'A' && b <= 'Z') {
                return Malformed.UPPER_CASE_FIELD_NAME;
            }
            return Octets.TOKEN[b & 0xff] != 0
                    ? Malformed.ALIASING_FIELD_NAME
                    : Malformed.BAD_FIELD_NAME;
        }
        return null;
    }

    private @Nullable Malformed byId(int id, byte[] value, int v, int length) {
        long bit = Field.bit(id);
        if (id == Field.OTHER) {
            return null;
        }
        if ((CONNECTION_SPECIFIC & bit) != 0) {
            return Malformed.CONNECTION_FIELD;
        }
        if (id == Field.TE && !Octets.equalsIgnoreCase(value, v, length, TRAILERS)) {
            return Malformed.CONNECTION_FIELD;
        }
        if (id == Field.COOKIE) {
            cookies++;
        }
        return (fields.seen() & singletons & bit) == 0 ? null : HeadLines.duplicate(id);
    }

    private void store(
            int id, byte[] name, int n, int nameLength, byte[] value, int v, int length) {
        if (kind == Kind.TRAILERS && Field.isForbiddenInTrailers(id, name, n, nameLength)) {
            return;
        }
        fields.ensure(nameLength + length + 4);
        byte[] bytes = fields.bytes();
        int nameAt = fields.length();
        int at = nameAt + nameLength;
        System.arraycopy(name, n, bytes, nameAt, nameLength);
        bytes[at++] = ':';
        bytes[at++] = Octets.SP;
        int valueAt = at;
        System.arraycopy(value, v, bytes, valueAt, length);
        at += length;
        bytes[at++] = Octets.CR;
        bytes[at++] = Octets.LF;
        fields.length(at);
        fields.append(id, nameAt, nameLength, valueAt, length, true);
    }

    // What the heads of this room read.

    boolean has(int pseudo) {
        return (pseudoSeen & 1 << pseudo) != 0;
    }

    int offset(int pseudo) {
        return offsets[pseudo];
    }

    /** 0 when the pseudo-field did not come. */
    int length(int pseudo) {
        return has(pseudo) ? lengths[pseudo] : 0;
    }

    /**
     * RFC 9113 8.3.1 and 8.5, RFC 8441 4: the pseudo-fields a request has to bring, and no other.
     */
    @Nullable Malformed refusedPseudo() {
        boolean isConnect = has(METHOD) && isMethod(CONNECT);
        boolean isExtended = has(PROTOCOL);
        if (!has(METHOD)) {
            return Malformed.MISSING_PSEUDO_FIELD;
        }
        if (isConnect && !isExtended) {
            return has(SCHEME) || has(PATH) ? Malformed.BAD_PSEUDO_FIELD : null;
        }
        if (isExtended && !isConnect) {
            return Malformed.BAD_PSEUDO_FIELD;
        }
        if (!has(SCHEME) || length(PATH) == 0) {
            return Malformed.MISSING_PSEUDO_FIELD;
        }
        return is(SCHEME, HTTPS) || is(SCHEME, HTTP) ? null : Malformed.BAD_SCHEME;
    }

    boolean isWebSocket() {
        return is(PROTOCOL, WEBSOCKET);
    }

    /** Methods are compared as they are (RFC 9110 9.1). */
    private boolean isMethod(byte[] method) {
        return length(METHOD) == method.length
                && Octets.matches(fields.bytes(), offsets[METHOD], method);
    }

    private boolean is(int pseudo, byte[] lower) {
        return Octets.equalsIgnoreCase(fields.bytes(), offsets[pseudo], length(pseudo), lower);
    }

    /** RFC 9113 8.2.3: a cookie that came in crumbs goes on as one field. */
    void joinCookies() {
        if (cookies < 2) {
            return;
        }
        int total = 0;
        for (int i = fields.find(Field.COOKIE); i >= 0; i = fields.findNext(Field.COOKIE, i)) {
            total += fields.valueLength(i) + 2;
        }
        byte[] joined = new byte[total - 2];
        int at = 0;
        for (int i = fields.find(Field.COOKIE); i >= 0; i = fields.findNext(Field.COOKIE, i)) {
            if (at > 0) {
                joined[at++] = ';';
                joined[at++] = Octets.SP;
            }
            System.arraycopy(
                    fields.bytes(), fields.valueOffset(i), joined, at, fields.valueLength(i));
            at += fields.valueLength(i);
            fields.remove(i);
        }
        fields.add(COOKIE, joined);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
