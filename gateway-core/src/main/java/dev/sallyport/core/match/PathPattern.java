package dev.sallyport.core.match;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Which paths a route is for; written forms are brought into the canonical form that requests have.
 */
public sealed interface PathPattern {

    /** Exactly this path. */
    static PathPattern exact(String text) {
        return new Exact(canonical(text));
    }

    /**
     * This path and what lies below it, on segment boundaries: {@code /api} is {@code /api}, {@code
     * /api/} and {@code /api/x}, never {@code /apix}. A slash at the end says nothing more and is
     * dropped; {@code /} is every path.
     */
    static PathPattern prefix(String text) {
        var path = canonical(text);
        return new Prefix(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /** The whole path fits this RE2 expression. */
    static PathPattern regex(String text) {
        return new Regex(new ValuePattern.Fitting(text));
    }

    /** This path alone. */
    record Exact(String path) implements PathPattern {
        @Override
        public String toString() {
            return path;
        }
    }

    /** A path and all below it; without its last slash, so empty for every path. */
    record Prefix(String path) implements PathPattern {
        @Override
        public String toString() {
            return path + "/...";
        }
    }

    /** Paths that fit an expression as a whole. */
    record Regex(ValuePattern.Fitting pattern) implements PathPattern {
        @Override
        public String toString() {
            return pattern.toString();
        }
    }

    /**
     * The canonical form of a written path (RFC 3986 6.2.2): unreserved characters decoded, other
     * percent-encodings in upper case, what is not ASCII encoded as UTF-8. What a request could
     * never have is refused.
     */
    private static String canonical(String text) {
        if (!text.startsWith("/")) {
            throw refused(text, "starts with \"/\"");
        }
        var path = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i] & 0xff;
            if (c == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw refused(text, "two hexadecimal digits after each \"%\"");
                }
                append(path, text, high << 4 | low);
                i += 2;
            } else if (c >= 0x80) {
                append(path, text, c);
            } else if (isUnreserved(c) || "/!$&'()*+,;=:@".indexOf(c) >= 0) {
                path.append((char) c);
            } else {
                throw refused(
                        text,
                        "characters of a path; write \""
                                + (char) c
                                + "\" as %"
                                + Integer.toHexString(0x100 | c)
                                        .substring(1)
                                        .toUpperCase(Locale.ROOT));
            }
        }
        checkSegments(text, path.toString());
        return path.toString();
    }

    private static void append(StringBuilder path, String text, int c) {
        if (isUnreserved(c)) {
            path.append((char) c);
            return;
        }
        if (c == '/' || c == '\\' || c < 0x20 || c == 0x7f) {
            throw refused(
                    text,
                    "no encoded slash, backslash or control character; such requests are answered 400");
        }
        path.append('%')
                .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                .append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
    }

    private static void checkSegments(String text, String path) {
        if (path.contains("//")) {
            throw refused(
                    text,
                    "single slashes; \"//\" in a request is merged before routes are looked at");
        }
        if (path.contains(";") || path.contains("%3B")) {
            throw refused(text, "no parameters; segments of requests are compared without them");
        }
        for (var segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw refused(text, "no segments \".\" and \"..\"; such requests are answered 400");
            }
        }
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~".indexOf(c) >= 0;
    }

    private static IllegalArgumentException refused(String text, String expected) {
        return new IllegalArgumentException("\"" + text + "\" (expected: " + expected + ")");
    }
}
