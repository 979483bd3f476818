package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The request methods this edge knows by number, and what RFC 9110 9.2 promises about them. */
public final class Method {
    public static final int OTHER = 0;
    public static final int GET = 1;
    public static final int HEAD = 2;
    public static final int POST = 3;
    public static final int PUT = 4;
    public static final int DELETE = 5;
    public static final int OPTIONS = 6;
    public static final int PATCH = 7;
    public static final int TRACE = 8;
    public static final int CONNECT = 9;

    private static final String[] NAMES = {
        "OTHER", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"
    };
    private static final byte[][] SPELLINGS = spellings();

    private Method() {}

    /** The constant for a spelling (case matters, RFC 9110 9.1), {@link #OTHER} when unknown. */
    public static int of(byte[] bytes, int offset, int length) {
        return switch (length) {
            case 3 -> either(bytes, offset, GET, PUT);
            case 4 -> either(bytes, offset, POST, HEAD);
            case 5 -> either(bytes, offset, PATCH, TRACE);
            case 6 -> either(bytes, offset, DELETE, DELETE);
            case 7 -> either(bytes, offset, OPTIONS, CONNECT);
            default -> OTHER;
        };
    }

    private static int either(byte[] bytes, int offset, int first, int second) {
        if (Octets.matches(bytes, offset, SPELLINGS[first])) {
            return first;
        }
        return Octets.matches(bytes, offset, SPELLINGS[second]) ? second : OTHER;
    }

    /** Whether the client asked for nothing to change (RFC 9110 9.2.1). */
    public static boolean isSafe(int method) {
        return method == GET || method == HEAD || method == OPTIONS || method == TRACE;
    }

    /** Whether twice is the same as once (RFC 9110 9.2.2), so that a retry is allowed. */
    public static boolean isIdempotent(int method) {
        return isSafe(method) || method == PUT || method == DELETE;
    }

    /** The spelling of a constant; {@code "OTHER"} for {@link #OTHER}. */
    public static String name(int method) {
        return NAMES[method];
    }

    private static byte[][] spellings() {
        byte[][] spellings = new byte[NAMES.length][];
        for (int i = 0; i < NAMES.length; i++) {
            spellings[i] = NAMES[i].getBytes(US_ASCII);
        }
        return spellings;
    }
}
