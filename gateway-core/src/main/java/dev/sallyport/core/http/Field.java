package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The field names this edge knows by number, and which of them a connection or a trailer must not
 * touch.
 */
public final class Field {
    /** Any name without a constant of its own. */
    public static final int OTHER = 0;

    public static final int HOST = 1;
    public static final int CONTENT_LENGTH = 2;
    public static final int TRANSFER_ENCODING = 3;
    public static final int CONNECTION = 4;
    public static final int KEEP_ALIVE = 5;
    public static final int PROXY_CONNECTION = 6;
    public static final int TE = 7;
    public static final int TRAILER = 8;
    public static final int UPGRADE = 9;
    public static final int EXPECT = 10;
    public static final int VIA = 11;
    public static final int FORWARDED = 12;
    public static final int X_FORWARDED_FOR = 13;
    public static final int X_FORWARDED_PROTO = 14;
    public static final int X_FORWARDED_HOST = 15;
    public static final int X_FORWARDED_PORT = 16;
    public static final int X_FORWARDED_PREFIX = 17;
    public static final int X_FORWARDED_SERVER = 18;

    /** Any other name that begins with {@code x-forwarded-}. */
    public static final int X_FORWARDED_OTHER = 19;

    public static final int X_REAL_IP = 20;
    public static final int X_CLIENT_IP = 21;
    public static final int X_REQUEST_ID = 22;
    public static final int X_ORIGINAL_URL = 23;
    public static final int X_REWRITE_URL = 24;
    public static final int PROXY = 25;
    public static final int HTTP2_SETTINGS = 26;
    public static final int AUTHORIZATION = 27;
    public static final int PROXY_AUTHORIZATION = 28;
    public static final int PROXY_AUTHENTICATE = 29;
    public static final int COOKIE = 30;
    public static final int SET_COOKIE = 31;
    public static final int ORIGIN = 32;
    public static final int REFERER = 33;
    public static final int USER_AGENT = 34;
    public static final int TRACEPARENT = 35;
    public static final int TRACESTATE = 36;
    public static final int DATE = 37;
    public static final int SERVER = 38;
    public static final int LOCATION = 39;
    public static final int CONTENT_TYPE = 40;
    public static final int CONTENT_ENCODING = 41;
    public static final int ACCEPT_ENCODING = 42;
    public static final int STRICT_TRANSPORT_SECURITY = 43;
    public static final int SEC_WEBSOCKET_KEY = 44;
    public static final int SEC_WEBSOCKET_VERSION = 45;
    public static final int SEC_WEBSOCKET_ACCEPT = 46;
    public static final int RETRY_AFTER = 47;
    public static final int WWW_AUTHENTICATE = 48;
    public static final int ALLOW = 49;
    public static final int ALT_SVC = 50;
    public static final int EARLY_DATA = 51;
    public static final int CACHE_CONTROL = 52;
    public static final int RANGE = 53;
    public static final int CONTENT_RANGE = 54;
    public static final int MAX_FORWARDS = 55;
    public static final int EXPIRES = 56;
    public static final int VARY = 57;
    public static final int AGE = 58;

    /** RFC 9440; told by the edge alone. */
    public static final int CLIENT_CERT = 59;

    public static final int CLIENT_CERT_CHAIN = 60;

    private static final int COUNT = 61;
    private static final byte[] FORWARDED_PREFIX = "x-forwarded-".getBytes(US_ASCII);
    private static final String[] SPELLINGS = {
        "",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Via",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-Server",
        "",
        "X-Real-IP",
        "X-Client-IP",
        "X-Request-ID",
        "X-Original-URL",
        "X-Rewrite-URL",
        "Proxy",
        "HTTP2-Settings",
        "Authorization",
        "Proxy-Authorization",
        "Proxy-Authenticate",
        "Cookie",
        "Set-Cookie",
        "Origin",
        "Referer",
        "User-Agent",
        "Traceparent",
        "Tracestate",
        "Date",
        "Server",
        "Location",
        "Content-Type",
        "Content-Encoding",
        "Accept-Encoding",
        "Strict-Transport-Security",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Accept",
        "Retry-After",
        "WWW-Authenticate",
        "Allow",
        "Alt-Svc",
        "Early-Data",
        "Cache-Control",
        "Range",
        "Content-Range",
        "Max-Forwards",
        "Expires",
        "Vary",
        "Age",
        "Client-Cert",
        "Client-Cert-Chain",
    };

    /**
     * What {@code Connection} may name besides unknown fields: everything else known is protected.
     */
    private static final long CONNECTION_FIELDS =
            bit(OTHER)
                    | bit(CONNECTION)
                    | bit(KEEP_ALIVE)
                    | bit(PROXY_CONNECTION)
                    | bit(TE)
                    | bit(TRAILER)
                    | bit(UPGRADE)
                    | bit(HTTP2_SETTINGS);

    private static final byte[][] NAMES = new byte[COUNT][];
    private static final byte[][] LOWER_NAMES = new byte[COUNT][];

    /**
     * Open addressing; four times as many slots as names keeps a look-up at about one comparison.
     */
    private static final byte[] SLOTS = new byte[256];

    static {
        for (int id = 0; id < COUNT; id++) {
            NAMES[id] = SPELLINGS[id].getBytes(US_ASCII);
            LOWER_NAMES[id] = lower(NAMES[id]);
            if (NAMES[id].length > 0) {
                int slot = hash(NAMES[id], 0, NAMES[id].length);
                while (SLOTS[slot] != 0) {
                    slot = (slot + 1) & 0xff;
                }
                SLOTS[slot] = (byte) id;
            }
        }
    }

    private Field() {}

    /** The constant of a name in any case, {@link #OTHER} when unknown. */
    public static int idOf(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return OTHER;
        }
        int slot = hash(bytes, offset, length);
        for (int id = SLOTS[slot]; id != 0; id = SLOTS[slot]) {
            if (Octets.equalsIgnoreCase(bytes, offset, length, LOWER_NAMES[id])) {
                return id;
            }
            slot = (slot + 1) & 0xff;
        }
        boolean forwarded =
                length > FORWARDED_PREFIX.length
                        && Octets.matchesIgnoreCase(bytes, offset, FORWARDED_PREFIX);
        return forwarded ? X_FORWARDED_OTHER : OTHER;
    }

    /**
     * The spelling for rebuilt lines; shared, do not change. Empty for the constants that stand for
     * many names.
     */
    public static byte[] name(int id) {
        return NAMES[id];
    }

    /**
     * Whether {@code Connection} must not name the field: it frames, routes, authenticates or
     * describes.
     */
    static boolean isProtectedFromConnection(int id) {
        return (CONNECTION_FIELDS & bit(id)) == 0;
    }

    /**
     * Whether the field must not come in a trailer section (RFC 9110 6.5.1): every name known here,
     * and {@code If-*}.
     */
    static boolean isForbiddenInTrailers(int id, byte[] bytes, int offset, int length) {
        return id != OTHER
                || (length > 3
                        && Octets.LOWER[bytes[offset]] == 'i'
                        && Octets.LOWER[bytes[offset + 1]] == 'f'
                        && bytes[offset + 2] == '-');
    }

    /**
     * What may come once in a request: a second one means two readers could take different ones.
     */
    static final long ONCE_IN_REQUESTS =
            bit(HOST)
                    | bit(CONTENT_LENGTH)
                    | bit(TRANSFER_ENCODING)
                    | bit(EXPECT)
                    | bit(AUTHORIZATION)
                    | bit(PROXY_AUTHORIZATION)
                    | bit(CONTENT_TYPE)
                    | bit(ORIGIN)
                    | bit(SEC_WEBSOCKET_KEY)
                    | bit(SEC_WEBSOCKET_VERSION);

    static long bit(int id) {
        return 1L << id;
    }

    private static int hash(byte[] bytes, int offset, int length) {
        int first = Octets.LOWER[bytes[offset] & 0xff];
        int middle = Octets.LOWER[bytes[offset + (length >>> 1)] & 0xff];
        int last = Octets.LOWER[bytes[offset + length - 1] & 0xff];
        int mixed = first * 0x3d + middle * 0x1f + last * 0x6b + length * 0x11;
        return (mixed ^ (mixed >>> 8)) & 0xff;
    }

    private static byte[] lower(byte[] name) {
        byte[] lower = new byte[name.length];
        for (int i = 0; i < name.length; i++) {
            lower[i] = Octets.LOWER[name[i] & 0xff];
        }
        return lower;
    }
}
